"""Gradient ascent climbs, all filters at once as each alone, to the optimum where it is known."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from generator.analyses.filters import ascent as climbing
from generator.analyses.filters.ascent import STEP, Regularisation, plain, regularised
from generator.analyses.filters.layers import layers_of, reading
from generator.analyses.filters.objective import fourier_pictures, fourier_scale, roughness
from generator.model import narrow
from tests.analyses.filters.models import conditions, one_look, small


def read(classifier, name):
    return reading(classifier, layers_of(classifier), name)


@pytest.fixture(scope="module")
def net():
    return small()


def test_every_filter_ends_higher_than_it_started(net):
    layer = read(net, "activation_2")
    ones = np.ones(4, np.float32)
    for climbed in (
        plain(layer, net.preprocess, np.arange(4), 2, 15, 7),
        regularised(layer, net.preprocess, np.arange(4), 2, 15, 7, ones, Regularisation(1, 0.01, 0.01)),
    ):
        assert climbed.pictures.shape == (4, 2, 12, 12)
        assert (climbed.end > climbed.start).all()
        assert climbed.pictures.min() >= 0
        assert climbed.pictures.max() <= 1


def test_all_filters_at_once_give_what_a_loop_over_single_filters_and_steps_gives(monkeypatch):
    monkeypatch.setattr(narrow, "training_dtype", lambda wanted: tf.float32)
    net = small()
    layer = read(net, "activation_1")
    together = plain(layer, net.preprocess, np.arange(4), 2, 3, 7)
    convolution, norm = (net.logits_model.get_layer(name) for name in ("conv2d_1", "batch_normalization_1"))

    @tf.function
    def gradient(picture, which):
        with tf.GradientTape() as tape:
            tape.watch(picture)
            pre = norm(convolution(2 * picture - 1), training=False)[0, :, :, which]
            value = tf.reduce_mean(tf.where(pre > 0, pre, 0.1 * pre))
        return tape.gradient(value, picture)

    noise = np.random.default_rng(7).uniform(-10 / 255, 10 / 255, (2, 12, 12))
    for which in range(4):
        for start in range(2):
            picture = (0.5 + noise[start]).astype("f")[None, :, :, None]
            for _ in range(3):
                slope = gradient(tf.constant(picture), tf.constant(which)).numpy()
                picture = np.clip(picture + STEP * slope / np.sqrt((slope**2).mean()), 0, 1)
            np.testing.assert_allclose(together.pictures[which, start], picture[0, :, :, 0], atol=2e-5)


@pytest.mark.parametrize("name", ["activation_1", "activation_2", "batch_normalization_2"])
def test_the_narrow_way_up_begins_the_same_and_leads_as_high(monkeypatch, name):
    """To other pictures in the end, as from another start: what is rounded decides which of many tops is reached."""

    def climb(dtype, steps):
        monkeypatch.setattr(narrow, "training_dtype", lambda wanted: dtype)
        net = small()
        layer = read(net, name)
        assert (layer.quick is layer.both) == (dtype is tf.float32)
        common = (layer, net.preprocess, np.arange(4), 3, steps, 7)
        return plain(*common), regularised(*common, np.ones(4, np.float32), Regularisation(1, 0.1, 0.1))

    for exact, quick in zip(climb(tf.float32, 2), climb(tf.bfloat16, 2), strict=True):
        assert not np.array_equal(exact.pictures, quick.pictures), "the narrow pass was not used"
        np.testing.assert_array_equal(quick.start, exact.start)
        np.testing.assert_allclose(quick.end, exact.end, rtol=0.05)
    for exact, quick in zip(climb(tf.float32, 40), climb(tf.bfloat16, 40), strict=True):
        assert quick.end.mean() == pytest.approx(exact.end.mean(), rel=0.02)


def test_a_steps_gradient_is_a_function_of_its_own_within_the_loop():
    """Inlined into the loop's body its pooling would run backwards twenty times slower, in every other process."""
    net = small()
    layer = read(net, "activation_2")
    common = (layer, net.preprocess, np.arange(2), 1, 1, 0)
    plain(*common), regularised(*common, np.ones(2, np.float32), Regularisation())
    loops = [run for key, run in layer.compiled.items() if key[0] in ("plain", "regularised")]
    assert len(loops) == 2
    for run in loops:
        library = run.get_concrete_function().graph.as_graph_def().library.function
        back = [f for f in library if any(node.op == "Conv2DBackpropInput" for node in f.node_def)]
        assert back
        assert all(f.attr["_noinline"].b and "while_body" not in f.signature.name for f in back)


