"""Figures that say how far each method can be trusted, LIME included. The tables read ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from generator.dataset.types import Dataset
from generator.figures.figure import Figure, Made, artifact_of
from generator.figures.maps import in_colour, palette_png, scale_of
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

WIDTH, HEIGHT = 320, 220
"""Of a chart's plotting area, in the units of its SVG."""
DASHES = {
    "gradient": "",
    "gradient_x_input": "7 3",
    "smoothgrad": "",
    "integrated_gradients": "7 3",
    "grad_cam": "",
    "occlusion": "",
    "lime": "9 3",
    "guided_backprop": "2 3",
    "random": "2 4",
    "centre": "5 5",
    "edges": "9 3 2 3",
}
"""Dashes of the lines. Their colours are the style sheet's, by scheme: neither alone tells the lines apart."""


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``faithfulness-curves``, ``-table``, ``-randomisation`` and, for drawn faces, ``-truth``."""
    data, _ = predictions_of(inputs)
    made = [_curves(inputs["saliency"], inputs["lime"]), _table(), _randomisation(data, inputs["saliency"])]
    if data.evidence is not None:
        made.append((Figure("faithfulness-truth", "faithfulness-truth"), {}))
    return artifact_of(
        [figure for figure, _ in made], {name: file for _, files in made for name, file in files.items()}
    )


def _curves(found: Artifact, lime: Artifact) -> Made:
    curves = dict(found.facts["curves"])
    fractions = found.results["faithfulness"]["fractions"]
    rows = dict(found.results["faithfulness"]["methods"])
    if "curve" in lime.facts:
        curves["lime"] = lime.facts["curve"]
        rows |= lime.results["faithfulness"]["methods"]
    lines = [
        {
            "method": name,
            "dashes": DASHES[name],
            "points": {kind: _points(fractions, curves[name][kind]) for kind in ("deletion", "insertion")},
        }
        for name in sorted(curves, key=lambda name: -rows[name]["score"]["value"])
    ]
    table = table_bytes(
        ("method", "fraction", "deletion", "insertion"),
        (
            (name, fraction, deleted, inserted)
            for name, both in curves.items()
            for fraction, deleted, inserted in zip(fractions, both["deletion"], both["insertion"], strict=True)
        ),
    )
    images = rows["lime"]["images"] if "lime" in curves else None
    fewer = images if images != found.results["faithfulness"]["images"] else None
    content = {"lines": lines, "width": WIDTH, "height": HEIGHT, "lime_images": fewer}
    return Figure("faithfulness-curves", "faithfulness-curves", content, "faithfulness-curves.csv"), {
        "faithfulness-curves.csv": table
    }


def _points(fractions: list[float], values: list[float]) -> str:
    """An SVG polyline. Fractions go by their square root: what matters happens at the start."""
    return " ".join(
        f"{WIDTH * fraction**0.5:.1f},{HEIGHT * (1 - value):.1f}"
        for fraction, value in zip(fractions, values, strict=True)
    )


def _table() -> Made:
    return Figure("faithfulness-table", "faithfulness-table"), {}


def _randomisation(data: Dataset, found: Artifact) -> Made:
    rows: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    layers: list[str] = []
    for name, row in found.results["faithfulness"]["methods"].items():
        if not row["cascade"]:
            continue
        if len(row["cascade"]) > len(layers):
            layers = [step["layer"] for step in row["cascade"]]
        stack = np.asarray(found.arrays[f"cascade_{name}"])
        cells = {}
        for number, values in enumerate(stack):
            file = f"cascade-{name}-{number}.png"
            files[file] = palette_png(in_colour(values, scale_of(values), signed=False), 32)
            if number:
                step = row["cascade"][number - 1]
                cells[step["layer"]] = {"src": file, "spearman": step["spearman"], "ssim": step["ssim"]}
        rows.append({"method": name, "trained": f"cascade-{name}-0.png", "cells": cells, "unmoved": row["unmoved"]})
    image = data.evaluation.names[found.facts["tested"][0]]
    content = {"rows": rows, "layers": layers, "image": image}
    return Figure("faithfulness-randomisation", "faithfulness-randomisation", content), files
