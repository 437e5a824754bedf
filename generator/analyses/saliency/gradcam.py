"""Grad-CAM (Selvaraju et al. 2017): where the last convolution finds what speaks for the class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from generator.analyses.saliency.compiled import per_batch
from generator.errors import InputError
from generator.model.classifier import Classifier
from generator.model.layers import watched


def grad_cam(classifier: Classifier) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A function from inputs (n, h, w, c) and targets (n,) to maps float32 (n, h', w') >= 0.

    The maps have the resolution of the last convolution. Its output is taken where it is ready: behind the
    normalisation and activation that follow it at the same resolution.

    Raises:
        InputError: the model has no convolution.
    """
    both = gradients_and_grad_cam(classifier)
    return lambda inputs, targets: both(inputs, targets)[1]


def gradients_and_grad_cam(
    classifier: Classifier, quick: bool = False
) -> Callable[[np.ndarray, np.ndarray], list[np.ndarray]]:
    """The same together with the gradients of the inputs, float32 (n, h, w, c), which pass by there anyway.

    Args:
        classifier: the model.
        quick: in half the time where `generator.model.narrow` can; for maps of which many are averaged.

    Raises:
        InputError: the model has no convolution.
    """
    if not classifier.convolutions:
        raise InputError("Grad-CAM needs a convolution, and the model has none")
    names = classifier.layers[classifier.layers.index(classifier.convolutions[-1]) :]
    layers = [classifier.layer(name) for name in names]
    narrow = classifier.narrow if quick else None

    def logits_of(inputs: Any, record: Callable[[Any, Any], Any]) -> Any:
        if narrow is not None:
            return narrow(inputs, record)
        with watched(layers, record):
            return tf.cast(classifier.logits_model(inputs, training=False), tf.float32)

    def step(inputs: Any, targets: Any) -> list[Any]:
        recorded: dict[int, Any] = {}
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            logits = logits_of(inputs, lambda layer, output: recorded.setdefault(id(layer), output))
            score = tf.reduce_sum(tf.gather(logits, targets, batch_dims=1))
        activations = _ready(layers, recorded)
        gradients, upstream = tape.gradient(score, [inputs, activations])
        weights = tf.reduce_mean(tf.cast(upstream, tf.float32), axis=(1, 2), keepdims=True)
        return [gradients, tf.nn.relu(tf.reduce_sum(weights * tf.cast(activations, tf.float32), axis=-1))]

    return per_batch(classifier, step)


def _ready(layers: Sequence[Any], recorded: Mapping[int, Any]) -> Any:
    """The last output that still has the last convolution's height and width."""
    ready = recorded[id(layers[0])]
    for layer in layers[1:]:
        output = recorded.get(id(layer))
        if output is None or len(output.shape) != 4 or output.shape[1:3] != ready.shape[1:3]:
            break
        ready = output
    return ready
