"""Gradient ascent for all filters of a layer at once: one compiled loop over a batch of filters times starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from generator.analyses.filters.layers import Reading
from generator.analyses.filters.objective import (
    LEAK,
    contrast,
    fourier_pictures,
    fourier_scale,
    inputs_of,
    leaky_mean,
    own_filter,
    roughness,
)
from generator.model.batches import rows_at_once
from generator.model.preprocess import Preprocess

STEP = 0.02
"""Step of the plain ascent, root mean square, on pictures from 0 to 1."""
RATE = 0.05
"""Learning rate of Adam (Kingma & Ba 2015) on Fourier coefficients, as in Olah 2017."""
CHUNK = 160
"""Pictures of 48x48 that ascend together."""


@dataclass(frozen=True)
class Ascent:
    """Pictures that gradient ascent arrived at.

    Attributes:
        pictures: float32 (filters, starts, h, w), 0 black to 1 white.
        start, end: the objective, float32 (filters, starts).
        activation_start, activation_end: mean of the layer's output, float32 (filters, starts).
        flat_start: whether the layer's own output is the same everywhere on the starting picture, so that a ReLU's
            would have no gradient there, bool (filters, starts).
    """

    pictures: np.ndarray
    start: np.ndarray
    end: np.ndarray
    activation_start: np.ndarray
    activation_end: np.ndarray
    flat_start: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """For each filter the start that led highest, integers (filters,)."""
        return np.asarray(np.argmax(self.end, axis=1))

    def of_best(self, values: np.ndarray) -> np.ndarray:
        """Of values (filters, starts, …) those of the best start, (filters, …)."""
        return np.asarray(values[np.arange(len(values)), self.best])


@dataclass(frozen=True)
class Regularisation:
    """What keeps the pictures smooth.

    Attributes:
        jitter: pixels by which the picture is shifted at random in every step, round the edges.
        total_variation, l2: weights of the penalties, in standard deviations of a filter's pre-activation on real
            images.
    """

    jitter: int = 3
    total_variation: float = 3.0
    l2: float = 6.0


def plain(
    layer: Reading, p: Preprocess, filters: np.ndarray, starts: int, steps: int, seed: int, leak: float = LEAK
) -> Ascent:
    """The course's ascent: grey noise, and steps along the gradient divided by its root mean square.

    Pixels are clipped to what a picture can have, so that the activation reached can be compared with real images'.

    Args:
        layer: what is ascended.
        p: the model's input.
        filters: indices of the filters, integers (m,).
        starts: different noise per filter.
        steps: of the ascent.
        seed: of the noise; the same noise starts every filter.
        leak: see `own_filter`.
    """
    noise = np.random.default_rng(seed).uniform(-10 / 255, 10 / 255, (starts, p.height, p.width))
    first = (0.5 + noise).astype(np.float32)
    wanted = _one_hot(filters, starts, layer.shape[2])
    run = layer.once(("plain", p, leak), lambda: _plain_run(layer, p, leak))
    every = np.tile(first, (len(filters), 1, 1))
    ended = _chunked(p, lambda *some: run(tf.constant(steps), *some), every, wanted)
    return _ascent(_starting(layer, p, first, filters, leak), ended, starts)


def _plain_run(layer: Reading, p: Preprocess, leak: float) -> Callable[..., Any]:
    """Compiled: number of steps, pictures and `_one_hot` to the last pictures and what `_measured` gives of them."""

    slope = _slope(lambda x, wanted: own_filter(layer.quick(inputs_of(x, p))[0], wanted, leak))

    def run(steps: Any, pictures: Any, wanted: Any) -> Any:
        def body(step: Any, now: Any) -> tuple[Any, Any]:
            gradient = slope(now, wanted)
            size = tf.sqrt(tf.reduce_mean(tf.square(gradient), axis=(1, 2), keepdims=True))
            return step + 1, tf.clip_by_value(now + STEP * tf.math.divide_no_nan(gradient, size), 0.0, 1.0)

        last = tf.while_loop(lambda step, now: step < steps, body, (tf.constant(0), pictures))[1]
        return last, *_measured(layer, p, last, wanted, leak)

    signature = [tf.TensorSpec((), tf.int32), _rows(p.height, p.width), _rows(layer.shape[2])]
    return tf.function(run, input_signature=signature, autograph=False)  # type: ignore[no-any-return]


def regularised(
    layer: Reading,
    p: Preprocess,
    filters: np.ndarray,
    starts: int,
    steps: int,
    seed: int,
    scale: np.ndarray,
    how: Regularisation,
    leak: float = LEAK,
) -> Ascent:
    """Ascent on decorrelated Fourier coefficients with jitter, total variation and L2 (Olah 2017).

    The jitter of a step is the same for the whole batch.

    Args:
        layer, p, filters, starts, steps, seed, leak: as for `plain`.
        scale: standard deviation of each filter's pre-activation on real images, float32 (m,): what the penalties'
            weights are measured in.
        how: jitter and penalties.
    """
    amplitude = fourier_scale(p.height, p.width)
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.01, (2, starts, *amplitude.shape)).astype(np.float32)
    wanted = _one_hot(filters, starts, layer.shape[2])
    unit = np.repeat(np.where(scale > 0, scale, 1), starts).astype(np.float32)
    shifts = tf.constant(rng.integers(-how.jitter, how.jitter + 1, (steps, 2)).astype(np.int32))
    run = layer.once(("regularised", p, how, leak), lambda: _regularised_run(layer, p, how, leak))
    first = np.asarray(fourier_pictures(tf.constant(noise[0]), tf.constant(noise[1]), amplitude, p.width))
    real, imaginary = (np.tile(part, (len(filters), 1, 1)) for part in noise)
    ended = _chunked(p, lambda *some: run(shifts, *some), real, imaginary, wanted, unit)
    return _ascent(_starting(layer, p, first, filters, leak), ended, starts)


def _regularised_run(layer: Reading, p: Preprocess, how: Regularisation, leak: float) -> Callable[..., Any]:
    """Compiled: jitter of each step, coefficients, `_one_hot` and units to the same as `_plain_run`."""
    amplitude = fourier_scale(p.height, p.width)

    def value(coefficients: Any, shift: Any, wanted: Any, unit: Any) -> Any:
        pictures = fourier_pictures(coefficients[0], coefficients[1], amplitude, p.width)
        moved = tf.roll(pictures, shift, axis=(1, 2))
        activation = own_filter(layer.quick(inputs_of(moved, p))[0], wanted, leak) / unit
        return activation - how.total_variation * roughness(pictures) - how.l2 * contrast(pictures)

    slope = _slope(value)

    def run(shifts: Any, real: Any, imaginary: Any, wanted: Any, unit: Any) -> Any:
        def body(step: Any, now: Any, mean: Any, square: Any) -> tuple[Any, ...]:
            gradient = slope(now, tf.gather(shifts, step), wanted, unit)
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * tf.square(gradient)
            power = tf.cast(step + 1, tf.float32)
            fair = (mean / (1 - tf.pow(0.9, power))) / (tf.sqrt(square / (1 - tf.pow(0.999, power))) + 1e-8)
            return step + 1, now + RATE * fair, mean, square

        both = tf.stack([real, imaginary])
        state = (tf.constant(0), both, tf.zeros_like(both), tf.zeros_like(both))
        final = tf.while_loop(lambda step, *rest: step < tf.shape(shifts)[0], body, state)[1]
        last = fourier_pictures(final[0], final[1], amplitude, p.width)
        return last, *_measured(layer, p, last, wanted, leak)

    coefficients = _rows(*amplitude.shape)
    signature = [tf.TensorSpec((None, 2), tf.int32), coefficients, coefficients, _rows(layer.shape[2]), _rows()]
    return tf.function(run, input_signature=signature, autograph=False)  # type: ignore[no-any-return]


def _rows(*shape: int) -> tf.TensorSpec:
    return tf.TensorSpec((None, *shape), tf.float32)


def _one_hot(filters: np.ndarray, starts: int, count: int) -> np.ndarray:
    return np.repeat(np.eye(count, dtype=np.float32)[filters], starts, axis=0)


def _slope(value: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled: the gradient of `value` with respect to its first argument.

    A function of its own also within the loop that calls it: what oneDNN replaces TensorFlow's operations by depends on
    their order, and of a loop's body that is chance. In every other process pooling ran backwards twenty times slower.
    """

    def gradient(at: Any, *rest: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(at)
            # The sum over images: each depends on its own picture only, so the gradients do not mix.
            total = tf.reduce_sum(value(at, *rest))
        return tape.gradient(total, at, unconnected_gradients="zero")

    return tf.function(gradient, autograph=False, experimental_attributes={"_noinline": True})  # type: ignore[no-any-return]


def _measured(layer: Reading, p: Preprocess, pictures: Any, wanted: Any, leak: float) -> tuple[Any, Any]:
    """Objective and mean output of each picture's filter, (n,) each."""
    pre, output = layer.both(inputs_of(pictures, p))
    mine = tf.einsum("nhwf,nf->nhw", output, wanted)
    return own_filter(pre, wanted, leak), tf.reduce_mean(mine, axis=(1, 2))


def _starting(
    layer: Reading, p: Preprocess, pictures: np.ndarray, filters: np.ndarray, leak: float
) -> tuple[np.ndarray, ...]:
    """Objective, mean and span of some filters' outputs on the starting pictures, (filters, starts) each.

    All filters start from the same pictures, so one pass measures all.
    """

    def build() -> Callable[..., Any]:
        def run(some: Any) -> Any:
            pre, output = layer.both(inputs_of(some, p))
            span = tf.reduce_max(output, axis=(1, 2)) - tf.reduce_min(output, axis=(1, 2))
            return leaky_mean(pre, leak), tf.reduce_mean(output, axis=(1, 2)), span

        return tf.function(run, input_signature=[_rows(p.height, p.width)], autograph=False)  # type: ignore[no-any-return]

    found = _chunked(p, layer.once(("starting", p, leak), build), pictures)
    return tuple(each[:, filters].T for each in found)


def _ascent(began: tuple[np.ndarray, ...], ended: list[np.ndarray], starts: int) -> Ascent:
    last, end, activation_end = (each.reshape(-1, starts, *each.shape[1:]) for each in ended)
    start, activation_start, span = began
    return Ascent(last, start, end, activation_start, activation_end, span == 0)


def _chunked(p: Preprocess, run: Callable[..., Any], *arrays: np.ndarray) -> list[np.ndarray]:
    """Run on at most CHUNK rows at a time, fewer of large inputs, which bounds the memory; join what comes back."""
    size = rows_at_once(CHUNK, p.height, p.width)
    parts = [
        [np.asarray(part) for part in run(*(tf.constant(array[at : at + size]) for array in arrays))]
        for at in range(0, len(arrays[0]), size)
    ]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]
