"""Figures of question 3: LIME's examples and regions, and the agreement of the methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from generator.dataset.types import Dataset
from generator.figures.figure import Figure, Made, artifact_of
from generator.figures.lime_checks import segmenters, stability
from generator.figures.pixels import png
from generator.figures.superpixels import colour_bar, palette_png, signed_weights, top_alone
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

BAR = "bar.png"


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``lime-examples``, ``lime-all-classes``, ``lime-segmenters``, ``lime-regions``, ``lime-stability``
    and ``agreement``."""
    data, _ = predictions_of(inputs)
    lime = inputs["lime"]
    figures: list[Figure] = []
    files: dict[str, bytes] = {BAR: png(colour_bar())}
    for figure, more in (
        _examples(data, lime),
        *([_all_classes(data, lime)] if lime.facts["all_classes"] else []),
        segmenters(data, lime),
        _regions(lime),
        stability(lime),
        _agreement(lime),
    ):
        figures.append(figure)
        files |= more
    return artifact_of(figures, files)


def _examples(data: Dataset, lime: Artifact) -> Made:
    top = lime.results["lime_checks"]["top"]
    rows: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for name, index in lime.facts["examples"].items():
        face = np.asarray(data.evaluation.images[index])
        segments = np.asarray(lime.arrays[f"segments_{name}"])
        weights = np.array(lime.facts["weights"][name][name])
        other = np.array(lime.facts["other_weights"][name])
        scale, other_scale = float(np.abs(weights).max()), float(np.abs(other).max())
        # A class may have any name, so that it stands last: no two pictures have the same.
        pictures = {part: f"{part}-{name}.png" for part in ("face", "weights", "top", "other")}
        files |= {
            pictures["face"]: png(face),
            pictures["weights"]: palette_png(signed_weights(face, segments, weights, scale)),
            pictures["top"]: palette_png(top_alone(face, segments, weights, top)),
            pictures["other"]: palette_png(signed_weights(face, segments, other, other_scale)),
        }
        rows.append(
            {
                "class": name,
                **pictures,
                "scale": scale,
                "other_scale": other_scale,
                "for_count": int((weights > 0).sum()),
                "numbers": lime.results["lime"][name]["example"],
                "strongest": _where(data, index, segments, int(weights.argmax())),
            }
        )
    table = table_bytes(
        ("class", "image", "superpixel", "weight", "weight_other_colour"),
        (
            (row["class"], row["numbers"]["name"], k, own, other)
            for row in rows
            for k, (own, other) in enumerate(
                zip(
                    lime.facts["weights"][row["class"]][row["class"]],
                    lime.facts["other_weights"][row["class"]],
                    strict=True,
                )
            )
        ),
    )
    files["lime-examples.csv"] = table
    content = {"rows": rows, "bar": BAR, "checks": _settings(lime)}
    return Figure("lime-examples", "lime-examples", content, "lime-examples.csv"), files


def _where(data: Dataset, index: int, segments: np.ndarray, superpixel: int) -> str | None:
    """The region in which most of a superpixel lies."""
    inside = segments == superpixel
    parts = {name: int((np.asarray(data.masks(name)[index]) & inside).sum()) for name in data.region_masks}
    return max(parts, key=lambda name: parts[name], default=None) if any(parts.values()) else None


def _settings(lime: Artifact) -> dict[str, Any]:
    kept = ("segmenter", "hidden", "other_hidden", "seeds", "top", "max_samples", "agreement", "kernel_width")
    return {name: lime.results["lime_checks"][name] for name in kept}


def _all_classes(data: Dataset, lime: Artifact) -> Made:
    own = lime.facts["all_classes"]
    index = lime.facts["examples"][own]
    face = np.asarray(data.evaluation.images[index])
    segments = np.asarray(lime.arrays[f"segments_{own}"])
    per_class = {name: np.array(values) for name, values in lime.facts["weights"][own].items()}
    scale = float(max(np.abs(values).max() for values in per_class.values()))
    probabilities = dict(zip(lime.facts["classes"], lime.facts["probabilities"][own], strict=True))
    files = {"all.png": png(face)}
    tiles = []
    for name in lime.facts["classes"]:
        file = f"all-{name}.png"
        files[file] = palette_png(signed_weights(face, segments, per_class[name], scale))
        tiles.append(
            {
                "class": name,
                "src": file,
                "probability": probabilities[name],
                "fidelity": lime.facts["fidelity"][own][name],
                "own": name == own,
                "strongest": _where(data, index, segments, int(per_class[name].argmax())),
            }
        )
    files["lime-all-classes.csv"] = table_bytes(
        ("superpixel", *lime.facts["classes"]),
        ((k, *(per_class[name][k] for name in lime.facts["classes"])) for k in range(len(per_class[own]))),
    )
    content = {
        "class": own,
        "face": "all.png",
        "name": data.evaluation.names[index],
        "tiles": tiles,
        "scale": scale,
        "bar": BAR,
        "superpixels": len(per_class[own]),
        "samples": lime.results["lime"][own]["example"]["samples"],
    }
    return Figure("lime-all-classes", "lime-all-classes", content, "lime-all-classes.csv"), files


def _regions(lime: Artifact) -> Made:
    rows = [
        {
            "class": name,
            "images": values["images"],
            "region": values["region"],
            "fidelity": values["fidelity"],
            "fidelity_fresh": values["fidelity_fresh"],
            "superpixels": values["superpixels"],
            "samples": values["samples"],
            "stability": values["stability"],
            "cells": [{"region": region, **numbers} for region, numbers in values["regions"].items()],
        }
        for name, values in lime.results["lime"].items()
    ]
    regions = list(dict.fromkeys(cell["region"] for row in rows for cell in row["cells"]))
    keys = (
        "share",
        "enrichment",
        "low",
        "high",
        "null",
        "null_high",
        "decisive",
        "decisive_null",
        "decisive_null_high",
    )
    table = table_bytes(
        ("class", "images", "region", *keys),
        (
            (row["class"], row["images"], cell["region"], *(cell[key] for key in keys))
            for row in rows
            for cell in row["cells"]
        ),
    )
    content = {"rows": rows, "regions": regions}
    return Figure("lime-regions", "lime-regions", content, "lime-regions.csv"), {"lime-regions.csv": table}


def _agreement(lime: Artifact) -> Made:
    methods = lime.facts["methods"]
    named = lime.facts["named"]
    rows = []
    for name, values in lime.results["agreement"].items():
        cells = [
            {"region": region, "part": part, "methods": [m for m in methods if region in named[name].get(m, [])]}
            for region, part in values.items()
            if region != "region"
        ]
        rows.append({"class": name, "region": values["region"], "cells": cells})
    regions = list(dict.fromkeys(cell["region"] for row in rows for cell in row["cells"]))
    table = table_bytes(
        ("class", "region", "part", "methods"),
        (
            (row["class"], cell["region"], cell["part"], " ".join(cell["methods"]))
            for row in rows
            for cell in row["cells"]
        ),
    )
    content = {
        "rows": rows,
        "regions": regions,
        "methods": methods,
        "gradient_method": lime.facts["gradient_method"],
        "untrained_method": lime.facts["untrained_method"],
        "missing": [m for m in ("gradient", "occlusion", "lime") if m not in methods],
    }
    return Figure("agreement", "agreement", content, "agreement.csv"), {"agreement.csv": table}
