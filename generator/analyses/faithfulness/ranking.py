"""The order in which a map ranks the pixels of its image."""

from __future__ import annotations

import numpy as np

_TIES = 7


def ranking(maps: np.ndarray) -> np.ndarray:
    """Pixels of each map from the most important to the least.

    Equal pixels (a superpixel, a patch, the zeros of a Grad-CAM) come in one fixed random order, since the order in
    which the array stores them would favour the top left.

    Args:
        maps: (n, h, w), the larger the more important; what speaks against the class is negative.

    Returns:
        int64 (n, h * w), flat pixel numbers.
    """
    flat = np.asarray(maps, dtype=np.float64).reshape(len(maps), int(np.prod(maps.shape[1:])))
    shuffled = np.random.default_rng(_TIES).permutation(flat.shape[1])
    order = np.argsort(-flat[:, shuffled], axis=1, kind="stable")
    return np.asarray(shuffled[order], dtype=np.int64)


def most_important(maps: np.ndarray, fraction: float) -> np.ndarray:
    """Bool (n, h, w): the given fraction of each image's pixels that its map ranks first."""
    count = round(fraction * maps.shape[1] * maps.shape[2])
    kept = np.zeros((len(maps), maps.shape[1] * maps.shape[2]), dtype=bool)
    np.put_along_axis(kept, ranking(maps)[:, :count], True, axis=1)
    return kept.reshape(maps.shape)
