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
    wanted = min(n, len(labels))
    # The most that every class can give alike; what is then missing comes from the first classes that have more.
    level = max(level for level in range(wanted + 1) if np.minimum(sizes, level).sum() <= wanted)
    taken = np.minimum(sizes, level)
    more = np.flatnonzero(sizes > level)[: wanted - int(taken.sum())]
    taken[more] += 1
    return np.sort(np.concatenate([queue[:count] for queue, count in zip(queues, taken, strict=True)]))
