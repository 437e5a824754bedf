"""Random numbers that belong to one image or one identity and to nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtr, ndtri

Array = np.ndarray
IDENTITY, IMAGE, GRAIN, ORDER = range(4)
"""Streams of random numbers: of a person, an image, its sensor noise, the order of a person's expressions."""
WIDTH = 96
"""Numbers kept ready per row; a model that asks for more fails at once."""


def generator(seed: int, stream: int, index: int) -> np.random.Generator:
    """The generator of one thing: the same whatever else is drawn, in whatever order (Philox; Salmon et al. 2011)."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, stream, index])))


class Draws:
    """Uniform numbers of n things, one row each, handed out column by column as arrays of shape (n, 1, 1)."""

    def __init__(self, seed: int, stream: int, indices: Iterable[int]) -> None:
        self._rows = np.array([generator(seed, stream, int(i)).random(WIDTH) for i in indices])
        self._column = 0

    def _next(self) -> Array:
        column = self._rows[:, self._column]
        self._column += 1
        return column[:, None, None]

    def uniform(self, low: float, high: float) -> Array:
        """Uniform between `low` and `high`."""
        return (low + (high - low) * self._next()).astype(np.float32)

    def normal(self, mean: float, deviation: float, reach: float = 2.2) -> Array:
        """Normal, cut off at `reach` deviations (by drawing from the middle of the distribution)."""
        tail = ndtr(-reach)
        return np.asarray(mean + deviation * ndtri(tail + (1 - 2 * tail) * self._next()), dtype=np.float32)

    def chance(self, probability: float | Array) -> Array:
        """1 with the given probability, else 0."""
        return (self._next() < probability).astype(np.float32)

    def choice(self, weights: Array | list[float]) -> Array:
        """Index drawn with the given weights (k,) or per row (n, k); int64, shape (n, 1, 1)."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64), axis=-1)
        edges = edges / edges[..., -1:]
        u = self._next()
        return np.asarray((u > edges.reshape(-1, 1, edges.shape[-1])[..., :-1]).sum(axis=-1, keepdims=True))
