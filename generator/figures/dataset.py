"""Figures of the data set: classes, samples, regions; and for drawn faces how they are made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.dataset.regions import masks_of
from generator.dataset.types import Dataset, dataset_of
from generator.figures.drawn import drawn_figures
from generator.figures.figure import Figure, artifact_of
from generator.figures.pixels import overlay, png
from generator.figures.tables import table_bytes
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

SAMPLES = 12
"""Images shown per class."""
MARK = np.array([255.0, 122.0, 0.0])
"""The colour laid over a face to mark a region."""


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw the figures ``dataset-classes``, ``dataset-samples``, ``dataset-regions`` and, if drawn, ``faces-…``."""
    data = dataset_of(inputs["dataset"])
    source = inputs["dataset"].results.get("dataset", {}).get("source", {})
    figures: list[Figure] = []
    files: dict[str, bytes] = {}
    for figure, its_files in (_classes(data), _samples(data, context.seed), _regions(data)):
        figures.append(figure)
        files |= its_files
    if source.get("kind") == "drawn":
        more, more_files = drawn_figures(data, context.seed)
        figures += more
        files |= more_files
    return artifact_of(figures, files)


def _classes(data: Dataset) -> tuple[Figure, dict[str, bytes]]:
    k = len(data.classes)
    train = np.bincount(data.train.labels, minlength=k).tolist()
    evaluation = np.bincount(data.evaluation.labels, minlength=k).tolist()
    rows = [{"class": name, "train": train[i], "evaluation": evaluation[i]} for i, name in enumerate(data.classes)]
    table = table_bytes(("class", "train", "evaluation"), (row.values() for row in rows))
    totals = {"train": len(data.train), "evaluation": len(data.evaluation)}
    content = {"rows": rows, "totals": totals}
    return Figure("dataset-classes", "dataset-classes", content, "dataset-classes.csv"), {"dataset-classes.csv": table}


def _samples(data: Dataset, seed: int) -> tuple[Figure, dict[str, bytes]]:
    rng = np.random.default_rng(seed)
    rows, files = [], {}
    for label, name in enumerate(data.classes):
        members = np.flatnonzero(data.evaluation.labels == label)
        chosen = np.sort(rng.permutation(members)[:SAMPLES])
        if not len(chosen):
            continue
        file = f"samples-{name}.png"
        files[file] = png(np.hstack(list(data.evaluation.images[chosen])))
        names = [data.evaluation.names[int(i)] for i in chosen]
        rows.append({"class": name, "src": file, "count": len(chosen), "names": names})
    return Figure("dataset-samples", "dataset-samples", {"rows": rows}), files


def _regions(data: Dataset) -> tuple[Figure, dict[str, bytes]]:
    mean = data.evaluation.images.mean(axis=0)
    tiles, files = [], {}
    for region in data.region_masks:
        mask = np.asarray(data.region_masks[region], dtype=np.float64)
        share = float(mask.mean())
        often = mask.mean(axis=0) if mask.ndim == 3 else mask
        file = f"region-{region}.png"
        files[file] = png(overlay(mean, MARK, 0.7 * often))
        tiles.append({"region": region, "src": file, "share": share})
    return Figure("dataset-regions", "dataset-regions", {"tiles": tiles, "kind": _kind(data)}), files


def _kind(data: Dataset) -> str:
    """Where the regions come from: ``exact`` masks, the ``ninths`` of the image, or ``boxes`` of the configuration."""
    if data.evidence is not None:
        return "exact"
    ninths = masks_of(None)
    same = data.region_masks.keys() == ninths.keys()
    return "ninths" if same and all((data.region_masks[name] == ninths[name]).all() for name in ninths) else "boxes"
