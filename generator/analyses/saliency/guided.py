"""Guided backpropagation (Springenberg et al. 2015), kept as a warning.

Its sharp pictures are drawn by the image more than by the model: they survive the randomisation of the model's
weights (Adebayo et al. 2018; Nie, Zhang and Patel 2018 show why).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from generator.analyses.saliency.compiled import per_batch
from generator.model.classifier import Classifier


@tf.custom_gradient  # type: ignore[untyped-decorator]
def guided_relu(x: Any) -> Any:
    """ReLU that passes back only what is positive, and only where the ReLU was open."""

    def back(upstream: Any) -> Any:
        open_ = tf.cast(x > 0, upstream.dtype)
        return tf.nn.relu(upstream) * open_

    return tf.nn.relu(x), back


def guided_backprop(classifier: Classifier) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A function from inputs (n, h, w, c) and targets (n,) to maps float32 (n, h, w), channels added up."""

    def step(inputs: Any, targets: Any) -> list[Any]:
        with guided(classifier), tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            logits = tf.cast(classifier.logits_model(inputs, training=False), tf.float32)
            score = tf.reduce_sum(tf.gather(logits, targets, batch_dims=1))
        return [tf.reduce_sum(tape.gradient(score, inputs), axis=-1)]

    run = per_batch(classifier, step)
    return lambda inputs, targets: run(inputs, targets)[0]


@contextmanager
def guided(classifier: Classifier) -> Iterator[None]:
    """While open, the ReLUs of the model are guided ones: those of activation layers and inside other layers."""
    layers = [classifier.layer(name) for name in classifier.layers]
    own = [layer for layer in layers if getattr(layer, "activation", None) in (keras.activations.relu, tf.nn.relu)]
    plain = [layer for layer in layers if isinstance(layer, keras.layers.ReLU) and _is_plain(layer)]
    # Into the instances' dictionaries: Keras' own attribute setting would track them.
    kept = [layer.__dict__.get("activation") for layer in own]
    for layer in own:
        layer.__dict__["activation"] = guided_relu
    for layer in plain:
        layer.__dict__["call"] = guided_relu
    try:
        yield
    finally:
        for layer, activation in zip(own, kept, strict=True):
            layer.__dict__["activation"] = activation
        for layer in plain:
            layer.__dict__.pop("call", None)


def _is_plain(layer: keras.layers.ReLU) -> bool:
    """Whether a ReLU layer neither leaks nor stops at a maximum; others keep their own gradient."""
    return layer.max_value is None and not layer.negative_slope and not layer.threshold
