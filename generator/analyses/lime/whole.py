"""LIME over a sample of every class: which region it calls decisive. Resumable, image by image."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from generator.analyses.lime.explain import Explanation
from generator.analyses.lime.regions import weight_map
from generator.analyses.side_by_side import side_by_side

Explain = Callable[[int, int], Explanation]
"""Image index and label to its explanation."""


@dataclass(frozen=True)
class Explained:
    """The explanations of several images, reduced to what is kept.

    Attributes:
        index: int (n,), evaluation images.
        maps: float32 (n, 48, 48), signed weight per pixel.
        segments: int16 (n, 48, 48), superpixel numbers.
        weights: per image float64 (k,), of its superpixels.
        fidelity, fidelity_fresh, agreement, overlap: float64 (n,), see `Explanation`.
        samples, superpixels: int (n,).
    """

    index: np.ndarray
    maps: np.ndarray
    segments: np.ndarray
    weights: tuple[np.ndarray, ...]
    fidelity: np.ndarray
    fidelity_fresh: np.ndarray
    agreement: np.ndarray
    overlap: np.ndarray
    samples: np.ndarray
    superpixels: np.ndarray


def explain_sample(
    sample: Mapping[str, np.ndarray],
    labels: Mapping[str, int],
    explain: Explain,
    scratch: Path,
    progress: Callable[[int, int, str], None],
) -> dict[str, Explained]:
    """Explain every image of the sample for its own class; finished images are kept in `scratch`.

    Args:
        sample: class to indices of evaluation images.
        labels: class to label.
        explain: explains one image.
        scratch: belongs to exactly these data, model and options; a run that was killed goes on from there.
        progress: told after every image.
    """
    jobs = [
        partial(_kept, scratch / f"explained-{image}.npz", explain, image, labels[name])
        for name, index in sample.items()
        for image in index.tolist()
    ]
    which = [f"{name} {place + 1}/{len(index)}" for name, index in sample.items() for place in range(len(index))]
    made = iter(side_by_side(jobs, lambda done: progress(done, len(jobs), which[done - 1])))
    found = {}
    for name, index in sample.items():
        rows = list(islice(made, len(index)))
        found[name] = Explained(
            index=index,
            maps=np.stack([row["map"] for row in rows]),
            segments=np.stack([row["segments"] for row in rows]),
            weights=tuple(row["weights"] for row in rows),
            fidelity=np.array([float(row["fidelity"]) for row in rows]),
            fidelity_fresh=np.array([float(row["fidelity_fresh"]) for row in rows]),
            agreement=np.array([float(row["agreement"]) for row in rows]),
            overlap=np.array([float(row["overlap"]) for row in rows]),
            samples=np.array([int(row["samples"]) for row in rows]),
            superpixels=np.array([int(row["superpixels"]) for row in rows]),
        )
    return found


def _kept(file: Path, explain: Explain, image: int, label: int) -> dict[str, Any]:
    if file.is_file():
        with np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    found = explain(image, label)
    row: dict[str, Any] = {
        "map": weight_map(found.weights[0], found.segments).astype(np.float32),
        "segments": found.segments.astype(np.int16),
        "weights": found.weights[0],
        "fidelity": np.float64(found.fidelity[0]),
        "fidelity_fresh": np.float64(found.fidelity_fresh),
        "agreement": np.float64(found.agreement),
        "overlap": np.float64(found.overlap),
        "samples": np.int64(found.samples),
        "superpixels": np.int64(found.superpixels),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: a kill never leaves half a file under the name that is looked for.
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with aside.open("wb") as out:
        np.savez(out, **row)
    aside.replace(file)
    return row
