"""The fused training pass computes what the network's own training pass computes."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from generator.model.fused import remember, training_dtype, training_logits
from generator.model.network import plain_network

VIEWS = np.random.default_rng(5).normal(size=(32, 24, 24, 1)).astype(np.float32)


def network(dropout: float = 0.0):
    tf.keras.utils.set_random_seed(3)
    return plain_network(((4,), (8, 8)), 3, dropout=dropout, size=None)


def test_logits_gradients_and_statistics_are_those_of_keras():
    ours, theirs = network(), network()

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            logits, statistics = training_logits(ours, tf.constant(VIEWS), tf.float32)
            loss = tf.reduce_sum(logits**2)
        found = tape.gradient(loss, [v.value for v in ours.trainable_variables])
        remember(statistics)
        with tf.GradientTape() as tape:
            expected = theirs(tf.constant(VIEWS), training=True)
            loss = tf.reduce_sum(expected**2)
        return logits, expected, found, tape.gradient(loss, [v.value for v in theirs.trainable_variables])

    logits, expected, found, gradients = both()
    np.testing.assert_allclose(logits, expected, rtol=1e-3, atol=1e-4)
    for one, other in zip(found, gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-3, atol=2e-3 * float(np.abs(other).max()))
    for one, other in zip(ours.non_trainable_variables, theirs.non_trainable_variables, strict=True):
        if one.dtype == "float32":
            np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-3, atol=1e-4)


def test_narrow_arithmetic_is_near():
    made = network()
    run = tf.function(lambda dtype: training_logits(made, tf.constant(VIEWS), dtype)[0])
    exact, narrow = run(tf.float32).numpy(), run(tf.bfloat16).numpy()
    assert narrow.dtype == np.float32
    assert np.abs(narrow - exact).max() < 0.05 * np.abs(exact).max()


def test_dropout_drops():
    made = network(dropout=0.5)
    run = tf.function(lambda: training_logits(made, tf.constant(VIEWS), tf.float32)[0])
    assert (run().numpy() != run().numpy()).any()


def test_other_layers_are_refused():
    made = tf.keras.Sequential([tf.keras.Input((4, 4, 1)), tf.keras.layers.Flatten()])
    with pytest.raises(TypeError, match="Flatten"):
        training_logits(tf.keras.Model(made.inputs, made.outputs), tf.zeros((1, 4, 4, 1)), tf.float32)


def test_float32_is_never_narrowed():
    assert training_dtype("float32") == tf.float32
