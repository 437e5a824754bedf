"""Does the model's confidence mean what it says? Reliability curve and expected calibration error (Guo et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.analyses.intervals import wilson


@dataclass(frozen=True)
class Bin:
    """Predictions whose confidence lies in (from, to].

    Attributes:
        start, stop: of the bin, 0 to 1.
        n: predictions in it.
        confidence: their mean confidence; None if there are none.
        accuracy: part of them that is right; None if there are none.
        low, high: Wilson interval of `accuracy`.
    """

    start: float
    stop: float
    n: int
    confidence: float | None
    accuracy: float | None
    low: float
    high: float


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int) -> list[Bin]:
    """Accuracy by confidence, in equally wide bins.

    Args:
        confidence: probability of the predicted class, (n,), 0 to 1.
        right: bool (n,).
        bins: how many.
    """
    # Right-closed bins as in the paper; a confidence of exactly 0 belongs to the first.
    place = np.clip(np.ceil(np.asarray(confidence, dtype=np.float64) * bins).astype(np.int64) - 1, 0, bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        n, hits = int(inside.sum()), int(right[inside].sum())
        low, high = wilson(hits, n)
        mean = float(np.mean(confidence[inside], dtype=np.float64)) if n else None
        found.append(Bin(number / bins, (number + 1) / bins, n, mean, hits / n if n else None, low, high))
    return found


def expected_calibration_error(bins: list[Bin]) -> float:
    """Mean gap between confidence and accuracy, weighted by the number of predictions; 0 is perfect."""
    total = sum(one.n for one in bins)
    gaps = [one.n * abs(one.accuracy - one.confidence) for one in bins if one.accuracy is not None and one.confidence]
    return sum(gaps) / total if total else 0.0
