"""Growing a trained network: what it has learnt is carried over, and what is new can learn."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from generator.model.growth import first_faces, grow
from generator.model.network import plain_network
from generator.model.recipe import Recipe
from tests.model.making import faces_by_brightness

IMAGES, LABELS = faces_by_brightness(60, 3)
FACES = first_faces(IMAGES, Recipe(network="none", epochs=1, low=-1.0, high=1.0))
SMALL = ((4,), (6, 8))


def trained() -> keras.Model:
    """Some network whose every weight and statistic is its own."""
    keras.utils.set_random_seed(3)
    model = plain_network(SMALL, 3, dropout=0.2)
    rng = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            count = layer.gamma.shape[0]
            layer.set_weights(
                [rng.uniform(0.5, 1.5, count), *rng.normal(0, 0.3, (2, count)), rng.uniform(0.2, 1, count)]
            )
    model.get_layer("logits").set_weights([rng.normal(0, 1, (8, 3)), rng.normal(0, 1, 3)])
    return model


def test_faces_have_the_recipes_range():
    assert FACES.shape == (60, 48, 48, 1)
    np.testing.assert_allclose(np.sort(FACES.ravel()), np.sort(IMAGES.ravel() / 127.5 - 1), atol=1e-5)


def test_without_further_pooling_the_logits_stay_the_same():
    small, large = trained(), plain_network(((4,), (6, 8, 10, 8)), 3, dropout=0.2)
    grow(small, large, FACES)
    others = FACES[:20] * 0.7 - 0.2
    np.testing.assert_allclose(large(others).numpy(), small(others).numpy(), rtol=1e-3, atol=1e-3)


def test_behind_a_further_pooling_they_stay_alike_and_on_average_where_they_were():
    small, large = trained(), plain_network((*SMALL, (16, 16)), 3, dropout=0.2)
    untouched = large(FACES).numpy()
    grow(small, large, FACES)
    before, after = small(FACES).numpy(), large(FACES).numpy()
    np.testing.assert_allclose(after.mean(axis=0), before.mean(axis=0), atol=1e-3)
    assert (before.argmax(1) == after.argmax(1)).mean() > 0.9
    assert np.abs(after - before).mean() < 0.3 * np.abs(untouched - before).mean()


def test_what_is_new_has_a_gradient_once_the_logits_have_moved():
    small, large = trained(), plain_network((*SMALL, (16, 16)), 3, dropout=0.0)
    grow(small, large, FACES)
    for _ in range(2):
        with tf.GradientTape() as tape:
            logits = large(FACES, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(LABELS, logits, from_logits=True))
        values = {variable.path: variable for variable in large.trainable_variables}
        slopes = dict(zip(values, tape.gradient(loss, [v.value for v in values.values()]), strict=True))
        for path, slope in slopes.items():
            values[path].assign_sub(0.1 * slope)
    for path, slope in slopes.items():
        if path.endswith(("conv2d_4/kernel", "conv2d_5/kernel")):
            assert (np.abs(slope.numpy()).reshape(-1, slope.shape[-1]).max(axis=0)[8:] > 0).mean() > 0.8


def test_filters_that_never_fire_stay_silent():
    small, large = trained(), plain_network((*SMALL, (16,)), 3, dropout=0.0)
    norm = small.get_layer("batch_normalization_3")
    gamma, beta, mean, variance = norm.get_weights()
    norm.set_weights([gamma, np.where(np.arange(8) < 2, -1e3, beta), mean, variance])
    grow(small, large, FACES)
    assert all(np.isfinite(weight).all() for weight in large.get_weights())
    assert np.abs(large.get_layer("logits").kernel.numpy()).max() < 10


@pytest.mark.parametrize("blocks", [((4,), (6,)), ((4,), (6, 8, 5))], ids=["fewer", "narrower"])
def test_a_network_that_does_not_go_on_from_the_small_one_is_refused(blocks):
    with pytest.raises(ValueError, match=r"no continuation|has no conv2d_3"):
        grow(trained(), plain_network(blocks, 3, dropout=0.2), FACES)
