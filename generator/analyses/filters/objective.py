"""What gradient ascent climbs, and how its pictures are parametrised."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from generator.model.preprocess import Preprocess

LEAK = 0.1
"""Weight of positions at which a filter does not fire. The mean of the plain pre-activation would be no good: of a
convolution it depends on the picture's brightness alone, so a flat picture is its optimum. The mean of the ReLU
output has no gradient where a filter fires nowhere. A leaky ReLU (Maas 2013) of the pre-activation has neither
fault."""


def own_filter(pre: Any, wanted: Any, leak: float = LEAK) -> Any:
    """Leaky mean of one filter's pre-activation per image.

    Args:
        pre: pre-activations (n, rows, columns, filters).
        wanted: which filter each image is for, one-hot float32 (n, filters).
        leak: slope below nought, 0 to 1; 1 is the mean of the pre-activation itself.

    Returns:
        (n,).
    """
    # A product with one-hot rows: its gradient is cheaper than that of a gather along the last axis. It is exact in
    # any precision, so only what it gives is widened.
    mine = tf.cast(tf.einsum("nhwf,nf->nhw", pre, tf.cast(wanted, pre.dtype)), tf.float32)
    return leaky_mean(mine, leak)


def leaky_mean(values: Any, leak: float = LEAK) -> Any:
    """Leaky mean over positions, of one filter (n, rows, columns) or of every one (n, rows, columns, filters)."""
    return tf.reduce_mean(tf.nn.leaky_relu(values, leak), axis=(1, 2))


def inputs_of(pictures: Any, p: Preprocess) -> Any:
    """Pictures (n, h, w), 0 black to 1 white, as the model's inputs (n, h, w, c)."""
    scaled = (p.low + pictures * (p.high - p.low) - p.mean) / p.std
    return tf.repeat(scaled[..., None], p.channels, axis=3) if p.channels > 1 else scaled[..., None]


def fourier_scale(height: int, width: int) -> np.ndarray:
    """Amplitude 1/f per coefficient of a real FFT, float32 (h, w // 2 + 1).

    Natural pictures have about this spectrum, so that steps of equal size in the scaled coefficients change all
    frequencies alike (decorrelated parametrisation; Olah, Mordvintsev & Schubert 2017).
    """
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.rfftfreq(width)[None]
    frequency = np.sqrt(down**2 + across**2)
    scale = np.sqrt(height * width) / np.maximum(frequency, 1 / max(height, width))
    return np.asarray(scale, dtype=np.float32)


def fourier_pictures(real: Any, imaginary: Any, scale: np.ndarray, width: int) -> Any:
    """Pictures (n, h, w) in 0 to 1 from scaled Fourier coefficients, two tensors (n, h, w // 2 + 1)."""
    height = scale.shape[0]
    across, down = _inverse_transform(height, width)
    # Two products of all pictures at once with constant matrices: of so small pictures much quicker than TensorFlow's
    # FFT, and four times as quick as a product for each picture.
    rows = tf.reshape(tf.concat([real * scale, imaginary * scale], axis=2), (-1, len(across)))
    turned = tf.reshape(tf.matmul(rows, across), (-1, height, 2, width))
    columns = tf.reshape(tf.transpose(turned, (0, 3, 2, 1)), (-1, len(down)))
    upright = tf.reshape(tf.matmul(columns, down), (-1, width, height))
    return tf.sigmoid(tf.transpose(upright, (0, 2, 1)))


def _inverse_transform(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The inverse real Fourier transform as matrices that rows of real parts, then imaginary ones, are multiplied by.

    Returns:
        float32 (2 * (width // 2 + 1), 2 * width) for the rows of coefficients, which gives both parts again, and
        (2 * height, height) for the columns of that, which gives the picture's.
    """
    waves = np.arange(width // 2 + 1)
    across = 2 * np.pi * np.outer(waves, np.arange(width)) / width
    # All waves but the constant one and the finest stand for their mirror images too.
    twice = np.where((waves == 0) | (2 * waves == width), 1, 2)[:, None] / width
    cos, sin = twice * np.cos(across), twice * np.sin(across)
    down = 2 * np.pi * np.outer(np.arange(height), np.arange(height)) / height
    return (
        np.block([[cos, sin], [-sin, cos]]).astype(np.float32),
        np.concatenate([np.cos(down), -np.sin(down)]).astype(np.float32) / height,
    )


def roughness(pictures: Any) -> Any:
    """Total variation per pixel, (n,): mean of absolute differences of neighbours, which wrap round."""
    down = tf.abs(pictures - tf.roll(pictures, 1, axis=1))
    across = tf.abs(pictures - tf.roll(pictures, 1, axis=2))
    return tf.reduce_mean(down + across, axis=(1, 2))


def contrast(pictures: Any) -> Any:
    """Mean squared distance from mid-grey, (n,)."""
    return tf.reduce_mean(tf.square(pictures - 0.5), axis=(1, 2))
