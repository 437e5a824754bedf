"""Grad-CAM and guided backpropagation against slow definitions."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.analyses.saliency.gradcam import grad_cam
from generator.analyses.saliency.guided import guided_backprop
from generator.errors import InputError
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
from tests.analyses.saliency.models import CLASSES, convolutional, faces, linear

L = keras.layers


def test_grad_cam_with_global_pooling_is_the_weighted_sum_of_the_last_activation():
    """Zhou et al. 2016: with average pooling the weights are those of the last layer over the number of places."""
    net = convolutional()
    inputs, targets = net.prepare(faces(5)), np.array([0, 1, 1, 0, 1])
    activation = net.cut(["activation_2"])(inputs)[0]
    kernel = net.logits_model.get_layer("logits").get_weights()[0]
    slow = np.maximum(np.einsum("nhwc,nc->nhw", activation, kernel.T[targets] / 256), 0)
    found = grad_cam(net)(inputs, targets)
    assert found.shape == (5, 16, 16)
    np.testing.assert_allclose(found, slow, atol=1e-6)


def test_grad_cam_of_class_maps_is_the_class_map():
    """A last convolution with one filter per class, pooled, as mini_XCEPTION has it."""
    keras.utils.set_random_seed(1)
    x = inputs = keras.Input((12, 12, 1))
    x = L.Conv2D(3, 3, activation="relu")(x)
    x = L.Conv2D(2, 3, name="maps")(x)
    net = Classifier(keras.Model(inputs, L.GlobalAveragePooling2D()(x)), Preprocess(12, 12, 1), CLASSES)
    pictures = net.prepare(faces(2))
    maps = net.cut(["maps"])(pictures)[0]
    slow = np.maximum(np.stack([maps[0, ..., 1], maps[1, ..., 0]]) / 64, 0)
    np.testing.assert_allclose(grad_cam(net)(pictures, np.array([1, 0])), slow, atol=1e-6)


def test_grad_cam_without_convolutions_is_refused():
    with pytest.raises(InputError, match="needs a convolution"):
        grad_cam(linear(np.zeros((2, 48, 48))))


@pytest.mark.parametrize("as_layer", [False, True])
def test_guided_backprop_passes_positive_signals_through_open_relus(as_layer):
    keras.utils.set_random_seed(2)
    x = inputs = keras.Input((6, 6, 1))
    x = L.Flatten()(x)
    for name, units in (("a", 9), ("b", 7)):
        x = L.Dense(units, name=name)(x) if as_layer else L.Dense(units, name=name, activation="relu")(x)
        x = L.ReLU()(x) if as_layer else x
    net = Classifier(keras.Model(inputs, L.Dense(2, name="c")(x)), Preprocess(6, 6, 1, low=-1, high=1), CLASSES)
    pictures, targets = net.prepare(faces(4)), np.array([0, 1, 1, 0])
    (wa, ba), (wb, bb), (wc, _) = (net.logits_model.get_layer(name).get_weights() for name in "abc")
    slow = []
    for picture, target in zip(pictures, targets, strict=True):
        one = picture.ravel() @ wa + ba
        two = np.maximum(one, 0) @ wb + bb
        signal = np.maximum(wc[:, target], 0) * (two > 0)
        signal = np.maximum(wb @ signal, 0) * (one > 0)
        slow.append((wa @ signal).reshape(6, 6))
    np.testing.assert_allclose(guided_backprop(net)(pictures, targets), slow, atol=1e-6)


def test_the_model_has_its_own_relus_back_afterwards():
    net = convolutional()
    inputs, targets = net.prepare(faces(2)), np.array([0, 1])
    before = net.gradients(inputs, targets)
    guided = guided_backprop(net)(inputs, targets)
    fresh = Classifier(net.logits_model, net.preprocess, net.classes)
    np.testing.assert_array_equal(fresh.gradients(inputs, targets), before)
    assert np.abs(guided - before[..., 0]).max() > 1e-6
