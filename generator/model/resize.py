"""Change the size of stacks of pictures, with weights that are written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np


def bilinear(pictures: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize (n, h, w) to (n, height, width) like Pillow's BILINEAR in mode ``F``.

    Enlarging interpolates between the two nearest pixels; shrinking widens the triangle, which smooths.
    """
    return _separable(_triangle, pictures, height, width)


def area(pictures: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize (n, h, w) to (n, height, width) by averaging what each new pixel covers; keeps the mean."""
    return _separable(_coverage, pictures, height, width)


def _separable(weights: Callable[[int, int], np.ndarray], pictures: np.ndarray, height: int, width: int) -> np.ndarray:
    resized = pictures
    if pictures.shape[1] != height:
        resized = weights(pictures.shape[1], height) @ resized
    if pictures.shape[2] != width:
        resized = resized @ weights(pictures.shape[2], width).T
    return resized


@cache
def _triangle(old: int, new: int) -> np.ndarray:
    """Weights (new, old) of Pillow's bilinear filter: a triangle as wide as a pixel of the coarser grid."""
    scale = old / new
    radius = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    distance = np.abs(np.arange(old) + 0.5 - centres[:, None]) / radius
    weights = np.maximum(0.0, 1.0 - distance)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def _coverage(old: int, new: int) -> np.ndarray:
    """Weights (new, old): the part of each new pixel that each old pixel covers."""
    edges = np.arange(new + 1) * (old / new)
    start, stop = edges[:-1, None], edges[1:, None]
    left = np.arange(old)
    covered = np.clip(np.minimum(stop, left + 1) - np.maximum(start, left), 0, None)
    return np.asarray(covered / covered.sum(axis=1, keepdims=True), dtype=np.float32)
