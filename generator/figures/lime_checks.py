"""Figures of question 3 that ask how far LIME can be relied on: other segmentations, and more samples."""

from __future__ import annotations

import numpy as np

from generator.dataset.types import Dataset
from generator.figures.figure import Figure, Made
from generator.figures.superpixels import outlined, palette_png
from generator.figures.tables import table_bytes
from generator.pipeline.artifact import Artifact


def segmenters(data: Dataset, lime: Artifact) -> Made:
    """``lime-segmenters``: one face cut in four ways, and what LIME makes of each."""
    checks = lime.results["lime_checks"]
    first = next(iter(lime.facts["examples"].values()), None)
    rows, files = [], {}
    for name, values in checks["segmenters"].items():
        file = None
        if first is not None:
            file = f"cut-{name}.png"
            files[file] = palette_png(outlined(np.asarray(data.evaluation.images[first]), lime.arrays[f"cut_{name}"]))
        rows.append(
            {
                "name": name,
                "src": file,
                **values,
                "mean": (values["fidelity_fresh"] + values["stability"]) / 2,
                "used": name == checks["segmenter"],
                "best": name == checks["best_segmenter"],
            }
        )
    measured = ("superpixels", "fewest", "most", "fidelity", "fidelity_fresh", "stability", "jaccard", "score")
    files["lime-segmenters.csv"] = table_bytes(
        ("segmenter", *measured), ([row[key] for key in ("name", *measured)] for row in rows)
    )
    content = {
        "rows": rows,
        "images": checks["segmenter_images"],
        "samples": checks["segmenter_samples"],
        "segmenter": checks["segmenter"],
        "best": checks["best_segmenter"],
        "top": checks["top"],
    }
    return Figure("lime-segmenters", "lime-segmenters", content, "lime-segmenters.csv"), files


def stability(lime: Artifact) -> Made:
    """``lime-stability``: what changes with the number of samples."""
    checks = lime.results["lime_checks"]
    rows = list(checks["sampling"].values())
    lines = ("stability", "jaccard", "agreement", "fidelity", "fidelity_fresh")
    keys = ("samples", "images", *lines)
    table = table_bytes(keys, ([row[key] for key in keys] for row in rows))
    content = {
        "rows": rows,
        "lines": {key: _line([row[key] for row in rows]) for key in lines},
        "at": [_across(place, len(rows)) for place in range(len(rows))],
        "target": checks["agreement"],
        "first": checks["first_samples"],
        "seeds": checks["seeds"],
        "top": checks["top"],
        "cap": checks["max_samples"],
        "converged": checks["converged"],
        "class_samples": checks["class_samples"],
    }
    return Figure("lime-stability", "lime-stability", content, "lime-stability.csv"), {"lime-stability.csv": table}


def _across(place: int, count: int) -> float:
    return round(40 + 320 * (place / (count - 1) if count > 1 else 0.5), 1)


def _line(values: list[float]) -> list[list[float]]:
    """Points in a drawing of 400 by 200 whose value axis runs from 0 (at 180) to 1 (at 20)."""
    count = len(values)
    return [[_across(place, count), round(180 - 160 * min(1.0, max(0.0, v)), 1)] for place, v in enumerate(values)]
