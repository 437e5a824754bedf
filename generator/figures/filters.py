"""Figures of question 2: what each filter is activated by, and what it makes of a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from generator.dataset.types import Dataset
from generator.figures.figure import Figure, artifact_of
from generator.figures.pixels import coloured, png
from generator.figures.tables import table_bytes
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

Drawn = tuple[Figure, dict[str, bytes]]
OUTPUT_COLOURS = "magma"
_SHARED = 99.5
"""Percentile of all outputs at which the shared scale ends, so that one bright spot does not darken the rest."""


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``filters-ascent``, ``-outputs``, ``-layers``, ``-top-images`` and ``-description``."""
    data, logits = predictions_of(inputs)
    made = inputs["filters"]
    drawn = [_ascent(made), _outputs(made, data), _layers(made), _top_images(made, data, logits), _description(made)]
    artifact = artifact_of(
        [figure for figure, _ in drawn], {name: file for _, files in drawn for name, file in files.items()}
    )
    artifact.facts["cover"] = f"ascent-{typical(made.results['filters']['filters'])}.png"
    return artifact


def typical(filters: Sequence[Mapping[str, Any]]) -> int:
    """The filter that stands for its layer: of the commonest kind, the one whose smooth picture activates it medially.

    Args:
        filters: one mapping per filter with ``index``, ``kind``, ``dead``, ``stuck`` and ``regularised_end``.

    Returns:
        Its index. Dead and stuck filters come into question only where there is no other.
    """
    alive = [each for each in filters if not each["dead"] and not each["stuck"]] or list(filters)
    kinds = [each["kind"] for each in alive]
    common = max(sorted(set(kinds)), key=kinds.count)
    ranked = sorted((each["regularised_end"], each["index"]) for each in alive if each["kind"] == common)
    return int(ranked[len(ranked) // 2][1])


def _ascent(made: Artifact) -> Drawn:
    results, regularised_pictures = made.results["filters"], made.arrays[f"regularised_{made.facts['shown']}"]
    tiles, files = [], {}
    for each in results["filters"]:
        i = each["index"]
        plain, regularised = f"ascent-{i}-plain.png", f"ascent-{i}.png"
        files[plain] = png(np.asarray(made.arrays["plain"][i]))
        files[regularised] = png(np.asarray(regularised_pictures[i]))
        tiles.append({"plain": plain, "regularised": regularised, **each})
    header = ("filter", "start", "end", "percentile", "regularised_end", "regularised_percentile", "dead", "stuck")
    rows = [[each["index"], *(each[name] for name in header[1:])] for each in results["filters"]]
    files["filters-ascent.csv"] = table_bytes(header, rows)
    return Figure("filters-ascent", "filters-ascent", {"tiles": tiles}, "filters-ascent.csv"), files


def _outputs(made: Artifact, data: Dataset) -> Drawn:
    results, outputs = made.results["filters"], np.asarray(made.arrays["outputs"])
    low, high = float(outputs.min()), float(np.percentile(outputs, _SHARED))
    if high <= low:
        high = low + 1
    index = made.facts["image"]
    files = {
        "outputs-image.png": png(np.asarray(data.evaluation.images[index])),
        "outputs-scale.png": png(coloured(np.tile(np.linspace(0, 1, 128), (12, 1)), 0, 1, OUTPUT_COLOURS)),
    }
    tiles = []
    for each, pixels in zip(results["filters"], outputs, strict=True):
        file = f"output-{each['index']}.png"
        files[file] = png(coloured(pixels, low, high, OUTPUT_COLOURS))
        tiles.append({"src": file, "index": each["index"], "kind": each["kind"], "dead": each["dead"]})
    rows = [
        [each["index"], float(pixels.mean()), float(pixels.min()), float(pixels.max())]
        for each, pixels in zip(results["filters"], outputs, strict=True)
    ]
    files["filters-outputs.csv"] = table_bytes(("filter", "mean", "least", "greatest"), rows)
    content = {
        "image": "outputs-image.png",
        "scale": "outputs-scale.png",
        "low": low,
        "high": high,
        "beyond": float((outputs > high).mean()),
        "tiles": tiles,
    }
    return Figure("filters-outputs", "filters-outputs", content, "filters-outputs.csv"), files


def _layers(made: Artifact) -> Drawn:
    results, files, rows = made.results["filters"], {}, []
    for depth in made.facts["depths"]:
        pictures, filters = made.arrays[f"regularised_{depth}"], made.arrays[f"filters_{depth}"]
        dead, stuck = made.arrays[f"dead_{depth}"], made.arrays[f"stuck_{depth}"]
        # The pictures of the layer shown all stand in the figure above; here as many as of the others.
        wanted = min(len(made.arrays[f"filters_{other}"]) for other in made.facts["depths"])
        some = np.unique(np.linspace(0, len(filters) - 1, wanted).round().astype(int))
        tiles = []
        for i in some:
            number = int(filters[i])
            file = f"layer-{depth}-{number}.png"
            files[file] = png(np.asarray(pictures[i]))
            tiles.append({"src": file, "index": number, "dead": bool(dead[i]), "stuck": bool(stuck[i])})
        rows.append({"depth": depth, "tiles": tiles, **results["layers"][depth]})
    header = ("depth", *(name for name in rows[0] if name not in ("depth", "tiles")))
    files["filters-layers.csv"] = table_bytes(header, [[row[name] for name in header] for row in rows])
    return Figure("filters-layers", "filters-layers", {"rows": rows}, "filters-layers.csv"), files


def _top_images(made: Artifact, data: Dataset, logits: np.ndarray) -> Drawn:
    results, top = made.results["filters"], np.asarray(made.arrays["top"])
    rows: list[dict[str, Any]] = []
    cells: list[list[object]] = []
    files: dict[str, bytes] = {}
    for each in results["filters"]:
        i = each["index"]
        chosen = top[i]
        classes = [data.classes[int(label)] for label in data.evaluation.labels[chosen]]
        names = [data.evaluation.names[int(j)] for j in chosen]
        for rank, (j, name, label) in enumerate(zip(chosen, names, classes, strict=True), 1):
            cells.append([i, rank, name, label, data.classes[int(logits[j].argmax())]])
        if each["dead"]:
            rows.append({"index": i, "dead": True})
            continue
        file = f"top-{i}.png"
        # In steps of 4 greys, which nobody sees and which takes a quarter less room.
        files[file] = png(np.hstack(list(data.evaluation.images[chosen])) // 4 * 4 + 1)
        rows.append({"index": i, "dead": False, "src": file, "count": len(chosen), "classes": classes, "names": names})
    files["filters-top-images.csv"] = table_bytes(("filter", "rank", "image", "class", "prediction"), cells)
    return Figure("filters-top-images", "filters-top-images", {"rows": rows}, "filters-top-images.csv"), files


def _description(made: Artifact) -> Drawn:
    results = made.results["filters"]
    names = [name for name in results["filters"][0] if name not in ("start", "end", "percentile")]
    rows = [[each[name] for name in names] for each in results["filters"]]
    files = {"filters-description.csv": table_bytes(names, rows)}
    # The pictures of the ascent are shown again as the rows' heads.
    content = {"rows": [{"src": f"ascent-{each['index']}.png", **each} for each in results["filters"]]}
    return Figure("filters-description", "filters-description", content, "filters-description.csv"), files
