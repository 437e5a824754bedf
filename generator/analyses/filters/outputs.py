"""What the filters of a layer make of real images, over the whole evaluation set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from generator.analyses.filters.description import REFERENCES, references
from generator.analyses.filters.layers import Reading
from generator.model.batches import rows_at_once
from generator.model.preprocess import Preprocess

BATCH = 64
_FLAT = 1e-6


@dataclass(frozen=True)
class Responses:
    """One layer on n images, f filters.

    Attributes:
        activation: mean of the layer's output, float32 (n, f).
        low, high: least and greatest output, float32 (n, f).
        likeness: Pearson correlation over positions of a filter's output with what a classical operation makes of
            the same image, float32 (n, references, f); NaN where the output does not vary. See `description`.
        spread: standard deviation of the pre-activation over all positions of all images, float32 (f,).
    """

    activation: np.ndarray
    low: np.ndarray
    high: np.ndarray
    likeness: np.ndarray
    spread: np.ndarray

    @property
    def dead(self) -> np.ndarray:
        """Filters whose output never varies, at no position of no image: bool (f,).

        Of a layer with ReLU these are the filters that never fire; a layer without one may be dead at any value.
        """
        low, high = self.low.min(axis=0), self.high.max(axis=0)
        return np.asarray(high - low <= _FLAT * max(float(np.abs(self.high).max()), 1e-30))

    def percentile(self, values: np.ndarray, filters: np.ndarray) -> np.ndarray:
        """Which part of the images activates a filter less than `values` (f', …), of `filters` (f',); 0 to 100.

        Ties count half.
        """
        real = self.activation[:, filters].T
        given = np.asarray(values, dtype=np.float32).reshape(len(filters), -1)
        less = (real[:, None, :] < given[:, :, None]).mean(axis=2)
        ties = (real[:, None, :] == given[:, :, None]).mean(axis=2)
        return np.asarray(100 * (less + ties / 2)).reshape(np.shape(values))


def responses(
    layer: Reading,
    p: Preprocess,
    inputs: Callable[[slice], np.ndarray],
    count: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Responses:
    """Run the layer on `count` images and keep what is needed of its output, which may be too large to hold.

    Args:
        layer: see `reading`.
        p: the model's input.
        inputs: gives the prepared inputs of a slice of the images.
        count: number of images.
        progress: called with the number of images done.
    """

    def step(batch: Any) -> Any:
        pre, output = layer.both(batch)
        mean, low, high = (f(output, axis=(1, 2)) for f in (tf.reduce_mean, tf.reduce_min, tf.reduce_max))
        grey = tf.reduce_mean(batch, axis=3, keepdims=True) * float(np.sign(p.high - p.low) or 1)
        classical = references(grey, layer.shape[0], layer.shape[1])
        moments = tf.reduce_mean(pre, axis=(1, 2)), tf.reduce_mean(tf.square(pre), axis=(1, 2))
        return mean, low, high, _correlations(classical, output), *moments

    size = rows_at_once(BATCH, p.height, p.width)
    spec = tf.TensorSpec((size, p.height, p.width, p.channels), tf.float32)
    run = tf.function(step, input_signature=[spec], autograph=False)
    parts: list[list[np.ndarray]] = []
    for start in range(0, count, size):
        some = inputs(slice(start, min(start + size, count)))
        padded = np.concatenate([some, np.zeros((size - len(some), *some.shape[1:]), some.dtype)])
        parts.append([np.asarray(part)[: len(some)] for part in run(padded)])
        progress(min(start + size, count))
    whole = [np.concatenate(part) for part in zip(*parts, strict=True)]
    first, second = (moment.mean(axis=0, dtype=np.float64) for moment in whole[4:])
    spread = np.sqrt(np.maximum(second - first**2, 0)).astype(np.float32)
    return Responses(whole[0], whole[1], whole[2], whole[3], spread)


def outputs_for(layer: Reading, inputs: np.ndarray) -> np.ndarray:
    """The layer's output (n, rows, columns, filters) for a few prepared inputs."""
    return np.asarray(tf.function(lambda x: layer.both(x)[1], autograph=False)(tf.constant(inputs)))


def top_images(activation: np.ndarray, count: int) -> np.ndarray:
    """Indices (f, count) of the images that activate each filter most, the strongest first; of equals the first."""
    return np.argsort(-activation, axis=0, kind="stable")[:count].T


def _correlations(classical: Any, output: Any) -> Any:
    n = tf.shape(output)[0]
    a = tf.reshape(classical, (n, -1, len(REFERENCES)))
    b = tf.reshape(output, (n, -1, output.shape[3]))
    a, b = (x - tf.reduce_mean(x, axis=1, keepdims=True) for x in (a, b))
    sizes = [tf.norm(x, axis=1) for x in (a, b)]
    product = tf.einsum("npr,npf->nrf", a, b)
    scale = sizes[0][:, :, None] * sizes[1][:, None, :]
    return tf.where(scale > 1e-9, product / tf.maximum(scale, 1e-9), float("nan"))
