"""Training images that must not be trained on: copies of evaluation images, and duplicates that disagree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cleaning:
    """Which training images are kept.

    Attributes:
        keep: bool (n,).
        in_evaluation: how many stand in the evaluation set, pixel by pixel or mirrored.
        conflicting: how many belong to groups of identical images with different labels.
        evaluation_duplicates: bool (m,): evaluation images that stand in the training set, as they are or mirrored.
        groups: int (n,): the same number for identical or mirrored training images.
    """

    keep: np.ndarray
    in_evaluation: int
    conflicting: int
    evaluation_duplicates: np.ndarray
    groups: np.ndarray


def clean(images: np.ndarray, labels: np.ndarray, evaluation: np.ndarray) -> Cleaning:
    """Compare all images exactly, by their bytes and those of their mirror images.

    Args:
        images: training images, uint8 (n, h, w).
        labels: int (n,).
        evaluation: evaluation images, uint8 (m, h, w).
    """
    keys, evaluation_keys = _keys(images), _keys(evaluation)
    known = set(evaluation_keys)
    leaked = np.array([key in known for key in keys], dtype=bool)
    seen: dict[bytes, set[int]] = {}
    for key, label in zip(keys, labels, strict=True):
        seen.setdefault(key, set()).add(int(label))
    conflicting = np.array([len(seen[key]) > 1 for key in keys], dtype=bool)
    numbers = {key: index for index, key in enumerate(Counter(keys))}
    return Cleaning(
        keep=~leaked & ~conflicting,
        in_evaluation=int(leaked.sum()),
        conflicting=int((conflicting & ~leaked).sum()),
        evaluation_duplicates=np.array([key in seen for key in evaluation_keys], dtype=bool),
        groups=np.array([numbers[key] for key in keys], dtype=np.int64),
    )


def _keys(images: np.ndarray) -> list[bytes]:
    """The same key for an image and its mirror image."""
    return [min(image.tobytes(), image[:, ::-1].tobytes()) for image in images]


def split_validation(labels: np.ndarray, groups: np.ndarray, part: float, seed: int) -> np.ndarray:
    """A stratified validation part in which no image has its duplicate on the other side.

    Args:
        labels: int (n,).
        groups: from `clean`.
        part: of the images, 0 to 1; of every class one at least.
        seed: of the choice.

    Returns:
        bool (n,): True for validation.
    """
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(labels), dtype=bool)
    sizes = np.bincount(groups)
    for label in np.unique(labels):
        single = np.flatnonzero((labels == label) & (sizes[groups] == 1))
        wanted = min(len(single), max(1, round(part * int((labels == label).sum()))))
        chosen[rng.choice(single, wanted, replace=False)] = True
    return chosen
