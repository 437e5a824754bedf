"""How alike two maps are: rank correlation and structural similarity, the measures of Adebayo et al. 2018."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from generator.analyses.ranks import rank_correlation

_WINDOW = 7


def spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of each pair of maps (n, h, w), in (n,); 0 where one of them is constant."""
    return rank_correlation(*(maps.reshape(len(maps), -1) for maps in (first, second)))


def ssim(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mean structural similarity (Wang et al. 2004) of each pair of maps (n, h, w), in (n,).

    Each map is scaled to 0..1 before, windows have 7x7 pixels.
    """
    x, y = (_scaled(maps) for maps in (first, second))
    size = (1, _WINDOW, _WINDOW)
    sample = _WINDOW**2 / (_WINDOW**2 - 1)
    mean_x, mean_y = uniform_filter(x, size), uniform_filter(y, size)
    var_x = sample * (uniform_filter(x * x, size) - mean_x**2)
    var_y = sample * (uniform_filter(y * y, size) - mean_y**2)
    cov = sample * (uniform_filter(x * y, size) - mean_x * mean_y)
    c1, c2 = 0.01**2, 0.03**2
    index = ((2 * mean_x * mean_y + c1) * (2 * cov + c2)) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    rim = _WINDOW // 2
    return np.asarray(index[:, rim:-rim, rim:-rim].mean(axis=(1, 2)))


def _scaled(maps: np.ndarray) -> np.ndarray:
    maps = np.asarray(maps, dtype=np.float64)
    low, high = maps.min(axis=(1, 2), keepdims=True), maps.max(axis=(1, 2), keepdims=True)
    return np.asarray(np.divide(maps - low, high - low, out=np.zeros_like(maps), where=high > low))
