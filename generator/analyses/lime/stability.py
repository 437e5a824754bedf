"""How far two explanations of one image say the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from generator.analyses.ranks import rank_correlation


def top(weights: np.ndarray, count: int) -> frozenset[int]:
    """The `count` superpixels with the largest positive weights (fewer if fewer are positive)."""
    order = np.argsort(-np.asarray(weights), kind="stable")[:count]
    return frozenset(int(i) for i in order if weights[i] > 0)


def jaccard(first: np.ndarray, second: np.ndarray, count: int) -> float:
    """Jaccard index of the `count` top superpixels (`top`); 1 if neither has a positive one."""
    a, b = top(first, count), top(second, count)
    return len(a & b) / len(a | b) if a | b else 1.0


def over_seeds(weights: Sequence[np.ndarray], count: int) -> tuple[float, float]:
    """Mean rank correlation and mean Jaccard index over all pairs of explanations (runs with different seeds).

    Args:
        weights: at least two, each of shape (k,).
        count: of the top superpixels compared.
    """
    pairs = list(combinations(weights, 2))
    correlations = [float(rank_correlation(a, b)) for a, b in pairs]
    overlaps = [jaccard(a, b, count) for a, b in pairs]
    return float(np.mean(correlations)), float(np.mean(overlaps))
