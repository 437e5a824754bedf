"""The value range that a model was trained on, guessed from what it gets right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generator.dataset.types import Split
from generator.model.preprocess import Preprocess

RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-0.5, 0.5), (-128.0, 127.0))


@dataclass(frozen=True)
class Candidate:
    """A value range and how many images the model gets right with it."""

    preprocess: Preprocess
    accuracy: float


def guess_preprocess(
    accuracy: Callable[[Preprocess, Split], float], size: tuple[int, int, int], images: Split, count: int, seed: int
) -> list[Candidate]:
    """Try the usual value ranges on some training images.

    Args:
        accuracy: of the model with a preprocessing, on images.
        size: height, width, channels of the model's input.
        images: to choose from.
        count: how many are tried.
        seed: of the choice.

    Returns:
        All candidates, the best first; of equals, the more usual first.
    """
    rng = np.random.default_rng(seed)
    chosen = images.take(np.sort(rng.choice(len(images), min(count, len(images)), replace=False)))
    pixels = chosen.images.astype(np.float64) / 255
    candidates = [Preprocess(*size, low=low, high=high) for low, high in RANGES]
    candidates.append(Preprocess(*size, mean=round(float(pixels.mean()), 4), std=round(float(pixels.std()), 4)))
    tried = [Candidate(candidate, accuracy(candidate, chosen)) for candidate in candidates]
    return sorted(tried, key=lambda candidate: -candidate.accuracy)


def hits(logits: np.ndarray, labels: Sequence[int] | np.ndarray) -> float:
    """Share of rows whose largest logit is the label's."""
    return float((np.argmax(logits, axis=1) == np.asarray(labels)).mean())
