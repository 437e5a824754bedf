"""Batch normalisation's statistics after training: those that the faces cause, by Keras's own training pass."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.model.network import plain_network
from generator.model.recipe import FACES
from generator.model.statistics import measure_statistics
from tests.model.making import faces_by_brightness


def statistics(network: keras.Model) -> list[np.ndarray]:
    normalisations = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    return [np.asarray(value) for layer in normalisations for value in (layer.moving_mean, layer.moving_variance)]


def by_keras(network: keras.Model, faces: np.ndarray) -> list[np.ndarray]:
    """The mean over whole batches of 256, of which every other face is mirrored, in Keras's training pass."""
    order = np.random.default_rng(FACES.seed).permutation(len(faces))
    size = min(256, len(faces))
    for number in range(len(faces) // size):
        batch = faces[order[number * size : (number + 1) * size]]
        batch = np.concatenate([batch[0::2], np.flip(batch[1::2], axis=2)])
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.momentum = number / (number + 1)
        network((batch[..., None] / 255 * 4 - 2).astype(np.float32), training=True)
    return statistics(network)


@pytest.mark.parametrize("count", [600, 90])
def test_they_are_the_means_and_variances_that_the_faces_cause(count):
    keras.utils.set_random_seed(5)
    faces, _ = faces_by_brightness(count, 2, seed=3)
    # Shading from side to side, so that it matters which faces are mirrored.
    faces = (faces * np.linspace(0.2, 1, 48)).astype(np.uint8)
    network, other = (plain_network(((4,), (8, 6)), 2, dropout=0.1, size=None) for _ in range(2))
    other.set_weights(network.get_weights())
    kept = [np.asarray(variable) for variable in network.trainable_variables]
    measure_statistics(network, faces, FACES)
    for one, expected in zip(statistics(network), by_keras(other, faces), strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-3, atol=1e-4)
    for before, variable in zip(kept, network.trainable_variables, strict=True):
        np.testing.assert_array_equal(before, np.asarray(variable))
