"""Which images are looked at."""

from __future__ import annotations

import numpy as np


def choose(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Choose images at random, as many of every class as there can be.

    A class with too few images gives all it has, and the others share what is missing. Without this, 200 images of
    FER2013 would hold six or so of Disgust.

    Args:
        labels: integers (m,).
        n: how many are wanted; all are taken if there are no more.
        seed: of the choice. A smaller choice with the same seed is part of a larger one, class by class.

    Returns:
        Indices in rising order, integers (min(n, m),).
    """
    labels = np.asarray(labels)
    rng = np.random.default_rng(seed)
    queues = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    sizes = np.array([len(queue) for queue in queues])
    taken = np.zeros(len(queues), dtype=int)
    left = min(n, len(labels))
    while left:
        open_ones = np.flatnonzero(taken < sizes)
        share, rest = divmod(left, len(open_ones))
        # A remainder goes one by one to the classes that come first.
        wanted = np.full(len(open_ones), share) + (np.arange(len(open_ones)) < rest)
        given = np.minimum(wanted, (sizes - taken)[open_ones])
        taken[open_ones] += given
        left -= int(given.sum())
    return np.sort(np.concatenate([queue[:count] for queue, count in zip(queues, taken, strict=True)]))
