"""Maps that know nothing of the model. A method that is no better than these explains nothing."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import correlate1d

BASELINES = ("random", "centre", "edges")


def baseline_maps(faces: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The map of each of `BASELINES`, float32 (n, h, w); `seed` is of the random order."""
    return {
        "random": random_order(faces, seed),
        "centre": np.asarray(centre_gaussian(faces)),
        "edges": edge_map(faces),
    }


def random_order(faces: np.ndarray, seed: int) -> np.ndarray:
    """Noise, another one for each face; float32 (n, h, w)."""
    return np.random.default_rng(seed).random(faces.shape, dtype=np.float32)


def centre_gaussian(faces: np.ndarray, spread: float = 0.25) -> np.ndarray:
    """A bump in the middle of the picture, `spread` of its side wide (standard deviation); float32 (n, h, w)."""
    rows, columns = (np.exp(-0.5 * (((np.arange(s) + 0.5) / s - 0.5) / spread) ** 2) for s in faces.shape[1:])
    return np.broadcast_to(np.outer(rows, columns).astype(np.float32), faces.shape)


def edge_map(faces: np.ndarray) -> np.ndarray:
    """Strength of the edges (Sobel), the plain drawing that some methods turn out to make; float32 (n, h, w)."""
    grey = np.asarray(faces, dtype=np.float32)
    # Not scipy's `sobel`: it would smooth over the neighbouring images too.
    down, across = (
        correlate1d(correlate1d(grey, [-1, 0, 1], axis=along), [1, 2, 1], axis=3 - along) for along in (1, 2)
    )
    return np.asarray(np.hypot(down, across), dtype=np.float32)
