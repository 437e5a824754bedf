"""Responses to real images, and the description of filters, against slow formulas and known filters."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.filters.description import (
    REFERENCES,
    kinds,
    likeness_of_spectra,
    waves,
)
from generator.analyses.filters.layers import layers_of, reading
from generator.analyses.filters.outputs import Responses, outputs_for, responses, top_images
from tests.analyses.filters.models import conditions, one_look, small


@pytest.fixture(scope="module")
def measured():
    net = small()
    inputs = np.random.default_rng(2).uniform(-1, 1, (70, 12, 12, 1)).astype("f")
    layer = reading(net, layers_of(net), "activation_1")
    return layer, inputs, responses(layer, net.preprocess, lambda some: inputs[some], 70)


def test_responses_are_those_of_the_whole_output(measured):
    layer, inputs, found = measured
    output = outputs_for(layer, inputs)
    np.testing.assert_allclose(found.activation, output.mean((1, 2)), atol=1e-5)
    np.testing.assert_allclose(found.high, output.max((1, 2)), atol=1e-5)
    np.testing.assert_allclose(found.low, output.min((1, 2)), atol=1e-5)
    for image, which in ((0, 0), (69, 3)):
        slow = np.corrcoef(inputs[image].ravel(), output[image, :, :, which].ravel())[0, 1]
        assert found.likeness[image, 0, which] == pytest.approx(slow, abs=1e-4)


def test_likeness_to_the_gradient_is_a_plain_sobel_correlation(measured):
    layer, inputs, found = measured
    picture = np.pad(inputs[5, :, :, 0], 1, mode="reflect")
    down, across = np.zeros((12, 12)), np.zeros((12, 12))
    for i in range(12):
        for j in range(12):
            patch = picture[i : i + 3, j : j + 3]
            down[i, j] = (patch[2] - patch[0]) @ [1, 2, 1]
            across[i, j] = (patch[:, 2] - patch[:, 0]) @ [1, 2, 1]
    output = outputs_for(layer, inputs[5:6])[0, :, :, 1]
    slow = np.corrcoef(np.hypot(down, across).ravel(), output.ravel())[0, 1]
    assert found.likeness[5, REFERENCES.index("gradient"), 1] == pytest.approx(slow, abs=1e-4)
    rising = np.corrcoef(np.maximum(across, 0).ravel(), output.ravel())[0, 1]
    assert found.likeness[5, REFERENCES.index("slope-0"), 1] == pytest.approx(rising, abs=1e-4)


def test_dead_is_told_from_stuck():
    from generator.analyses.filters.ascent import plain
    from generator.analyses.filters.summary import stuck

    net = conditions()
    layer = reading(net, layers_of(net), "activation_1")
    inputs = np.random.default_rng(0).random((10, 12, 12, 1)).astype("f")
    real = responses(layer, net.preprocess, lambda some: inputs[some], 10)
    climbed = plain(layer, net.preprocess, np.arange(3), 2, 40, 0)
    assert real.dead.tolist() == [False, True, True]
    assert stuck([climbed], real.spread).tolist() == [False, False, True]


def test_percentile_counts_images_below_and_half_of_ties():
    activation = np.array([[0.0], [0.0], [1.0], [3.0]], np.float32)
    real = Responses(activation, activation, activation, np.zeros((4, 13, 1)), np.ones(1))
    found = real.percentile(np.array([[0.0, 2.0, 4.0]]), np.array([0]))
    np.testing.assert_allclose(found, [[25, 75, 100]])


def test_the_top_images_are_those_of_the_greatest_mean():
    assert top_images(np.array([[1.0, 5], [3, 5], [2, 6]]), 2).tolist() == [[1, 2], [2, 0]]


def kernel_net(kernels):
    """3x3 filters with ReLU on 24x24 pictures."""
    import keras

    from tests.analyses.filters.models import L, classifier

    inputs = keras.Input((24, 24, 1))
    x = L.Conv2D(len(kernels), 3, padding="same", name="conv2d_1")(inputs)
    x = L.Activation("relu", name="activation_1")(x)
    model = keras.Model(inputs, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
    weights = np.moveaxis(np.array(kernels, "f"), 0, 2)[:, :, None, :]
    model.get_layer("conv2d_1").set_weights([weights, np.zeros(len(kernels), "f")])
    return classifier(model)


def test_filters_that_copy_blur_or_differentiate_are_counted_as_such():
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    net = kernel_net([identity, np.ones((3, 3)) / 9, sobel, -sobel.T, np.zeros((3, 3))])
    rng = np.random.default_rng(0)
    smooth = np.cumsum(np.cumsum(rng.normal(size=(20, 24, 24)), axis=1), axis=2)
    low, high = smooth.min((1, 2), keepdims=True), smooth.max((1, 2), keepdims=True)
    # Around nought, so that the padding does not draw an edge round the picture.
    inputs = ((smooth - low) / (high - low) - 0.5).astype("f")[..., None]
    layer = reading(net, layers_of(net), "activation_1")
    real = responses(layer, net.preprocess, lambda some: inputs[some], 20)
    names, mean = kinds(real.likeness, real.dead)
    assert names == ["keeps", "keeps", "edges", "edges", "other"]
    assert mean[0, 0] > 0.8
    # The picture's rows count downwards: minus Sobel's transpose grows where it is brighter upwards.
    assert REFERENCES[int(mean[:, 2].argmax())] == "slope-0"
    assert REFERENCES[int(mean[:, 3].argmax())] == "slope-90"
    assert not mean[:, 4].any()


@pytest.mark.parametrize(("degrees", "period"), [(0, 8), (30, 6), (90, 4), (135, 12)])
def test_waves_finds_the_direction_and_frequency_of_stripes(degrees, period):
    rows, columns = np.mgrid[:48, :48]
    normal = np.radians(degrees + 90)
    stripes = np.sin(2 * np.pi * (columns * np.cos(normal) - rows * np.sin(normal)) / period)
    found = waves(stripes)
    assert abs((found.orientation - degrees + 90) % 180 - 90) < 3
    assert found.frequency == pytest.approx(1 / period, rel=0.15)
    assert found.coherence > 0.9
    assert found.flat < 0.01


def test_a_blur_is_flat_and_an_edge_is_not():
    assert waves(np.ones((3, 3))).flat == 1
    assert waves(np.array([[-1, 0, 1]] * 3)).flat == 0
    assert waves(np.zeros((3, 3))).frequency == 0


def test_spectra_of_one_texture_agree_wherever_it_lies():
    rows, columns = np.mgrid[:48, :48]
    stripes = np.sin(2 * np.pi * columns / 6)
    assert likeness_of_spectra(stripes, np.roll(stripes, 2, axis=1)) == pytest.approx(1)
    assert likeness_of_spectra(stripes, np.sin(2 * np.pi * rows / 6)) < 0.1
    assert likeness_of_spectra(stripes, np.zeros((48, 48))) == 0


def test_one_number_per_picture_has_no_likeness():
    net = one_look(np.random.default_rng(0).normal(size=(2, 6, 6)))
    inputs = np.random.default_rng(0).random((5, 6, 6, 1)).astype("f")
    real = responses(reading(net, layers_of(net), "look"), net.preprocess, lambda some: inputs[some], 5)
    assert np.isnan(real.likeness).all()
    assert kinds(real.likeness, real.dead)[0] == ["other", "other"]
