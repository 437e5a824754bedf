"""A linear probe: how well classes can be read off a layer by a straight line (Alain & Bengio 2016)."""

from __future__ import annotations

import numpy as np

FOLDS = 5


def folds(labels: np.ndarray, seed: int, count: int = FOLDS) -> np.ndarray:
    """Fold of each image, integers (n,), every class spread evenly."""
    rng = np.random.default_rng(seed)
    fold = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        fold[members] = np.arange(len(members)) % count
    return fold


def probe(features: np.ndarray, labels: np.ndarray, fold: np.ndarray, penalty: float = 0.1) -> np.ndarray:
    """Cross-validated ridge classification: least squares on the classes' indicators, the largest wins.

    Args:
        features: float (n, d); standardised with the training part's mean and deviation.
        labels: integers (n,), or (s, n) for s labellings at once (shufflings).
        fold: see `folds`.
        penalty: of the squared weights, per training image.

    Returns:
        Whether each image is classified right when its fold was left out, bool in the labels' shape.
    """
    many = np.atleast_2d(labels)
    classes = int(many.max()) + 1
    targets = np.eye(classes)[many]  # (s, n, classes)
    hits = np.zeros(many.shape, dtype=bool)
    for one in np.unique(fold):
        held = fold == one
        x, y = np.asarray(features, dtype=np.float64), targets[:, ~held]
        mean, deviation = x[~held].mean(axis=0), x[~held].std(axis=0)
        x = (x - mean) / np.where(deviation > 1e-12, deviation, 1)
        inside, outside = x[~held], x[held]
        prior = y.mean(axis=1, keepdims=True)
        matrix = inside.T @ inside + penalty * len(inside) * np.eye(x.shape[1])
        # All labellings are right-hand sides of one system of equations.
        sides = np.moveaxis(y - prior, 0, 1).reshape(len(inside), -1)
        scores = (outside @ np.linalg.solve(matrix, inside.T @ sides)).reshape(len(outside), -1, classes)
        scores = np.moveaxis(scores, 1, 0) + prior
        hits[:, held] = scores.argmax(axis=2) == many[:, held]
    return hits.reshape(np.shape(labels))
