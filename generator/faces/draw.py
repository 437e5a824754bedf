"""Draw faces by number: the same seed and number give the same picture, whatever else is drawn."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from generator.dataset.types import REGIONS
from generator.faces.canvas import SIDE
from generator.faces.draws import Draws, generator
from generator.faces.identity import identities
from generator.faces.nuisance import nuisances
from generator.faces.regions import region_masks
from generator.faces.scene import exposed, paint
from generator.faces.units import AUS, CLASSES, intensities
from generator.pipeline.artifact import Progress, silent

EVIDENCE_THRESHOLD = 8.0
"""Grey values (of 255) by which a pixel must change between expression and neutral face to count as evidence."""
_CHUNK = len(CLASSES)
_IDENTITY, _IMAGE, _NOISE, _ORDER = 0, 1, 2, 3


@dataclass(frozen=True)
class DrawnFaces:
    """Drawn faces and all that is known of them.

    Attributes:
        images: uint8, shape (n, 48, 48).
        labels: int64, shape (n,), index into `CLASSES`.
        identities: int64, shape (n,): image i shows person i // 7.
        action_units: float32, shape (n, len(AUS)), intensities 0 to 1.
        region_masks: region to bool (n, 48, 48); every pixel belongs to exactly one region. Empty without `truth`.
        evidence: bool (n, 48, 48): the pixels that change by more than `EVIDENCE_THRESHOLD` grey values when all
            action units are set to 0 and all else is kept, before noise. None without `truth`.
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
    people = {
        int(p): generator(seed, _ORDER, int(p)).permutation(len(CLASSES)) for p in np.unique(numbers // 7)
    }
    return np.array([people[int(i) // 7][int(i) % 7] for i in numbers], dtype=np.int64)


def _draw(seed: int, numbers: np.ndarray, truth: bool) -> DrawnFaces:
    labels = labels_of(seed, numbers)
    persons, rows = np.unique(numbers // len(CLASSES), return_inverse=True)
    person = identities(seed, persons).of(rows)
    draws = Draws(seed, _IMAGE, numbers)
    values = intensities(labels, draws)
    chance = nuisances(draws)
    scene = paint(person, values, chance)
    clean = exposed(scene, chance)
    grain = np.stack(
        [generator(seed, _NOISE, int(i)).standard_normal((SIDE, SIDE), dtype=np.float32) for i in numbers]
    )
    images = np.clip(np.rint(clean + chance.noise * grain), 0, 255).astype(np.uint8)
    masks: dict[str, np.ndarray] = {}
    evidence = None
    if truth:
        masks = region_masks(scene, person, chance)
        plain = exposed(paint(person, np.zeros_like(values), chance), chance)
        evidence = np.abs(np.clip(clean, 0, 255) - np.clip(plain, 0, 255)) > EVIDENCE_THRESHOLD
    return DrawnFaces(images, labels, numbers // len(CLASSES), values, masks, evidence)


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
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for part in pool.map(lambda chunk: _draw(seed, chunk, truth), chunks):
            parts.append(part)
            progress(min(len(parts) * _CHUNK, count), count, "faces")
    return DrawnFaces(
        images=np.concatenate([p.images for p in parts]),
        labels=np.concatenate([p.labels for p in parts]),
        identities=np.concatenate([p.identities for p in parts]),
        action_units=np.concatenate([p.action_units for p in parts]),
        region_masks={r: np.concatenate([p.region_masks[r] for p in parts]) for r in REGIONS}
        if truth
        else {},
        evidence=np.concatenate([p.evidence for p in parts if p.evidence is not None]) if truth else None,
    )


__all__ = ["AUS", "DrawnFaces", "draw_faces", "labels_of"]
