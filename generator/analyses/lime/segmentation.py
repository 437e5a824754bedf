"""Superpixels for 48x48 faces: four deterministic ways to cut a face into pieces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from skimage.color import gray2rgb
from skimage.segmentation import felzenszwalb, quickshift, slic

FEWEST = 8
"""A segmentation into fewer pieces explains nothing; such a face (blank, for instance) gets the grid."""


def segments_of(face: np.ndarray, method: str, count: int) -> np.ndarray:
    """Cut a face into superpixels.

    Args:
        face: (48, 48), uint8 or float 0..255.
        method: a key of `SEGMENTERS`.
        count: as slic's ``n_segments``; on faces all four find about 0.8 times as many superpixels.

    Returns:
        int64 (48, 48), 0 to k - 1, every number used. The same face always gives the same superpixels.
    """
    grey = np.asarray(face, dtype=np.float64) / 255
    found = _consecutive(SEGMENTERS[method](grey, count))
    return found if found.max() + 1 >= FEWEST else _consecutive(grid(grey, count))


def grid(grey: np.ndarray, count: int) -> np.ndarray:
    """A chequerboard of about 0.8 times `count` squares that ignores the picture."""
    side = max(3, round(np.sqrt(0.8 * count)))
    rows = np.arange(grey.shape[0]) * side // grey.shape[0]
    columns = np.arange(grey.shape[1]) * side // grey.shape[1]
    return np.asarray(rows[:, None] * side + columns[None])


def _slic(grey: np.ndarray, count: int) -> np.ndarray:
    # Achanta et al. 2012. On grey in 0..1 a compactness of 0.1 weighs place and brightness about equally; the
    # default of 10, made for CIELAB, would give a plain grid.
    return np.asarray(slic(grey, n_segments=count, compactness=0.1, channel_axis=None, start_label=0))


def _quickshift(grey: np.ndarray, count: int) -> np.ndarray:
    # Vedaldi and Soatto 2008; the kernel shrunk from photographs' to faces' scale. `rng` breaks ties alike each time.
    distance = 6 * np.sqrt(50 / count)
    return np.asarray(quickshift(gray2rgb(grey), kernel_size=1, max_dist=distance, ratio=0.3, rng=0))


def _felzenszwalb(grey: np.ndarray, count: int) -> np.ndarray:
    # Felzenszwalb and Huttenlocher 2004; pieces of under a third of the wanted size are merged.
    smallest = max(2, grey.size // (3 * count))
    return np.asarray(felzenszwalb(grey, scale=15, sigma=0.5, min_size=smallest, channel_axis=None))


def _consecutive(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.unique(labels, return_inverse=True)[1].reshape(labels.shape), dtype=np.int64)


SEGMENTERS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "slic": _slic,
    "quickshift": _quickshift,
    "felzenszwalb": _felzenszwalb,
    "grid": grid,
}
