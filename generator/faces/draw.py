"""Draw faces by number: the same seed and number give the same picture, whatever else is drawn."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from generator.dataset.types import REGIONS
from generator.faces.canvas import SIDE
from generator.faces.draws import GRAIN, IMAGE, ORDER, Draws, generator
from generator.faces.identity import identities
from generator.faces.nuisance import nuisances
from generator.faces.pose import Face
from generator.faces.regions import region_masks
from generator.faces.scene import exposed, paint
from generator.faces.units import CLASSES, intensities
from generator.pipeline.artifact import Progress, silent

EVIDENCE_THRESHOLD = 8.0
"""Grey values (of 255) by which a pixel must differ between expression and neutral face to count as evidence."""
_CHUNK = 2 * len(CLASSES)
_MANY = 40
"""Chunks from which starting processes pays."""


@dataclass(frozen=True)
class DrawnFaces:
    """Drawn faces and all that is known of them.

    Attributes:
        images: uint8, shape (n, 48, 48).
        labels: int64, shape (n,), index into `CLASSES`.
        identities: int64, shape (n,): image i shows person i // 7.
        action_units: float32, shape (n, len(AUS)), intensities 0 to 1.
        region_masks: region to bool (n, 48, 48); every pixel belongs to exactly one region. Empty without truth.
        evidence: bool (n, 48, 48): the pixels that change by more than `EVIDENCE_THRESHOLD` grey values when all
            action units are set to 0 and all else is kept, before the grain is added. Empty masks for most
            neutral faces: nothing moved. None without truth.
    """

    images: np.ndarray
    labels: np.ndarray
    identities: np.ndarray
    action_units: np.ndarray
    region_masks: dict[str, np.ndarray]
    evidence: np.ndarray | None

    def __len__(self) -> int:
        return len(self.labels)


def labels_of(seed: int, numbers: np.ndarray) -> np.ndarray:
    """Class of every image: each person shows all seven expressions once, in an order of their own."""
    k = len(CLASSES)
    orders = {int(p): generator(seed, ORDER, int(p)).permutation(k) for p in np.unique(numbers // k)}
    return np.array([orders[int(i) // k][int(i) % k] for i in numbers], dtype=np.int64)


def faces_of(seed: int, numbers: np.ndarray) -> Face:
    """Everything about the faces with these numbers, before they are painted."""
    people, rows = np.unique(numbers // len(CLASSES), return_inverse=True)
    draws = Draws(seed, IMAGE, numbers)
    values = intensities(labels_of(seed, numbers), draws)
    return Face.posed(identities(seed, people).of(rows), values, nuisances(draws))


def action_units(count: int, seed: int) -> np.ndarray:
    """Intensities 0 to 1 of the action units of images 0 to `count` - 1, float32 (count, len(AUS)); nothing drawn."""
    return np.asarray(faces_of(seed, np.arange(count)).units.values)


def at_rest(face: Face) -> Face:
    """The same faces with no muscle moved and all else equal."""
    return Face.posed(face.person, np.zeros_like(face.units.values), face.chance)


def grained(clean: np.ndarray, seed: int, numbers: np.ndarray, face: Face) -> np.ndarray:
    """Finished uint8 pictures: each image's own sensor noise over `clean` (n, 48, 48), then rounded."""
    shape = (SIDE, SIDE)
    grain = [generator(seed, GRAIN, int(i)).standard_normal(shape, dtype=np.float32) for i in numbers]
    noisy = np.rint(clean + face.chance.noise * np.stack(grain))
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def _draw(seed: int, numbers: np.ndarray, truth: bool) -> DrawnFaces:
    face = faces_of(seed, numbers)
    scene = paint(face)
    clean = exposed(scene.light, face)
    drawn = DrawnFaces(
        images=grained(clean, seed, numbers, face),
        labels=labels_of(seed, numbers),
        identities=numbers // len(CLASSES),
        action_units=face.units.values,
        region_masks={},
        evidence=None,
    )
    if not truth:
        return drawn
    rest = exposed(paint(at_rest(face)).light, face)
    evidence = np.abs(np.clip(clean, 0, 255) - np.clip(rest, 0, 255)) > EVIDENCE_THRESHOLD
    return replace(drawn, region_masks=region_masks(scene, face), evidence=evidence)


def _pool(chunks: int) -> Executor:
    """Threads for a few chunks; processes for many, since drawing holds Python's lock half of the time."""
    workers = min(4, os.cpu_count() or 1)
    if chunks < _MANY or workers == 1:
        return ThreadPoolExecutor(workers)
    # Spawned: a fork of a process that has run TensorFlow can hang.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def draw_faces(
    count: int, seed: int, *, start: int = 0, truth: bool = False, progress: Progress = silent
) -> DrawnFaces:
    """Draw images `start` to `start + count - 1` of a seed.

    Args:
        count: how many, at least 1.
        seed: 0 or more.
        start: number of the first image.
        truth: also give region masks and evidence (takes twice the time).
        progress: told after every chunk.

    Returns:
        The faces; image `start + i` at index i.

    Raises:
        ValueError: if `count` or `start` is out of range.
    """
    if count < 1 or start < 0:
        raise ValueError(f"draw_faces takes count >= 1 and start >= 0, got count={count}, start={start}")
    numbers = np.arange(start, start + count)
    chunks = [numbers[k : k + _CHUNK] for k in range(0, count, _CHUNK)]
    parts: list[DrawnFaces] = []
    with _pool(len(chunks)) as pool:
        for part in pool.map(partial(_draw, seed, truth=truth), chunks, chunksize=4):
            parts.append(part)
            progress(min(len(parts) * _CHUNK, count), count, "faces")
    return DrawnFaces(
        images=np.concatenate([p.images for p in parts]),
        labels=np.concatenate([p.labels for p in parts]),
        identities=np.concatenate([p.identities for p in parts]),
        action_units=np.concatenate([p.action_units for p in parts]),
        region_masks={r: np.concatenate([p.region_masks[r] for p in parts]) for r in REGIONS} if truth else {},
        evidence=np.concatenate([p.evidence for p in parts if p.evidence is not None]) if truth else None,
    )
