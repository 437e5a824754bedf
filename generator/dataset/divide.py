"""Training and evaluation images told apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np

from generator.dataset.labelled import Labelled
from generator.dataset.names import SPLITS, shown
from generator.errors import InputError

LEAST = 2
"""Evaluation images per class: with fewer there is no interval and no neighbour of the same class."""


@dataclass(frozen=True)
class Division:
    """Which images are for what.

    Attributes:
        train, evaluation: sorted positions of the images.
        split: what the evaluation images are.
        unused: images of other evaluation splits, per split.
    """

    train: np.ndarray
    evaluation: np.ndarray
    split: str
    unused: dict[str, int]


def digests_of(images: np.ndarray) -> list[bytes]:
    """A hash of each image's pixels: equal for exact duplicates."""
    return [hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images]


def divide(found: Labelled, digests: list[bytes], holdout: float, seed: int, file: str) -> Division:
    """Choose the evaluation images.

    They are PrivateTest, else PublicTest, else test, else validation, else a part of the training images that is held
    out; other evaluation splits take no part at all, so that what was used for choosing a model is not reported on.

    Args:
        found: the images.
        digests: of their pixels, from `digests_of`.
        holdout: part held out when the data has no evaluation split, 0 to 1.
        seed: of the choice of those.
        file: the data's name in messages.

    Raises:
        InputError: a class has too few images.
    """
    splits = np.array(found.splits if found.splits is not None else ["train"] * len(found.labels))
    train = np.flatnonzero(splits == "train")
    present = [name for name in SPLITS if np.any(splits == name)]
    if present:
        split = present[0]
        evaluation = np.flatnonzero(splits == split)
        unused = {name: int(np.sum(splits == name)) for name in present[1:]}
    else:
        split, unused = "held-out", {}
        evaluation = held_out(found.labels, digests, holdout, seed)
        train = np.setdiff1d(train, evaluation)
    division = Division(train, evaluation, split, unused)
    _check_counts(found, division, file)
    return division


def held_out(labels: np.ndarray, digests: list[bytes], part: float, seed: int) -> np.ndarray:
    """Sorted positions of a seeded part of each class; copies of one image stay together.

    Args:
        labels: (n,).
        digests: n hashes of the images' pixels.
        part: of each class, 0 to 1; at least `LEAST` images.
        seed: 0 or more.
    """
    rng = np.random.default_rng(seed)
    copies: dict[bytes, list[int]] = {}
    for index, digest in enumerate(digests):
        copies.setdefault(digest, []).append(index)
    # Copies with different labels count for the class of the first.
    groups: dict[int, list[list[int]]] = {}
    for group in copies.values():
        groups.setdefault(int(labels[group[0]]), []).append(group)
    chosen: list[int] = []
    for label in sorted(groups):
        members = groups[label]
        wanted = max(LEAST, round(part * sum(len(group) for group in members)))
        taken = 0
        for position in rng.permutation(len(members)):
            if taken >= wanted:
                break
            chosen.extend(members[position])
            taken += len(members[position])
    return np.array(sorted(chosen), dtype=np.int64)


def _check_counts(found: Labelled, division: Division, file: str) -> None:
    everywhere = Counter(found.labels.tolist())
    train = Counter(found.labels[division.train].tolist())
    evaluation = Counter(found.labels[division.evaluation].tolist())
    for label, name in enumerate(found.classes):
        who = f"class '{shown(name)}'"
        if everywhere[label] == 0:
            raise InputError(f"{who} (label {label}) has no images at all", file)
        if division.split == "held-out" and (evaluation[label] < LEAST or train[label] == 0):
            message = f"{who} has {_images(everywhere[label])}; at least {LEAST + 1} different ones are needed"
            raise InputError(message, file)
        if evaluation[label] < LEAST:
            message = f"{who} has {_images(evaluation[label])} for evaluation ({division.split})"
            raise InputError(f"{message}; at least {LEAST} are needed", file)
        if len(division.train) and train[label] == 0:
            raise InputError(f"{who} has no training image although other classes have", file)


def _images(count: int) -> str:
    return {0: "no image", 1: "1 image"}.get(count, f"{count} images")
