"""Figures of the confusion matrix: the matrix with its images, measures, top confusions, calibration, association."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from generator.dataset.types import Dataset
from generator.figures.figure import Figure, Made, artifact_of
from generator.figures.pixels import png
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``confusion-matrix``, ``confusion-measures``, ``confusion-pairs``, ``confusion-calibration`` and
    ``confusion-association``."""
    data, _ = predictions_of(inputs)
    confusion = inputs["confusion"]
    figures: list[Figure] = []
    strips = _strips(data, confusion)
    files: dict[str, bytes] = {strip["src"]: strip.pop("content") for strip in strips.values()}
    for figure, more in (
        _matrix(data, confusion, strips),
        _measures(data, confusion),
        _pairs(data, confusion, strips),
        _calibration(confusion),
        _association(confusion),
    ):
        figures.append(figure)
        files |= more
    return artifact_of(figures, files)


def _strips(data: Dataset, confusion: Artifact) -> dict[str, dict[str, Any]]:
    """For every cell that is not empty its example images, side by side in one picture."""
    found = {}
    for cell, index in confusion.facts["cells"].items():
        found[cell] = {
            "src": f"cell-{cell}.png",
            "count": len(index),
            "images": [
                {"name": data.evaluation.names[i], "confidence": confusion.facts["confidence"][str(i)]} for i in index
            ],
            # 43 greys: the eye sees no difference, and some forty strips stand on one page.
            "content": png(np.hstack([np.asarray(data.evaluation.images[i]) // 6 * 6 + 2 for i in index])),
        }
    return found


def _matrix(data: Dataset, confusion: Artifact, strips: Mapping[str, dict[str, Any]]) -> Made:
    matrix = np.asarray(confusion.arrays["matrix"])
    totals = matrix.sum(axis=1)
    recall = confusion.results["confusion"]["recall"]
    rows = []
    for i, true in enumerate(data.classes):
        cells = [
            {
                "id": f"{i}-{j}",
                "predicted": predicted,
                "count": int(matrix[i, j]),
                "part": float(matrix[i, j] / totals[i]) if totals[i] else 0.0,
                "strip": strips.get(f"{i}-{j}"),
            }
            for j, predicted in enumerate(data.classes)
        ]
        rows.append({"class": true, "n": int(totals[i]), "cells": cells, "recall": recall[true]})
    mistakes = [cell["part"] for row in rows for cell in row["cells"] if cell["predicted"] != row["class"]]
    files = {
        "confusion-matrix.csv": table_bytes(
            ("true", *data.classes), ((name, *matrix[i].tolist()) for i, name in enumerate(data.classes))
        )
    }
    content = {
        "rows": rows,
        "classes": list(data.classes),
        "totals": matrix.sum(axis=0).tolist(),
        "n": int(matrix.sum()),
        "right": int(np.trace(matrix)),
        # The shading tells mistakes apart: beside the diagonal all of them would look alike.
        "worst": max(mistakes, default=0.0) or 1.0,
    }
    return Figure("confusion-matrix", "confusion-matrix", content, "confusion-matrix.csv"), files


def _measures(data: Dataset, confusion: Artifact) -> Made:
    measured = confusion.results["confusion"]
    rows = [
        {
            "class": name,
            "n": measured["recall"][name]["n"],
            "train": measured["train"][name],
            "recall": measured["recall"][name],
            "precision": measured["precision"][name],
            "f1": measured["f1"][name],
        }
        for name in data.classes
    ]
    rates = [f"{measure}{end}" for measure in ("recall", "precision") for end in ("", "_low", "_high")]
    table = table_bytes(
        ("class", "evaluation", "train", *rates, "f1"),
        (
            (
                row["class"],
                row["n"],
                row["train"],
                *(row[measure][key] for measure in ("recall", "precision") for key in ("value", "low", "high")),
                row["f1"],
            )
            for row in rows
        ),
    )
    content = {"rows": rows, "macro_f1": measured["macro_f1"]}
    return Figure("confusion-measures", "confusion-measures", content, "confusion-measures.csv"), {
        "confusion-measures.csv": table
    }


def _pairs(data: Dataset, confusion: Artifact, strips: Mapping[str, dict[str, Any]]) -> Made:
    rows = []
    for pair in confusion.results["confusion"]["top"]:
        cell = f"{data.classes.index(pair['true'])}-{data.classes.index(pair['predicted'])}"
        rows.append({**pair, "n": confusion.results["confusion"]["recall"][pair["true"]]["n"], "strip": strips[cell]})
    return Figure("confusion-pairs", "confusion-pairs", {"rows": rows}), {}


def _calibration(confusion: Artifact) -> Made:
    measured = confusion.results["confusion"]
    bins = measured["bins"]
    most = max((one["n"] for one in bins), default=0)
    marks = [
        {
            **one,
            "x": _x(one["confidence"]),
            "y": _y(one["accuracy"]),
            "top": _y(one["high"]),
            "bottom": _y(one["low"]),
            "bar": round(40 * one["n"] / most, 1) if most else 0.0,
            "left": _x(one["start"]),
            "width": round(_x(one["stop"]) - _x(one["start"]), 1),
        }
        for one in bins
        if one["n"]
    ]
    keys = ("start", "stop", "n", "confidence", "accuracy", "low", "high")
    table = table_bytes(keys, ([one[key] for key in keys] for one in bins))
    content = {"bins": bins, "marks": marks, "ece": measured["ece"], "confidence": measured["confidence"]}
    return Figure("confusion-calibration", "confusion-calibration", content, "confusion-calibration.csv"), {
        "confusion-calibration.csv": table
    }


def _x(value: float) -> float:
    """Place of 0..1 in a drawing whose plot runs from 50 to 350."""
    return round(50 + 300 * value, 1)


def _y(value: float) -> float:
    """Place of 0..1 in a drawing whose plot runs from 320 up to 20."""
    return round(320 - 300 * value, 1)


def _association(confusion: Artifact) -> Made:
    found = confusion.results["confusion"]["association"]
    rows = [{"class": name, **row} for name, row in found["classes"].items()]
    rows.sort(key=lambda row: -1.0 if row["recall"] is None else -row["recall"])
    levels = _levels(rows)
    points = _points(rows, levels[0])
    keys = ("class", "recall", "train", "region", "highest", "divergence")
    table = table_bytes(keys, ([row[key] for key in keys] for row in rows))
    content = {
        "rows": rows,
        "points": points,
        "tests": {key: found[key] for key in ("highest", "divergence", "train")},
        "levels": [{"y": _height(level, levels[0]), "value": level} for level in levels],
        "sized": len({point["radius"] for point in points}) > 1,
        "ticks": [{"x": round(50 + 400 * value / _scale(rows)[-1], 1), "value": value} for value in _scale(rows)],
    }
    return Figure("confusion-association", "confusion-association", content, "confusion-association.csv"), {
        "confusion-association.csv": table
    }


def _scale(rows: list[dict[str, Any]]) -> list[float]:
    """Round numbers from 0 to beyond the largest divergence, at most six steps of them."""
    most = max((row["divergence"] for row in rows if row["divergence"] is not None), default=0.0)
    if most <= 0:
        return [0.0, 0.5, 1.0]
    step = next(
        step for power in range(-2, 9) for step in (10.0**power, 2 * 10.0**power, 5 * 10.0**power) if most <= 5.8 * step
    )
    # The last step leaves room for a name beside the outermost point.
    return [round(step * number, 2) for number in range(math.ceil(most * 1.03 / step) + 1)]


def _levels(rows: list[dict[str, Any]]) -> list[float]:
    """Round shares from below the lowest recall to 1, at most six: a scatter plot needs no zero."""
    below = 1 - min((row["recall"] for row in rows if row["recall"] is not None), default=0.0)
    step = next(step for step in (0.05, 0.1, 0.2) if below <= 5 * step + 1e-9)
    return [round(1 - step * number, 2) for number in range(max(1, math.ceil(below / step - 1e-9)), -1, -1)]


def _height(recall: float, low: float) -> float:
    """Place of low..1 in a drawing whose plot runs from 260 up to 20."""
    return round(260 - 240 * (recall - low) / (1 - low), 1)


def _points(rows: list[dict[str, Any]], low: float) -> list[dict[str, Any]]:
    """Recall from `low` against divergence, one point per class; its area grows with the training images, if they
    differ by more than a tenth."""
    high = _scale(rows)[-1]
    trained = [row["train"] for row in rows]
    most = max(trained, default=0)
    sized = most >= 1.1 * min(trained, default=0) > 0
    points = [
        {
            "class": row["class"],
            "x": round(50 + 400 * max(0.0, row["divergence"]) / high, 1),
            "y": _height(row["recall"], low),
            "radius": round(3 + 6 * (row["train"] / most) ** 0.5, 1) if sized else 5.0,
        }
        for row in rows
        if row["divergence"] is not None and row["recall"] is not None
    ]
    _place_names(points)
    return points


def _place_names(points: list[dict[str, Any]]) -> None:
    """Give every point's name a free place: `left` or right of it, `shift` units lower, clear of points and names."""
    taken = [
        (
            point["x"] - point["radius"],
            point["y"] - point["radius"],
            point["x"] + point["radius"],
            point["y"] + point["radius"],
        )
        for point in points
    ]
    for point in sorted(points, key=lambda each: each["x"]):
        for shift, left in ((shift, left) for shift in (0, -20, 20, -40, 40, -60, 60) for left in (False, True)):
            edge = point["radius"] + 3
            # As large as a name becomes on a telephone, where the whole drawing is small.
            start = point["x"] - edge - 76 if left else point["x"] + edge
            box = (start, point["y"] + shift - 10, start + 76, point["y"] + shift + 10)
            point["left"], point["shift"] = left, shift
            if not any(_overlap(box, other) for other in taken):
                break
        taken.append(box)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
