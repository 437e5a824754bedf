"""How far classes lie apart, in any space, each measure beside what chance would reach.

All measures work on squared distances or features alone, so they need no map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Chance:
    """A measure on shuffled labels (or points): mean and the middle 95 %."""

    mean: float
    low: float
    high: float


def neighbours(distances: np.ndarray, k: int) -> np.ndarray:
    """The k nearest other points of each point, the nearest first, integers (n, k); of equals the first.

    Args:
        distances: (n, n), squared or not.
        k: number of neighbours.
    """
    apart = np.array(distances, dtype=np.float64)
    np.fill_diagonal(apart, np.inf)
    if 4 * k >= len(apart):
        return np.argsort(apart, axis=1, kind="stable")[:, :k]
    # Of many points, first those not farther than the k-th; only they are put in order.
    near = np.sort(np.argpartition(apart, k - 1, axis=1)[:, :k], axis=1)
    reach = np.take_along_axis(apart, near, axis=1)
    tied = (apart <= reach.max(axis=1, keepdims=True)).sum(axis=1) > k
    near = np.take_along_axis(near, np.argsort(reach, axis=1, kind="stable"), axis=1)
    near[tied] = np.argsort(apart[tied], axis=1, kind="stable")[:, :k]
    return near


def knn_hits(nearest: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Leave-one-out: whether the majority of each point's neighbours has its label, bool (n,).

    Of labels with as many votes, that of the nearest neighbour among them wins.
    """
    classes = int(labels.max()) + 1
    near = labels[nearest]
    votes = np.zeros((len(labels), classes))
    for place in range(near.shape[1]):
        # The nearer one's vote weighs more by so little that it only breaks ties.
        votes[np.arange(len(labels)), near[:, place]] += 1 + 1e-3 * 0.5 ** min(place, 40)
    return np.asarray(votes.argmax(axis=1) == labels)


def silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette (Rousseeuw 1987) of the classes, -1 to 1.

    Args:
        distances: not squared, (n, n).
        labels: integers (n,), at least two different ones.
    """
    present, of = np.unique(labels, return_inverse=True)
    member = np.eye(len(present))[of]
    sizes = member.sum(axis=0)
    total = distances @ member
    own = total[np.arange(len(of)), of] / np.maximum(sizes[of] - 1, 1)
    mean = total / sizes
    mean[np.arange(len(of)), of] = np.inf
    other = mean.min(axis=1)
    larger = np.maximum(own, other)
    scores = np.where((sizes[of] > 1) & (larger > 0), (other - own) / np.where(larger > 0, larger, 1), 0)
    return float(scores.mean())


def trustworthiness(distances: np.ndarray, of_map: np.ndarray, k: int) -> float:
    """Share of a map's neighbourhoods that are true, 0 to 1 (Venna & Kaski 2001).

    Args:
        distances: in the original space, (n, n).
        of_map: in the map, (n, n).
        k: neighbours, less than n / 2.
    """
    n = len(distances)
    order = neighbours(distances, n - 1)
    rank = np.empty((n, n), dtype=int)
    np.put_along_axis(rank, order, np.arange(1, n)[None], axis=1)
    found = np.take_along_axis(rank, neighbours(of_map, k), axis=1)
    return float(1 - 2 / (n * k * (2 * n - 3 * k - 1)) * np.maximum(found - k, 0).sum())


def pairwise(points: np.ndarray) -> np.ndarray:
    """Squared distances (n, n) of points (n, d)."""
    square = (points**2).sum(axis=1)
    return np.asarray(np.maximum(square[:, None] + square[None] - 2 * points @ points.T, 0))


def chance(values: list[float]) -> Chance:
    """Mean and middle 95 % of what shuffling gave."""
    low, high = np.quantile(values, [0.025, 0.975])
    return Chance(float(np.mean(values)), float(low), float(high))