def test_what_all_filters_start_from_is_measured_as_what_each_ends_at(net):
    layer = read(net, "activation_2")
    filters = np.array([3, 0])
    for still in (
        plain(layer, net.preprocess, filters, 3, 0, 7),
        regularised(layer, net.preprocess, filters, 3, 0, 7, np.ones(2, np.float32), Regularisation()),
    ):
        assert still.pictures.std() > 0
        np.testing.assert_array_equal(still.pictures[0], still.pictures[1])
        np.testing.assert_allclose(still.start, still.end, rtol=1e-5)
        np.testing.assert_allclose(still.activation_start, still.activation_end, rtol=1e-5)
        pre, output = (np.asarray(each)[..., filters] for each in layer.both(2 * still.pictures[0][..., None] - 1))
        np.testing.assert_allclose(still.start, np.where(pre > 0, pre, 0.1 * pre).mean(axis=(1, 2)).T, rtol=1e-4)
        np.testing.assert_allclose(still.activation_start, output.mean(axis=(1, 2)).T, rtol=1e-4)


def test_a_linear_filter_over_the_whole_picture_is_climbed_to_its_matched_picture():
    kernels = np.random.default_rng(3).normal(size=(3, 6, 6))
    classifier = one_look(kernels)
    climbed = plain(read(classifier, "look"), classifier.preprocess, np.arange(3), 1, 400, 0, leak=1.0)
    # Between black and white the scalar product is greatest for white where the kernel is positive.
    np.testing.assert_array_equal(climbed.pictures[:, 0] > 0.5, kernels > 0)
    np.testing.assert_allclose(climbed.end[:, 0], np.maximum(kernels, 0).sum((1, 2)), rtol=0.02)


def test_l2_alone_leads_to_the_matched_filter_itself():
    kernel = np.random.default_rng(3).normal(size=(1, 6, 6))
    classifier = one_look(kernel)
    how = Regularisation(jitter=0, total_variation=0, l2=400)
    scale = np.ones(1, np.float32)
    layer = read(classifier, "look")
    climbed = regularised(layer, classifier.preprocess, np.arange(1), 1, 300, 0, scale, how, leak=1.0)
    # The gradient of  w.x - l2 |x - 1/2|^2 / 36  vanishes at  x - 1/2 = 18 w / l2.
    np.testing.assert_allclose(climbed.pictures[0, 0] - 0.5, 18 * kernel[0] / 400, atol=0.01)


def test_the_same_seed_gives_the_same_bytes_and_chunks_change_nothing(net, monkeypatch):
    layer = read(net, "activation_1")

    def run():
        return plain(layer, net.preprocess, np.arange(4), 3, 4, 5).pictures

    whole = run()
    assert whole.tobytes() == run().tobytes()
    monkeypatch.setattr(climbing, "CHUNK", 5)
    np.testing.assert_allclose(run(), whole, atol=1e-6)


def test_a_filter_that_fires_nowhere_at_the_start_still_climbs_and_one_without_kernel_stays():
    net = conditions()
    climbed = plain(read(net, "activation_1"), net.preprocess, np.arange(3), 2, 30, 0)
    rise = (climbed.end - climbed.start).min(axis=1)
    assert rise[1] > 0.01
    assert rise[2] == 0
    assert climbed.flat_start.tolist() == [[False, False], [True, True], [True, True]]


@pytest.mark.parametrize("shape", [(8, 8), (6, 9)])
def test_fourier_pictures_are_the_sigmoid_of_the_plain_inverse_transform(shape):
    height, width = shape
    scale = fourier_scale(height, width)
    parts = np.random.default_rng(0).normal(size=(2, 1, *scale.shape)).astype("f")
    slow = np.fft.irfft2((parts[0] + 1j * parts[1]) * scale, shape)
    made = fourier_pictures(tf.constant(parts[0]), tf.constant(parts[1]), scale, width)
    np.testing.assert_allclose(made, 1 / (1 + np.exp(-slow)), atol=1e-5)


def test_roughness_is_the_mean_step_between_neighbours():
    picture = np.random.default_rng(0).random((1, 4, 5)).astype("f")
    steps = sum(
        abs(picture[0, i, j] - picture[0, i - 1, j]) + abs(picture[0, i, j] - picture[0, i, j - 1])
        for i in range(4)
        for j in range(5)
    )
    assert float(roughness(tf.constant(picture))[0]) == pytest.approx(steps / 20, rel=1e-5)
