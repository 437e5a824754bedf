"""The cascade randomises from the top, and gives the model back as it was."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity

from generator.analyses.faithfulness import randomisation
from generator.analyses.faithfulness.randomisation import Block, blocks_of, cascade, checkpoints, kept, randomise
from generator.analyses.faithfulness.similarity import spearman, ssim
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
from tests.analyses.saliency.models import CLASSES, L, convolutional, faces


@pytest.fixture(scope="module")
def net():
    return convolutional()


def test_blocks_go_from_the_logits_to_the_input_with_their_normalisation(net):
    blocks = blocks_of(net)
    assert [block.name for block in blocks] == ["logits", "conv2d_2", "conv2d_1"]
    assert [len(block.weights) for block in blocks] == [2, 5, 5]
    assert sum(len(block.weights) for block in blocks) == len(net.logits_model.weights)


def test_each_step_leaves_the_layers_below_alone_and_the_end_restores_all(net):
    before = [np.array(w) for w in net.logits_model.weights]
    inputs = net.prepare(faces(2))
    logits = net.logits_of_inputs(inputs)
    first = net.logits_model.get_layer("conv2d_1").get_weights()[0]
    looked = []

    def look(layer):
        same = np.array_equal(net.logits_model.get_layer("conv2d_1").get_weights()[0], first)
        looked.append((layer, same, bool(np.allclose(net.logits_of_inputs(inputs), logits))))

    cascade(net, look, seed=1, most=8)
    assert looked == [("logits", True, False), ("conv2d_2", True, False), ("conv2d_1", False, False)]
    for old, new in zip(before, net.logits_model.weights, strict=True):
        np.testing.assert_array_equal(old, np.array(new))
    np.testing.assert_array_equal(net.logits_of_inputs(inputs), logits)


def test_weights_come_back_even_if_a_method_fails(net):
    kernel = net.logits_model.get_layer("logits").kernel
    before = np.array(kernel)

    def fails(layer):
        assert not np.array_equal(before, np.array(kernel))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cascade(net, fails, seed=0, most=1)
    np.testing.assert_array_equal(before, np.array(kernel))


def test_fresh_kernels_have_he_spread_and_normalisation_does_nothing(net):
    with kept(net):
        for block in blocks_of(net):
            randomise(block, np.random.default_rng(0))
        kernel = net.logits_model.get_layer("conv2d_2").get_weights()[0]
        assert kernel.std() == pytest.approx(np.sqrt(2 / 36), rel=0.15)
        for value, expected in zip(
            net.logits_model.get_layer("batch_normalization_2").get_weights(), (1, 0, 0, 1), strict=True
        ):
            assert (value == expected).all()


def of_layers(*layers):
    model = keras.Sequential([keras.Input((12, 12, 1)), *layers, L.GlobalAveragePooling2D(), L.Dense(2, name="logits")])
    return Classifier(model, Preprocess(12, 12, 1), CLASSES)


@pytest.mark.parametrize("layer", [L.DepthwiseConv2D(3, name="deep"), L.SeparableConv2D(8, 3, name="deep")])
def test_a_fresh_depthwise_kernel_has_the_spread_of_the_one_channel_that_it_sees(layer):
    net = of_layers(L.Conv2D(128, 1, name="wide"), layer)
    for block in blocks_of(net):
        randomise(block, np.random.default_rng(0))
    kernel = net.logits_model.get_layer("deep").get_weights()[0]
    assert kernel.shape == (3, 3, 128, 1)
    assert kernel.std() == pytest.approx(np.sqrt(2 / 9), rel=0.1)


def test_the_slopes_of_a_prelu_are_no_kernel_and_start_no_block():
    net = of_layers(L.Conv2D(3, 3, name="conv"), L.PReLU(alpha_initializer="ones", name="slopes"))
    blocks = blocks_of(net)
    assert [(block.name, len(block.weights)) for block in blocks] == [("logits", 2), ("conv", 3)]
    randomise(blocks[1], np.random.default_rng(0))
    assert not net.logits_model.get_layer("slopes").get_weights()[0].any()


@pytest.mark.parametrize(
    ("count", "most", "found"), [(3, 8, [1, 2, 3]), (20, 4, [1, 7, 14, 20]), (1, 4, [1]), (0, 4, [])]
)
def test_checkpoints_hold_the_first_and_the_last(count, most, found):
    looked = checkpoints(count, most)
    assert (looked[:1], looked[-1:], len(looked)) == (found[:1], found[-1:], len(found))


def test_rank_correlation_is_that_of_scipy():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 9, (2, 3, 48, 48)).astype(float)
    b += a
    slow = [spearmanr(x.ravel(), y.ravel()).statistic for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(spearman(a, b), slow)
    assert spearman(a, np.ones_like(a)).tolist() == [0, 0, 0]


def test_structural_similarity_is_that_of_skimage():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 3, 48, 48))
    b += a
    scaled = [[(m - m.min()) / np.ptp(m) for m in stack] for stack in (a, b)]
    slow = [structural_similarity(x, y, data_range=1.0, win_size=7) for x, y in zip(*scaled, strict=True)]
    np.testing.assert_allclose(ssim(a, b), slow)
    np.testing.assert_allclose(ssim(a, 5 * a + 2), 1)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 8, 20])
def test_dear_methods_are_looked_at_within_the_half_that_is_judged(monkeypatch, count):
    blocks = [Block(str(number), ()) for number in range(1, count + 1)]
    monkeypatch.setattr(randomisation, "blocks_of", lambda classifier: blocks)
    seen = sorted(int(name) for name in randomisation.three_layers(None))
    assert (seen[0], seen[-1], len(seen)) == (1, count, min(count, 3))
    # What is judged is the first half of what was seen, rounded up: none of it may lie in the lower half.
    assert all(number <= (count + 1) // 2 for number in seen[: (len(seen) + 1) // 2])
