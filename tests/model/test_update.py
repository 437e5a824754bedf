"""One training step, against the same step written out by hand."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from generator.model import network
from generator.model.augment import Augmentation, mixed
from generator.model.recipe import Cycle, Recipe
from generator.model.update import Kind, Update, every_gpu
from tests.model.making import faces_by_brightness

IMAGES, LABELS = faces_by_brightness(8, 2)
STILL = Augmentation(zoom=0.0, stretch=0.0, shift=0.0, rotation=0.0, contrast=0.0, erasing=0.0, flip=False)
RECIPE = Recipe(network="still", epochs=1, label_smoothing=0.0, weight_decay=0.0, momentum=0.0, augmentation=STILL)


def still(classes: int = 2, size: int | None = 48) -> keras.Model:
    return network.plain_network(((3,), (4,)), classes, dropout=0.0, size=size)


TARGETS = np.eye(2)[LABELS]
INPUTS = IMAGES[..., None].astype(np.float32) / 255 * (RECIPE.high - RECIPE.low) + RECIPE.low


def gradients(model: keras.Model, targets: np.ndarray = TARGETS) -> list[np.ndarray]:

    @tf.function
    def run():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(targets, model(INPUTS, training=True), True))
        return tape.gradient(loss, [v.value for v in model.trainable_variables])

    return [np.asarray(gradient) for gradient in run()]


@pytest.mark.parametrize("sharpness", [0.0, 0.5])
def test_the_gradient_is_taken_where_the_step_uphill_leads(monkeypatch, sharpness):
    monkeypatch.setitem(network.NETWORKS, "still", still)
    keras.utils.set_random_seed(1)
    update = Update(RECIPE, "still", IMAGES, LABELS, 2, every_gpu())
    before = [v.numpy() for v in update.network.trainable_variables]
    copy = still()
    copy.set_weights(update.network.get_weights())
    here = gradients(copy)
    length = np.sqrt(sum((gradient**2).sum() for gradient in here))
    for variable, gradient in zip(copy.trainable_variables, here, strict=True):
        variable.assign_add(sharpness * gradient / length)
    there = gradients(copy)

    update(Kind(48, STILL, sharpness), np.arange(8), np.zeros((8, 2)), 0, 0.1)

    after = [v.numpy() for v in update.network.trainable_variables]
    for old, new, gradient in zip(before, after, there, strict=True):
        np.testing.assert_allclose(new - old, -0.1 * gradient, atol=2e-5)
    moved = max(np.abs(a - b).max() for a, b in zip(here, there, strict=True))
    assert (moved > 1e-2) == bool(sharpness)  # uphill the gradient is another one


def test_a_matched_step_learns_what_the_teacher_whose_turn_it_is_says_of_the_views(monkeypatch):
    monkeypatch.setitem(network.NETWORKS, "still", still)
    keras.utils.set_random_seed(1)
    cycle = Cycle(1, 0.1, ((1.0, 48),), 0.5, matched=0.75)
    recipe = dataclasses.replace(RECIPE, restarts=(cycle,))
    other = still(size=48)
    update = Update(recipe, "still", IMAGES, LABELS, 2, every_gpu(), [other])
    update.before.set_weights(still().get_weights())
    said = [keras.ops.softmax(model(INPUTS, training=False)).numpy() for model in (update.before, other)]
    assert np.abs(said[0] - said[1]).max() > 0.05
    kinds = [update.kind(step, 2) for step in range(4)]
    assert [(kind.matched, kind.teacher) for kind in kinds] == [(0.0, 0), (0.0, 0), (0.75, 0), (0.75, 1)]
    for step, (kind, words) in enumerate(zip(kinds[2:], said, strict=True), 2):
        old = [v.numpy() for v in update.network.trainable_variables]
        copy = still()
        copy.set_weights(update.network.get_weights())
        expected = gradients(copy, 0.75 * words + 0.25 * np.eye(2)[LABELS])
        update(kind, np.arange(8), np.zeros((8, 2)), step, 0.1)
        for before, variable, gradient in zip(old, update.network.trainable_variables, expected, strict=True):
            np.testing.assert_allclose(variable.numpy() - before, -0.1 * gradient, atol=2e-5)


def test_a_step_learns_what_former_selves_say_of_the_views_and_of_their_mirror_images(monkeypatch):
    monkeypatch.setitem(network.NETWORKS, "still", still)
    keras.utils.set_random_seed(1)
    cycle = Cycle(1, 0.1, ((1.0, 48),), 0.5, matched=0.6, selves=(1, 2), mirrored=True)
    recipe = dataclasses.replace(RECIPE, epochs=2, restarts=(cycle,))
    update = Update(recipe, "still", IMAGES, LABELS, 2, every_gpu(), [still(size=48)])
    assert [(kind.selves, kind.teacher) for kind in (update.kind(step, 2) for step in (3, 4, 5))] == [
        (False, 0),
        (True, 1),
        (True, 2),
    ]
    keras.utils.set_random_seed(7)
    update.ask({end: still().get_weights() for end in (1, 2)})
    for step, former in enumerate(update.selves.values(), 4):
        both = [keras.ops.softmax(former(x, training=False)).numpy() for x in (INPUTS, INPUTS[:, :, ::-1].copy())]
        assert np.abs(both[0] - both[1]).max() > 1e-3
        old = [v.numpy() for v in update.network.trainable_variables]
        copy = still()
        copy.set_weights(update.network.get_weights())
        expected = gradients(copy, 0.6 * (both[0] + both[1]) / 2 + 0.4 * np.eye(2)[LABELS])
        update(update.kind(step, 2), np.arange(8), np.zeros((8, 2)), step, 0.1)
        for before, variable, gradient in zip(old, update.network.trainable_variables, expected, strict=True):
            np.testing.assert_allclose(variable.numpy() - before, -0.1 * gradient, atol=2e-5)


def test_views_are_mixed_with_the_targets_they_bring():
    views = np.arange(1000, dtype=np.float32)[:, None, None, None] * np.ones((1, 2, 2, 1), np.float32)
    targets = np.eye(1000, dtype=np.float32)
    both, targets_of_both = (np.asarray(part) for part in mixed(views, targets, 0.5, tf.constant([1, 2])))
    weight = np.diag(targets_of_both)
    assert ((weight >= 0.5) & (weight <= 1)).all()
    assert (weight == 1).mean() == pytest.approx(0.5, abs=0.06)
    assert weight[weight < 1].mean() == pytest.approx(0.75, abs=0.03)
    for index in range(1000):
        partner = 999 - index
        expected = weight[index] * views[index] + (1 - weight[index]) * views[partner]
        np.testing.assert_allclose(both[index], expected, rtol=1e-5)
        assert targets_of_both[index, partner] == pytest.approx(1 - weight[index], abs=1e-6)
