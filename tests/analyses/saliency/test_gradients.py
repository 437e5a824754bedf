"""Gradient methods against slow definitions, known answers and the properties that their papers prove."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.saliency.gradient import gradient, gradient_x_input
from generator.analyses.saliency.integrated import completeness_error, integrated_gradients
from generator.analyses.saliency.smoothgrad import smoothgrad
from tests.analyses.saliency.models import convolutional, faces, linear


@pytest.fixture(scope="module")
def net():
    return convolutional()


def slow_gradient(classifier, picture, target, step=1e-2):
    """Central differences, one pixel at a time."""
    found = np.zeros(picture.shape[:2])
    for row, column in np.ndindex(found.shape):
        both = np.stack([picture, picture])
        both[0, row, column] -= step
        both[1, row, column] += step
        low, high = classifier.logits_of_inputs(both)[:, target]
        found[row, column] = (high - low) / (2 * step)
    return found


def test_gradient_of_a_linear_model_is_its_weights():
    weights = np.random.default_rng(0).normal(size=(2, 48, 48))
    model = linear(weights)
    inputs = model.prepare(faces(3))
    targets = np.array([0, 1, 1])
    np.testing.assert_allclose(gradient(model.gradients, inputs, targets), weights[targets], rtol=1e-5)
    np.testing.assert_allclose(
        gradient_x_input(model.gradients, inputs, targets), weights[targets] * inputs[..., 0], rtol=1e-4, atol=1e-6
    )


def test_channels_of_a_grey_image_add_up():
    weights = np.random.default_rng(0).normal(size=(2, 48, 48))
    model = linear(weights, channels=3)
    found = gradient(model.gradients, model.prepare(faces(2)), np.array([0, 1]))
    np.testing.assert_allclose(found, 3 * weights, rtol=1e-5)


@pytest.mark.slow
def test_gradient_agrees_with_differences(net):
    inputs = net.prepare(faces(1))
    slow = slow_gradient(net, inputs[0], 1)
    found = gradient(net.gradients, inputs, np.array([1]))[0]
    assert np.median(np.abs(found - slow)) < 0.02 * np.abs(slow).max()


def test_smoothgrad_is_the_mean_over_noisy_copies(net):
    inputs, targets = net.prepare(faces(3)), np.array([0, 1, 0])
    found = smoothgrad(net.gradients, inputs, targets, span=2.0, samples=5, noise=0.2, seed=9)
    drawn = np.random.default_rng(9).normal(0, 0.4, (3, 16, 16, 1))
    pictures = [drawn[0], -drawn[0], drawn[1], -drawn[1], drawn[2]]
    for i in range(3):
        slow = np.mean(
            [net.gradients((inputs[i] + p)[None].astype("f"), targets[i : i + 1])[0, ..., 0] for p in pictures], axis=0
        )
        np.testing.assert_allclose(found[i], slow, atol=1e-6)


def test_opposite_noise_cancels_where_the_gradient_is_linear():
    """Of a quadratic logit the mean over pairs is the gradient itself, whatever the noise."""
    found = smoothgrad(lambda x, _: 3 * x, np.full((2, 48, 48, 1), 0.5, "f"), np.zeros(2, int), span=2.0, samples=6)
    np.testing.assert_allclose(found, 1.5, rtol=1e-5)


def test_smoothgrad_of_a_linear_model_is_its_gradient():
    weights = np.random.default_rng(0).normal(size=(2, 48, 48))
    model = linear(weights)
    found = smoothgrad(model.gradients, model.prepare(faces(2)), np.array([0, 1]), span=2.0, samples=3)
    np.testing.assert_allclose(found, weights, rtol=1e-4)


def test_smoothgrad_of_an_image_does_not_depend_on_its_company(net):
    inputs, targets = net.prepare(faces(5)), np.zeros(5, int)
    many = smoothgrad(net.gradients, inputs, targets, 2.0, samples=700)
    alone = smoothgrad(net.gradients, inputs[3:4], targets[3:4], 2.0, samples=700)
    np.testing.assert_allclose(many[3], alone[0], atol=1e-6)


def test_integrated_gradients_follow_the_midpoint_rule(net):
    inputs, targets = net.prepare(faces(3)), np.array([1, 0, 1])
    black = net.prepare(np.zeros((1, 48, 48)))
    found = integrated_gradients(net.gradients, inputs, targets, black, steps=4)
    for i in range(3):
        total = np.zeros((16, 16))
        for k in range(4):
            point = black + (k + 0.5) / 4 * (inputs[i : i + 1] - black)
            total += net.gradients(point, targets[i : i + 1])[0, ..., 0] / 4
        np.testing.assert_allclose(found[i], total * (inputs[i] - black[0])[..., 0], atol=1e-6)


def test_integrated_gradients_are_complete(net):
    inputs, targets = net.prepare(faces(4)), np.array([1, 0, 1, 0])
    black = net.prepare(np.zeros((1, 48, 48)))
    errors = []
    for steps in (2, 16, 128):
        maps = integrated_gradients(net.gradients, inputs, targets, black, steps)
        errors.append(completeness_error(net.logits_of_inputs, inputs, targets, black, maps.sum(axis=(1, 2))))
    assert errors[-1][1] < 0.01
    assert errors[-1][0] < errors[0][0]


def test_completeness_holds_exactly_for_a_linear_model():
    model = linear(np.random.default_rng(0).normal(size=(2, 48, 48)))
    inputs, targets = model.prepare(faces(2)), np.array([0, 1])
    black = model.prepare(np.zeros((1, 48, 48)))
    maps = integrated_gradients(model.gradients, inputs, targets, black, steps=1)
    assert completeness_error(model.logits_of_inputs, inputs, targets, black, maps.sum(axis=(1, 2)))[1] < 1e-4


def test_what_the_model_ignores_gets_nothing():
    weights = np.zeros((2, 48, 48))
    weights[:, :, 24:] = np.random.default_rng(0).normal(size=(2, 48, 24))
    model = linear(weights)
    inputs, targets = model.prepare(faces(2)), np.array([0, 1])
    black = model.prepare(np.zeros((1, 48, 48)))
    for maps in (
        gradient(model.gradients, inputs, targets),
        smoothgrad(model.gradients, inputs, targets, 2.0, 3),
        integrated_gradients(model.gradients, inputs, targets, black, 3),
    ):
        assert (maps[:, :, :24] == 0).all()
        assert (maps[:, :, 24:] != 0).any()


def test_methods_do_not_see_how_a_function_is_implemented(net):
    """Two networks, one function: the second convolution is doubled and its normalisation undoes it."""
    other = convolutional()
    conv, norm = other.logits_model.get_layer("conv2d_2"), other.logits_model.get_layer("batch_normalization_2")
    conv.set_weights([2 * w for w in conv.get_weights()])
    gamma, beta, mean, variance = norm.get_weights()
    # gamma (2x - m') / sqrt(v' + e) = gamma (x - m) / sqrt(v + e)  with  m' = 2m,  v' = 4v + 3e.
    norm.set_weights([gamma, beta, 2 * mean, 4 * variance + 3 * norm.epsilon])
    inputs, targets = net.prepare(faces(2)), np.array([0, 1])
    black = net.prepare(np.zeros((1, 48, 48)))
    np.testing.assert_allclose(net.logits_of_inputs(inputs), other.logits_of_inputs(inputs), rtol=1e-4)
    for method in (
        lambda m: gradient(m.gradients, inputs, targets),
        lambda m: integrated_gradients(m.gradients, inputs, targets, black, 8),
    ):
        np.testing.assert_allclose(method(net), method(other), rtol=1e-3, atol=1e-6)
