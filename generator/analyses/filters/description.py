"""Each filter described by measurement: what its output resembles, and which waves it prefers.

"Some filters keep parts of the picture, others strengthen its edges" becomes a count: a filter's output is compared
with what classical operations make of the same image, at the layer's resolution, and named after the nearest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

DIRECTIONS = 8
REFERENCES = (
    "image",
    "blur",
    "gradient",
    *(f"slope-{360 * k // DIRECTIONS}" for k in range(DIRECTIONS)),
    "bright-detail",
    "dark-detail",
)
"""The image (its negative included, by the sign), the same blurred, the size of its gradient (Sobel), its slopes in
eight directions where they rise, and where it is brighter or darker than its surroundings."""
KEEPS = slice(0, 2)
EDGES = slice(2, None)
RESEMBLES = 0.5
"""A correlation below this is no resemblance."""
_SIGMA = 2.0


@dataclass(frozen=True)
class Waves:
    """Which waves a kernel or picture consists of.

    Attributes:
        orientation: direction of its stripes in degrees, 0 horizontal, 90 vertical, counted anticlockwise, below 180.
        coherence: 0 no orientation to 1 parallel stripes.
        frequency: power-weighted mean, cycles per pixel, 0 to 0.707.
        flat: part of the power that is in the mean, 0 to 1 (a blur has nearly 1, an edge filter 0).
    """

    orientation: float
    coherence: float
    frequency: float
    flat: float


def references(grey: Any, rows: int, columns: int) -> Any:
    """Classical operations on images (n, h, w, 1), averaged down to (n, rows, columns, len(REFERENCES))."""
    n, height, width = grey.shape[0], grey.shape[1], grey.shape[2]
    sobel = tf.image.sobel_edges(grey)[..., 0, :]
    down, across = sobel[..., 0], sobel[..., 1]
    blurred = _blurred(grey)
    angles = [2 * np.pi * k / DIRECTIONS for k in range(DIRECTIONS)]
    slopes = [tf.nn.relu(np.cos(a) * across - np.sin(a) * down)[..., None] for a in angles]
    size = tf.sqrt(down**2 + across**2)[..., None]
    detail = grey - blurred
    stack = tf.concat([grey, blurred, size, *slopes, tf.nn.relu(detail), tf.nn.relu(-detail)], axis=3)
    if (rows, columns) == (height, width):
        return stack
    return tf.ensure_shape(tf.image.resize(stack, (rows, columns), method="area"), (n, rows, columns, len(REFERENCES)))


def kinds(likeness: np.ndarray, dead: np.ndarray) -> tuple[list[str], np.ndarray]:
    """What each filter does to a picture.

    Args:
        likeness: correlations (n, references, f), NaN where an output does not vary.
        dead: bool (f,).

    Returns:
        ``keeps``, ``edges`` or ``other`` for each filter, and the mean correlations float64 (references, f), 0 where
        the output never varies.
    """
    seen = np.isfinite(likeness)
    total = np.where(seen, likeness, 0).sum(axis=0, dtype=np.float64)
    mean = total / np.maximum(seen.sum(axis=0), 1)
    keeps, edges = np.abs(mean[KEEPS]).max(axis=0), mean[EDGES].max(axis=0)
    names = []
    for k, e, gone in zip(keeps, edges, dead, strict=True):
        if gone or max(k, e) < RESEMBLES:
            names.append("other")
        else:
            names.append("keeps" if k >= e else "edges")
    return names, mean


def waves(picture: np.ndarray, size: int = 48) -> Waves:
    """Dominant orientation and frequency of a kernel or picture (h, w), from its power spectrum.

    The orientation is that of the spectrum's second moments (structure tensor; Bigün & Granlund 1987).
    """
    shape = (max(size, picture.shape[0]), max(size, picture.shape[1]))
    power = np.abs(np.fft.fft2(np.asarray(picture, dtype=np.float64), shape)) ** 2
    everything = float(power.sum())
    flat = _flat_part(np.asarray(picture, dtype=np.float64))
    # The mean is taken away before, because zero padding spreads it over the low frequencies.
    centred = np.asarray(picture, dtype=np.float64) - np.mean(picture)
    power = np.abs(np.fft.fft2(centred, shape)) ** 2
    total = float(power.sum())
    if everything <= 0 or total <= 1e-12 * everything:
        return Waves(0.0, 0.0, 0.0, flat)
    down, across = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None]
    frequency = np.hypot(down, across)
    # Rows count downwards, so the anticlockwise angle of a wave takes their sign the other way round.
    twice = np.exp(2j * np.arctan2(-down, across))
    moment = complex((power * np.where(frequency > 0, twice, 0)).sum() / total)
    stripes = (np.degrees(np.angle(moment)) / 2 + 90) % 180
    return Waves(float(stripes), abs(moment), float((power * frequency).sum() / total), flat)


def likeness_of_spectra(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two pictures' (h, w) amplitude spectra without the mean, -1 to 1; 0 if one picture is flat.

    Two pictures of one texture agree in it wherever its stripes happen to lie, while their pixels do not. The spectra
    are averaged over 3x3 neighbours, since single amplitudes of a texture are random.
    """
    spectra = [_smooth_amplitude(picture) for picture in (one, other)]
    centred = [spectrum - spectrum.mean() for spectrum in spectra]
    scale = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float((centred[0] * centred[1]).sum() / scale) if scale > 1e-9 else 0.0


def _smooth_amplitude(picture: np.ndarray) -> np.ndarray:
    amplitude = np.abs(np.fft.fft2(picture - np.mean(picture)))
    rows = amplitude + np.roll(amplitude, 1, 0) + np.roll(amplitude, -1, 0)
    return np.asarray(rows + np.roll(rows, 1, 1) + np.roll(rows, -1, 1))


def _flat_part(picture: np.ndarray) -> float:
    energy = float((picture**2).mean())
    return float(picture.mean() ** 2 / energy) if energy > 0 else 0.0


def _blurred(grey: Any) -> Any:
    reach = np.arange(-6, 7)
    line = np.exp(-(reach**2) / (2 * _SIGMA**2))
    line = (line / line.sum()).astype(np.float32)
    padded = tf.pad(grey, [[0, 0], [6, 6], [6, 6], [0, 0]], mode="SYMMETRIC")
    across = tf.nn.conv2d(padded, line.reshape(1, -1, 1, 1), 1, "VALID")
    return tf.nn.conv2d(across, line.reshape(-1, 1, 1, 1), 1, "VALID")
