"""Figures of question 1: the examples, and the means over all images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter
from scipy.special import softmax

from generator.analyses.faithfulness.ranking import most_important
from generator.dataset.types import Dataset
from generator.figures.figure import Figure, Made, artifact_of
from generator.figures.maps import bars, in_colour, kept_alone, over_face, palette_png, scale_of
from generator.figures.pixels import png
from generator.figures.preview import preview
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

KEPT = 0.3
"""Part of the pixels that the masked image keeps: the most salient."""
SIGNED = ("gradient_x_input", "integrated_gradients", "occlusion")
"""Methods whose sign says whether a pixel speaks for the class."""
OF_GRADIENTS = ("gradient", "smoothgrad", "guided_backprop")
"""Methods whose values are slopes: per step from black to white on the stated scale."""


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``saliency-examples``, ``-means``, ``-regions`` and ``-right-wrong``."""
    data, logits = predictions_of(inputs)
    found = inputs["saliency"]
    p = inputs["model"].facts["preprocess"]
    span = abs(p["high"] - p["low"]) / p["std"]
    figures: list[Figure] = []
    files = bars()
    made = [_examples(data, logits, found, span), _means(data, found)]
    if data.region_masks:
        made.append(_regions(found))
    for figure, more in (*made, _right_wrong(data, found)):
        figures.append(figure)
        files |= more
    artifact = artifact_of(figures, files)
    # The front page names the highest factor of all: beside it stands the mean map that it was read from.
    saliency = found.results["saliency"]
    highest = {
        name: max(values["enrichment"] for values in regions.values()) for name, regions in saliency.items() if regions
    }
    if highest:
        artifact.facts["cover"] = f"mean-{max(highest, key=highest.__getitem__)}.png"
    if pictures := mean_pictures(data, found):
        artifact.files = {**artifact.files, "preview.png": preview(pictures)}
        artifact.facts["preview"] = "preview.png"
    return artifact


def methods_of(found: Artifact) -> list[str]:
    """The methods that have maps, the page's method first."""
    default = found.facts["default_method"]
    rows = found.results["faithfulness"]["methods"]
    return [default, *(name for name, row in rows.items() if row["kind"] != "baseline" and name != default)]


def _examples(data: Dataset, logits: np.ndarray, found: Artifact, span: float) -> Made:
    evaluation = data.evaluation
    files: dict[str, bytes] = {}
    images = []
    probabilities = softmax(logits.astype(np.float64), axis=1)
    for name, index in found.facts["examples"].items():
        files[f"face-{name}.png"] = png(np.asarray(evaluation.images[index]))
        images.append(
            {
                "class": name,
                "name": evaluation.names[index],
                "src": f"face-{name}.png",
                "predicted": data.classes[int(logits[index].argmax())],
                "probability": float(probabilities[index, data.classes.index(name)]),
                "confidence": float(probabilities[index].max()),
            }
        )
    panels = []
    for method in methods_of(found):
        ranked = np.asarray(found.arrays[f"example_{method}"])
        shown = np.asarray(found.arrays[f"example_signed_{method}"]) if method in SIGNED else ranked
        kept = most_important(ranked, KEPT)
        tiles = []
        for row, (name, index) in enumerate(found.facts["examples"].items()):
            face, scale = np.asarray(evaluation.images[index]), scale_of(shown[row])
            # A class may have any name, so that it stands last: no two pictures have the same.
            pictures = {part: f"{method}-{part}-{name}.png" for part in ("map", "over", "kept")}
            files |= {
                pictures["map"]: palette_png(in_colour(shown[row], scale, method in SIGNED)),
                pictures["over"]: palette_png(over_face(face, shown[row], scale), 96),
                pictures["kept"]: palette_png(kept_alone(face, kept[row]), 96),
            }
            unit = span if method in OF_GRADIENTS else 1.0
            blank = not np.abs(shown[row]).any()
            region = None if blank else _strongest(data, index, ranked[row])
            tiles.append({**pictures, "scale": scale * unit, "region": region, "blank": blank})
        panels.append({"method": method, "signed": method in SIGNED, "tiles": tiles})
    content = {"images": images, "panels": panels, "removed": 1 - KEPT}
    return Figure("saliency-examples", "saliency-examples", content), files


def _strongest(data: Dataset, index: int, ranked: np.ndarray) -> str | None:
    """The region at the map's strongest spot (3x3 pixels)."""
    row, column = np.unravel_index(int(uniform_filter(ranked, 3).argmax()), ranked.shape)
    for region, mask in data.region_masks.items():
        if (mask[index] if mask.ndim == 3 else mask)[row, column]:
            return region
    return None


def _mean_over_face(face: np.ndarray, mean: np.ndarray, scale: float) -> np.ndarray:
    return over_face(face, np.maximum(mean - 1, 0), scale - 1)


def _mean_tile(file: str, face: np.ndarray, mean: np.ndarray, scale: float) -> dict[str, bytes]:
    return {file: palette_png(_mean_over_face(face, mean, scale), 128)}


def mean_pictures(data: Dataset, found: Artifact) -> list[np.ndarray]:
    """The mean map of every class over its mean face, by the page's method, RGB (h, w, 3) uint8."""
    means, faces = (np.asarray(found.arrays[name]) for name in (f"mean_{found.facts['default_method']}", "mean_faces"))
    scale = _end_of_scale(means)
    labels = [data.classes.index(name) for name in found.results["saliency"]]
    return [_mean_over_face(faces[label], means[label], scale) for label in labels]


