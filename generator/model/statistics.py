"""Batch normalisation's statistics, measured anew at the end of training on faces as they are.

In training they follow random views, mixed ones among them, whose means and variances are not those of the faces that
the network is asked about (Touvron et al. 2019 on views that differ between training and use; Izmailov et al. 2018
measure them anew for averaged weights, whose own they never were).
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from generator.model.fused import training_logits
from generator.model.recipe import Recipe

_BATCH = 256


def measure_statistics(network: keras.Model, images: np.ndarray, recipe: Recipe) -> None:
    """Give every normalisation the means and variances that the faces cause in it, half of them mirrored.

    Every layer's input is normalised by its own batch meanwhile, so that no layer waits for the ones before it; the
    batches' figures are averaged.

    Args:
        network: from `generator.model.network`; its statistics are replaced, its weights stay.
        images: uint8 (n, 48, 48), a few thousand at least; those that fill no batch of 256 are left out, if any does.
        recipe: of the value range.
    """

    def measured(faces: tf.Tensor) -> list[tf.Tensor]:
        inputs = recipe.scaled(tf.cast(faces, tf.float32) / 255.0)
        return [now for _, now, _ in training_logits(network, inputs[..., None], tf.float32)[1]]

    step = tf.function(measured, autograph=False, reduce_retracing=True)
    # In order, images would come class by class from most sources.
    order = np.random.default_rng(recipe.seed).permutation(len(images))
    batches = max(1, len(images) // _BATCH)
    sums: list[np.ndarray] = []
    for index in range(batches):
        faces = images[order[index * _BATCH :][:_BATCH]]
        faces = np.concatenate([faces[::2], faces[1::2, :, ::-1]])
        found = [value.numpy().astype(np.float64) for value in step(tf.constant(faces))]
        sums = [total + value for total, value in zip(sums, found, strict=True)] if sums else found
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    running = [variable for layer in layers for variable in (layer.moving_mean, layer.moving_variance)]
    for variable, total in zip(running, sums, strict=True):
        variable.assign((total / batches).astype(np.float32))
