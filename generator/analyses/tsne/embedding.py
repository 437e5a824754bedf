"""Maps: t-SNE (van der Maaten & Hinton 2008), the same for the same input."""

from __future__ import annotations

import numpy as np

DIMENSIONS = 50
"""Principal components that t-SNE starts from, as its authors do."""


def feasible(perplexity: float, n: int) -> float:
    """The perplexity that a map of `n` points is drawn with: the wanted one, or a third of the other points."""
    return min(perplexity, max(1.0, (n - 1) / 3))


def tsne(scores: np.ndarray, perplexity: float, seed: int | None = None, iterations: int = 750) -> np.ndarray:
    """A map of points.

    Args:
        scores: principal component scores (n, d).
        perplexity: effective number of neighbours; see `feasible`.
        seed: None starts from the first two principal components, which keeps the large-scale order (Kobak &
            Berens 2019); a number starts from noise.
        iterations: of gradient descent.

    Returns:
        float64 (n, 2).
    """
    from sklearn.manifold import TSNE

    start: str | np.ndarray = "random" if seed is not None else spread(scores)
    method = TSNE(
        n_components=2,
        perplexity=perplexity,
        init=start,
        learning_rate="auto",
        random_state=seed,
        max_iter=iterations,
        n_jobs=1,
    )
    return np.asarray(method.fit_transform(np.ascontiguousarray(scores, dtype=np.float32)), dtype=np.float64)


def spread(scores: np.ndarray) -> np.ndarray:
    """The first two components, small enough for t-SNE to start from, float32 (n, 2)."""
    first = np.zeros((len(scores), 2))
    first[:, : scores.shape[1]] = scores[:, :2]
    size = first[:, 0].std()
    return (first / (size if size > 0 else 1) * 1e-4).astype(np.float32)


def aligned(points: np.ndarray, model: np.ndarray) -> np.ndarray:
    """Points (n, 2) turned, mirrored and moved onto `model` (n, 2) as well as can be (orthogonal Procrustes).

    A map means the same in any orientation; maps side by side are easier to compare in one.
    """
    a, b = points - points.mean(axis=0), model - model.mean(axis=0)
    left, _, right = np.linalg.svd(a.T @ b)
    return np.asarray(a @ left @ right)


def framed(points: np.ndarray) -> np.ndarray:
    """Points (n, 2) moved and scaled, the same both ways, into 0 to 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    return np.asarray(0.5 + (points - (low + high) / 2) / size)
