"""Gradient ascent of all filters of a layer: against a loop over filters as tutorials write it, and the bare steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from generator.analyses.filters.ascent import plain
from generator.analyses.filters.layers import layers_of, reading, units
from generator.model.classifier import Classifier
from tests.bench.timing import Row, compare


def rows(classifier: Classifier, runs: int, steps: int = 15) -> Iterator[Row]:
    """The first, the middle and the last convolution's activation."""
    layers = layers_of(classifier)
    found = units(classifier, layers)
    for unit in dict.fromkeys((found[0], found[len(found) // 2], found[-1])):
        yield from _of_layer(classifier, reading(classifier, layers, unit.layer).shape[2], unit.layer, runs, steps)


def _of_layer(classifier: Classifier, count: int, layer: str, runs: int, steps: int) -> Iterator[Row]:
    p = classifier.preprocess
    read = reading(classifier, layers_of(classifier), layer)
    cut = classifier.cut_model(layer)
    start = np.full((count, p.height, p.width, p.channels), (p.low + p.high) / 2, dtype=np.float32)

    def ours() -> None:
        plain(read, p, np.arange(count), 1, steps, 2018)

    def tutorial() -> None:
        @tf.function  # type: ignore[untyped-decorator]
        def step(image: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(image)
                loss = tf.reduce_mean(tf.gather(cut(image, training=False), index, axis=-1))
            gradient = tape.gradient(loss, image)
            return image + 0.05 * gradient / (tf.sqrt(tf.reduce_mean(tf.square(gradient))) + 1e-5)

        for index in range(count):
            image = tf.constant(start[:1])
            for _ in range(steps):
                image = step(image, tf.constant(index))

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def one_step(images: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(images)
            # In the precision in which ours climbs.
            total = tf.reduce_sum(tf.cast(read.quick(images)[1], tf.float32))
        return tape.gradient(total, images)

    def bare() -> None:
        images = tf.constant(start)
        for _ in range(steps):
            one_step(images).numpy()

    work = f"gradient ascent, {layer}: {count} filters, {steps} steps"
    yield compare(work, ("ours", ours), ("one filter after the other", tutorial), runs)
    yield compare(work, ("bare passes (F)", bare), ("ours", ours), runs)
