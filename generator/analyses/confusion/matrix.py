"""Counts of true against predicted classes, and the measures made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.analyses.intervals import wilson


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """How often each class (row) is predicted as each class (column).

    Args:
        labels, predicted: integers (n,), 0 to classes - 1.
        classes: how many.

    Returns:
        int64 (classes, classes).
    """
    pairs = np.asarray(labels, dtype=np.int64) * classes + np.asarray(predicted, dtype=np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class Rate:
    """A proportion with its Wilson interval; `value` is None if there is nothing to divide by."""

    value: float | None
    low: float
    high: float
    n: int


def rate(successes: int, n: int) -> Rate:
    """The proportion `successes` / `n` with its 95 % interval."""
    low, high = wilson(successes, n)
    return Rate(successes / n if n else None, low, high, n)


@dataclass(frozen=True)
class Measures:
    """One class's measures.

    Attributes:
        recall: of the images of the class, those predicted as it; n is the number of its images.
        precision: of the images predicted as the class, those that are of it; n is the number of predictions.
        f1: harmonic mean of both, 2 TP / (2 TP + FP + FN); None if the class neither occurs nor is predicted.
    """

    recall: Rate
    precision: Rate
    f1: float | None


def measures(matrix: np.ndarray) -> list[Measures]:
    """Every class's measures, from counts (classes, classes)."""
    found = []
    for label in range(len(matrix)):
        hits, own, told = (int(x) for x in (matrix[label, label], matrix[label].sum(), matrix[:, label].sum()))
        f1 = 2 * hits / (own + told) if own + told else None
        found.append(Measures(rate(hits, own), rate(hits, told), f1))
    return found


@dataclass(frozen=True)
class Pair:
    """Images of `true` that are predicted as `predicted`: row and column of the matrix, and how many of the row."""

    true: int
    predicted: int
    rate: Rate
    count: int


def top_pairs(matrix: np.ndarray, count: int) -> list[Pair]:
    """The confusions that the largest part of a class suffers, at most `count`, none that never happens.

    Parts and not counts, so that a large class does not fill the list.
    """
    totals = matrix.sum(axis=1)
    pairs = [
        Pair(i, j, rate(int(matrix[i, j]), int(totals[i])), int(matrix[i, j]))
        for i in range(len(matrix))
        for j in range(len(matrix))
        if i != j and matrix[i, j]
    ]
    return sorted(pairs, key=lambda pair: (-(pair.rate.value or 0), -pair.count, pair.true, pair.predicted))[:count]


def examples_of_cells(labels: np.ndarray, probabilities: np.ndarray, count: int) -> dict[tuple[int, int], list[int]]:
    """For every cell of the matrix the images in which the model is surest of the predicted class.

    Args:
        labels: (n,).
        probabilities: (n, classes).
        count: images per cell at most.

    Returns:
        (true, predicted) to indices, the surest first.
    """
    predicted = probabilities.argmax(axis=1)
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    cells: dict[tuple[int, int], list[int]] = {}
    for index in order.tolist():
        cell = cells.setdefault((int(labels[index]), int(predicted[index])), [])
        if len(cell) < count:
            cell.append(index)
    return dict(sorted(cells.items()))
