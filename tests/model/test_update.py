"""One training step, against the same step written out by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from generator.model import network
from generator.model.augment import Augmentation
from generator.model.recipe import Recipe
from generator.model.update import Update, every_gpu
from tests.model.making import faces_by_brightness

IMAGES, LABELS = faces_by_brightness(8, 2)
STILL = Augmentation(zoom=0.0, stretch=0.0, shift=0.0, rotation=0.0, contrast=0.0, erasing=0.0, flip=False)
RECIPE = Recipe(network="still", epochs=1, label_smoothing=0.0, weight_decay=0.0, momentum=0.0, augmentation=STILL)


def still(classes: int = 2, size: int | None = 48) -> keras.Model:
    return network.plain_network(((3,), (4,)), classes, dropout=0.0, size=size)


def gradients(model: keras.Model) -> list[np.ndarray]:
    inputs = IMAGES[..., None].astype(np.float32) / 255 * (RECIPE.high - RECIPE.low) + RECIPE.low

    @tf.function
    def run():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                keras.losses.sparse_categorical_crossentropy(LABELS, model(inputs, training=True), True)
            )
        return tape.gradient(loss, [v.value for v in model.trainable_variables])

    return [np.asarray(gradient) for gradient in run()]


@pytest.mark.parametrize("sharpness", [0.0, 0.5])
def test_the_gradient_is_taken_where_the_step_uphill_leads(monkeypatch, sharpness):
    monkeypatch.setitem(network.NETWORKS, "still", still)
    keras.utils.set_random_seed(1)
    update = Update(RECIPE, IMAGES, LABELS, 2, every_gpu())
    before = [v.numpy() for v in update.network.trainable_variables]
    copy = still()
    copy.set_weights(update.network.get_weights())
    here = gradients(copy)
    length = np.sqrt(sum((gradient**2).sum() for gradient in here))
    for variable, gradient in zip(copy.trainable_variables, here, strict=True):
        variable.assign_add(sharpness * gradient / length)
    there = gradients(copy)

    update((48, STILL, sharpness), np.arange(8), np.zeros((8, 2)), 0, 0.1)

    after = [v.numpy() for v in update.network.trainable_variables]
    for old, new, gradient in zip(before, after, there, strict=True):
        np.testing.assert_allclose(new - old, -0.1 * gradient, atol=2e-5)
    moved = max(np.abs(a - b).max() for a, b in zip(here, there, strict=True))
    assert (moved > 1e-2) == bool(sharpness)  # uphill the gradient is another one
