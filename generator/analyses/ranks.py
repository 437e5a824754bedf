"""Order alone: ranks and what two orders have in common."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def centred_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks along the last axis, ties sharing their mean rank, less their mean; float64 in the same shape."""
    return np.asarray(rankdata(values, axis=-1) - (np.shape(values)[-1] + 1) / 2)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation along the last axis; 0 where one side is constant.

    Args:
        first, second: values of the same things in the same order, (..., k).

    Returns:
        -1 to 1, float64 (...).
    """
    a, b = centred_ranks(first), centred_ranks(second)
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.asarray(np.divide((a * b).sum(axis=-1), scale, out=np.zeros(scale.shape), where=scale > 0))