def _end_of_scale(means: np.ndarray) -> float:
    return max(float(np.percentile(means, 99.5)), 1.5)


def _means(data: Dataset, found: Artifact) -> Made:
    default = found.facts["default_method"]
    means, faces = (np.asarray(found.arrays[name]) for name in (f"mean_{default}", "mean_faces"))
    scale = _end_of_scale(means)
    files: dict[str, bytes] = {}
    tiles = []
    for name, regions in found.results["saliency"].items():
        label = data.classes.index(name)
        files |= _mean_tile(f"mean-{name}.png", faces[label], means[label], scale)
        tiles.append({"class": name, "src": f"mean-{name}.png", "regions": _first(regions, 2)})
    content = {"tiles": tiles, "scale": scale, "method": default}
    return Figure("saliency-means", "saliency-means", content), files


def _first(regions: Mapping[str, Mapping[str, float]], count: int) -> list[str]:
    """The regions with the highest enrichment."""
    return sorted(regions, key=lambda region: -regions[region]["enrichment"])[:count]


def _regions(found: Artifact) -> Made:
    saliency, untrained = (found.results[group] for group in ("saliency", "saliency_untrained"))
    factors = {("trained", method): found for method, found in found.results["saliency_by_method"].items()}
    factors["random", found.facts["default_method"]] = untrained
    table = table_bytes(
        ("weights", "method", "class", "region", "share", "enrichment", "low", "high"),
        (
            (weights, method, name, region, *values.values())
            for (weights, method), classes in factors.items()
            for name, regions in classes.items()
            for region, values in regions.items()
        ),
    )
    columns = list(dict.fromkeys(region for regions in saliency.values() for region in regions))
    means = {region: mean for region in columns if (mean := _mean_over_classes(untrained, region)) is not None}
    content: dict[str, Any] = {
        "regions": columns,
        "highest": max((values["enrichment"] for found in saliency.values() for values in found.values()), default=1),
        "method": found.facts["default_method"],
        "untrained": means,
        "networks": max(found.results["saliency_checks"]["untrained_images"].values(), default=0),
        "marks": {
            name: {
                region: mark
                for region, values in regions.items()
                if (mark := mark_of(values, untrained[name][region] if means else None)) is not None
            }
            for name, regions in saliency.items()
        },
    }
    return Figure("saliency-regions", "saliency-regions", content, "saliency-regions.csv"), {
        "saliency-regions.csv": table
    }


def mark_of(trained: Mapping[str, float], untrained: Mapping[str, float | None] | None) -> str | None:
    """Whether a factor stands out: ``above`` or ``below`` 1, and above or below what untrained networks give.

    Args:
        trained: ``low`` and ``high`` of the factor.
        untrained: the same of networks with random weights, null where they have no map, which marks nothing; None if
            there are none to compare with.
    """
    low, high = (1.0, 1.0) if untrained is None else (untrained["low"], untrained["high"])
    if low is None or high is None:
        return None
    return "above" if trained["low"] > max(1.0, high) else "below" if trained["high"] < min(1.0, low) else None


def _mean_over_classes(table: Mapping[str, Mapping[str, Mapping[str, Any]]], region: str) -> dict[str, float] | None:
    """A region's mean factor over the classes, with the lowest and the highest end of their intervals."""
    cells = [regions[region] for regions in table.values() if region in regions]
    cells = [cell for cell in cells if cell["enrichment"] is not None]
    if not cells:
        return None
    return {
        "enrichment": sum(cell["enrichment"] for cell in cells) / len(cells),
        "low": min(cell["low"] for cell in cells),
        "high": max(cell["high"] for cell in cells),
    }


def _right_wrong(data: Dataset, found: Artifact) -> Made:
    faces = np.asarray(found.arrays["mean_faces"])
    maps = {part: np.asarray(found.arrays[f"mean_{part}"]) for part in ("right", "wrong")}
    counts = found.results["saliency_checks"]["images"]
    scale = max(float(np.percentile(np.stack(list(maps.values())), 99.5)), 1.5)
    files: dict[str, bytes] = {}
    rows, comparisons = [], 0
    for label, name in enumerate(data.classes):
        row: dict[str, Any] = {"class": name}
        for part in ("right", "wrong"):
            regions = found.results[f"saliency_{part}"].get(name)
            row[part] = None
            if regions is None:
                continue
            file = f"{part}-{name}.png"
            files |= _mean_tile(file, faces[label], maps[part][label], scale)
            row[part] = {"src": file, "images": counts[part][name], "region": next(iter(_first(regions, 1)), None)}
        row["apart"] = [region for region, apart in _apart(found, name).items() if apart]
        comparisons += len(_apart(found, name))
        rows.append(row)
    content = {"rows": rows, "comparisons": comparisons, "scale": scale, "method": found.facts["default_method"]}
    return Figure("saliency-right-wrong", "saliency-right-wrong", content), files


def _apart(found: Artifact, name: str) -> dict[str, bool]:
    """Regions measured over right and over wrong images, and whether the two intervals do not meet."""
    right, wrong = (found.results[f"saliency_{part}"].get(name, {}) for part in ("right", "wrong"))
    return {
        region: right[region]["low"] > wrong[region]["high"] or wrong[region]["low"] > right[region]["high"]
        for region in right
        if region in wrong
    }
