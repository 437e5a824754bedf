"""One tileable patch of noise, looked up wherever skin, hair or cloth needs not to be smooth."""

from __future__ import annotations

from functools import cache

import numpy as np

Array = np.ndarray
SIZE = 256


@cache
def _patch(cells: int) -> Array:
    """Smooth tileable noise with `cells` bumps per side, about -1 to 1, shape (SIZE, SIZE)."""
    spectrum = np.fft.fft2(np.random.default_rng(48).standard_normal((SIZE, SIZE)))
    frequency = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.fftfreq(SIZE)[None, :]) * SIZE
    smooth = np.fft.ifft2(spectrum * np.exp(-((frequency / cells) ** 2))).real
    return np.asarray(np.clip(smooth / (2 * smooth.std()), -1.2, 1.2).astype(np.float32))


def noise(x: Array, y: Array, cells: int = 24) -> Array:
    """Noise at coordinates where one tile spans 0 to 1, nearest neighbour."""
    patch = _patch(cells)
    column = (x * np.float32(SIZE)).astype(np.int32) & (SIZE - 1)
    row = (y * np.float32(SIZE)).astype(np.int32) & (SIZE - 1)
    return np.asarray(patch.ravel()[row * SIZE + column])
