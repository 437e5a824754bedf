"""Figures of question 4: maps of the layers' outputs, and the measures beside them, as data for the partials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from generator.analyses.tsne.embedding import framed
from generator.dataset.types import Dataset
from generator.figures.figure import Figure, artifact_of
from generator.figures.markers import cover
from generator.figures.pixels import png
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

SIDE = 300
"""Width and height of a map in the units of its SVG."""
THUMB, COLUMNS = 32, 20
_MARGIN = 8

Drawn = tuple[Figure, dict[str, bytes]]


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Lay out ``tsne-first-last``, ``-filter``, ``-pca``, ``-grid``, ``-separation``, ``-layers`` and, where there is
    something to show, ``-large`` and ``-training``."""
    data, logits = predictions_of(inputs)
    made = inputs["tsne"]
    results, shown = made.results["tsne"], np.asarray(made.arrays["shown"])
    labels, predicted = data.evaluation.labels[shown], logits[shown].argmax(axis=1)

    def panel(name: str) -> list[dict[str, Any]]:
        return grouped(np.asarray(made.arrays[name]), labels, predicted == labels)

    names = list(data.classes)
    pair = {end: panel(f"map_{end}") for end in ("first", "last")}
    drawn: list[Drawn] = [
        _first_last(made, data, predicted, shown, pair),
        (Figure("tsne-filter", "tsne-filter", {"classes": names, "panels": _ends(panel, "map_{}_filter")}), {}),
        (Figure("tsne-pca", "tsne-pca", {"classes": names, "panels": _ends(panel, "pca_{}")}), {}),
        _grid(results["grid"], names, panel),
        _separation(results),
        _layers(results["layers"]),
    ]
    if results["large"] is not None:
        large = np.asarray(made.arrays["large"])
        own = data.evaluation.labels[large]
        points = grouped(np.asarray(made.arrays["map_large"]), own, logits[large].argmax(axis=1) == own)
        drawn.append((Figure("tsne-large", "tsne-large", {"classes": names, "points": points}), {}))
    if results["training"]:
        drawn.append(_training(results["training"], names, panel))
    artifact = artifact_of([f for f, _ in drawn], {name: f for _, files in drawn for name, f in files.items()})
    artifact.facts["drawing"] = cover(placed(np.asarray(made.arrays["map_last"])), labels, SIDE)
    return artifact


def placed(points: np.ndarray) -> np.ndarray:
    """Points (n, 2) of a map in the units of its SVG, to one decimal, float64."""
    return np.asarray(np.round(_MARGIN + framed(points) * (SIDE - 2 * _MARGIN), 1))


def grouped(points: np.ndarray, labels: np.ndarray, right: np.ndarray) -> list[dict[str, Any]]:
    """The points of a map by class and by whether the prediction is right: what shares one mark.

    Returns:
        Groups with ``class`` (its number), ``right``, ``i`` (numbers of the points) and ``at`` (``x,y x,y …``).
    """
    groups = []
    places = placed(points)
    for label in np.unique(labels):
        for correct in (True, False):
            chosen = np.flatnonzero((labels == label) & (right == correct))
            if len(chosen):
                at = [f"{x:g},{y:g}" for x, y in places[chosen]]
                groups.append({"class": int(label), "right": correct, "i": chosen.tolist(), "at": at})
    return groups


def _ends(panel: Any, name: str) -> dict[str, Any]:
    return {end: panel(name.format(end)) for end in ("first", "last")}


def _first_last(
    made: Artifact, data: Dataset, predicted: np.ndarray, shown: np.ndarray, panels: dict[str, Any]
) -> Drawn:
    faces = data.evaluation.images[shown]
    rows = -(-len(shown) // COLUMNS)
    sprite = np.zeros((rows * THUMB, COLUMNS * THUMB), np.uint8)
    for i, face in enumerate(faces):
        top, left = i // COLUMNS * THUMB, i % COLUMNS * THUMB
        small = Image.fromarray(np.asarray(face)).resize((THUMB, THUMB), Image.Resampling.BOX)
        sprite[top : top + THUMB, left : left + THUMB] = np.asarray(small)
    names = [data.evaluation.names[int(i)] for i in shown]
    labels = data.evaluation.labels[shown]
    points = [[name, int(a), int(b)] for name, a, b in zip(names, labels, predicted, strict=True)]
    content = {
        "classes": list(data.classes),
        "panels": panels,
        "sprite": "faces.png",
        "columns": COLUMNS,
        "thumb": THUMB,
        "points": points,
    }
    header = ("image", "class", "prediction", *(f"{m}_{axis}" for m in ("first", "last", "pca_last") for axis in "xy"))
    maps = np.hstack([np.asarray(made.arrays[name]) for name in ("map_first", "map_last", "pca_last")])
    cells = [
        [name, data.classes[int(a)], data.classes[int(b)], *map(float, place)]
        for name, a, b, place in zip(names, labels, predicted, maps, strict=True)
    ]
    files = {"faces.png": png(sprite), "tsne.csv": table_bytes(header, cells)}
    return Figure("tsne-first-last", "tsne-first-last", content, "tsne.csv"), files


def _grid(grid: list[dict[str, Any]], names: list[str], panel: Any) -> Drawn:
    cells = [{**each, "points": panel(f"map_grid_{number}")} for number, each in enumerate(grid)]
    header = ("perplexity", "seed", "knn_map", "trustworthiness")
    files = {"tsne-grid.csv": table_bytes(header, [[each[name] for name in header] for each in grid])}
    return Figure("tsne-grid", "tsne-grid", {"classes": names, "cells": cells}, "tsne-grid.csv"), files


def _separation(results: Mapping[str, Any]) -> Drawn:
    rows = [{"space": end, **results[end]} for end in ("first", "last")]
    rows += [{"space": end, **results["filter"][end]} for end in ("first", "last")]
    header = list(rows[0])
    files = {"tsne-separation.csv": table_bytes(header, [[row[name] for name in header] for row in rows])}
    return Figure("tsne-separation", "tsne-separation", {"rows": rows}, "tsne-separation.csv"), files


def _layers(layers: list[dict[str, Any]]) -> Drawn:
    header = list(layers[0])
    files = {"tsne-layers.csv": table_bytes(header, [[row[name] for name in header] for row in layers])}
    top = max(0.5, *(np.ceil(5 * layer["high"]) / 5 for layer in layers))
    return Figure("tsne-layers", "tsne-layers", {"layers": layers, "top": float(min(top, 1))}, "tsne-layers.csv"), files


def _training(training: list[dict[str, Any]], names: list[str], panel: Any) -> Drawn:
    cells = [{**each, "points": panel(f"map_epoch_{each['epoch']}")} for each in training]
    header = ("epoch", "convolution", "knn_accuracy", "low", "high", "knn_map")
    files = {"tsne-training.csv": table_bytes(header, [[each[name] for name in header] for each in training])}
    return Figure("tsne-training", "tsne-training", {"classes": names, "cells": cells}, "tsne-training.csv"), files
