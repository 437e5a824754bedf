"""The narrow pass is the model's own function, to a few thousandths, or it is not used at all."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from generator.analyses.faithfulness.deletion_insertion import deletion_insertion
from generator.analyses.lime.explain import FaceExplainer
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import segments_of
from generator.analyses.ranks import rank_correlation
from generator.analyses.saliency.gradcam import gradients_and_grad_cam
from generator.analyses.saliency.integrated import completeness_error, integrated_gradients
from generator.analyses.saliency.occlusion import occlusion
from generator.analyses.saliency.smoothgrad import smoothgrad
from generator.faces import CLASSES, draw_faces
from generator.model import narrow
from generator.model.classifier import Classifier
from generator.model.network import fer2013_network
from generator.model.preprocess import Preprocess
from generator.model.shipped import WEIGHTS

L = keras.layers
SHAPE = (12, 12, 1)


@pytest.fixture(autouse=True)
def _with_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor that has it; elsewhere it is emulated, which is slow and gives the same numbers."""
    monkeypatch.setattr(narrow, "training_dtype", tf.as_dtype)


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return draw_faces(21, 2018).images


@pytest.fixture(scope="module")
def trained() -> Classifier:
    network = keras.saving.load_model(WEIGHTS / "fer2013.keras", compile=False)
    return Classifier(network, Preprocess(48, 48, 1, low=-2.0, high=2.0), CLASSES)


def plain() -> keras.Model:
    """A chain with all that a narrow pass knows."""
    keras.utils.set_random_seed(3)
    x = inputs = keras.Input(SHAPE)
    x = L.BatchNormalization(name="before")(x)
    x = L.Conv2D(6, 3, strides=2, padding="same", activation="relu")(x)
    x = L.BatchNormalization(scale=False)(x)
    x = L.Conv2D(8, 3, use_bias=False, dilation_rate=2)(x)
    x = L.BatchNormalization(center=False)(x)
    x = L.ReLU()(L.Dropout(0.3)(x))
    x = L.MaxPooling2D(2, strides=1, padding="same")(x)
    x = L.Dense(5, activation="tanh")(L.Flatten()(x))
    model = keras.Model(inputs, L.Dense(3, use_bias=False)(x))
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(np.array(weight) + rng.uniform(0, 0.3, weight.shape))
    return model


def _branched() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = L.Conv2D(2, 3, padding="same")(inputs)
    x = L.Add()([x, L.Conv2D(2, 1)(inputs)])
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def _twice() -> keras.Model:
    conv = L.Conv2D(1, 3, padding="same")
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, L.Dense(3)(L.Flatten()(conv(conv(inputs)))))


def _parallel() -> keras.Model:
    """Plain layers only, but one of them does not follow the one before."""
    inputs = keras.Input(SHAPE)
    L.Conv2D(1, 3)(inputs)
    x = L.Conv2D(2, 3)(inputs)
    ignored = L.Conv2D(2, 3)(inputs)
    x = L.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, [L.Dense(3)(x), L.GlobalAveragePooling2D()(ignored)])


def _leaky() -> keras.Model:
    return keras.Sequential([L.Input(SHAPE), L.Conv2D(2, 3), L.ReLU(negative_slope=0.1), L.Flatten(), L.Dense(3)])


def _unconvolved() -> keras.Model:
    return keras.Sequential([L.Input(SHAPE), L.Flatten(), L.Dense(3)])


def _separable() -> keras.Model:
    return keras.Sequential([L.Input(SHAPE), L.SeparableConv2D(2, 3), L.Flatten(), L.Dense(3)])


def _nested() -> keras.Model:
    return keras.Sequential([L.Input(SHAPE), keras.Sequential([L.Conv2D(2, 3)]), L.Flatten(), L.Dense(3)])


@pytest.mark.parametrize("model", [plain(), fer2013_network(size=None)], ids=["all kinds of layers", "any size"])
def test_it_is_the_models_own_function(model: keras.Model) -> None:
    inputs = np.random.default_rng(1).normal(size=(9, *SHAPE)).astype(np.float32)
    own = np.asarray(model(inputs, training=False))
    found = narrow.narrow_logits(model)
    assert found is not None
    np.testing.assert_allclose(tf.function(found)(inputs), own, atol=0.02 * np.ptp(own))


@pytest.mark.parametrize("build", [_branched, _twice, _parallel, _leaky, _unconvolved, _separable, _nested])
def test_other_models_keep_their_own_pass(build) -> None:
    assert narrow.narrow_logits(build()) is None


def test_without_bfloat16_in_hardware_it_is_not_used(monkeypatch: pytest.MonkeyPatch, faces: np.ndarray) -> None:
    monkeypatch.setattr(narrow, "training_dtype", lambda wanted: tf.float32)
    classifier = Classifier(plain(), Preprocess(12, 12, 1), CLASSES[:3])
    assert narrow.narrow_logits(classifier.logits_model) is None
    np.testing.assert_array_equal(classifier.quick_logits(faces), classifier.logits(faces))


def test_it_follows_when_the_weights_change(faces: np.ndarray) -> None:
    classifier = Classifier(plain(), Preprocess(12, 12, 1), CLASSES[:3])
    before = classifier.quick_logits(faces)
    kernel = classifier.logits_model.layers[-1].kernel
    kernel.assign(2 * kernel)
    np.testing.assert_allclose(classifier.quick_logits(faces), 2 * before, rtol=1e-5)


def test_it_gives_the_layers_own_outputs_but_of_a_convolution_with_its_normalisation_worked_in() -> None:
    model = plain()
    classifier = Classifier(model, Preprocess(12, 12, 1), CLASSES[:3])
    inputs = np.random.default_rng(1).normal(size=(9, *SHAPE)).astype(np.float32)
    assert classifier.narrow is not None
    given = [layer for layer in model.layers if classifier.narrow.gives(layer)]
    missing = {type(layer) for layer in model.layers[1:]} - {type(layer) for layer in given}
    assert not missing
    folded = next(layer for layer in model.layers if isinstance(layer, L.Conv2D) and not layer.use_bias)
    assert folded not in given
    names = [layer.name for layer in given]
    for one, other in zip(classifier.cut(names)(inputs), classifier.cut(names, quick=True)(inputs), strict=True):
        np.testing.assert_allclose(other, one, atol=0.02 * np.ptp(one))
    (exact,), (quick,) = (classifier.cut([folded.name], quick)(inputs) for quick in (False, True))
    np.testing.assert_array_equal(quick, exact)


def test_its_gradient_is_the_models_own(faces: np.ndarray) -> None:
    """Of a smooth model without pooling, in which nothing turns over when a number is rounded."""
    model = keras.Sequential([L.Input(SHAPE), L.Conv2D(4, 3, activation="tanh"), L.Flatten(), L.Dense(3)])
    classifier = Classifier(model, Preprocess(12, 12, 1), CLASSES[:3])
    inputs, targets = classifier.prepare(faces), np.arange(len(faces)) % 3
    exact, quick = classifier.gradients(inputs, targets), classifier.quick_gradients(inputs, targets)
    assert not np.array_equal(exact, quick), "the narrow pass was not used"
    np.testing.assert_allclose(quick, exact, atol=0.02 * np.abs(exact).max())
    other = Classifier(_branched(), Preprocess(12, 12, 1), CLASSES[:3])
    np.testing.assert_array_equal(other.quick_gradients(inputs, targets), other.gradients(inputs, targets))


def test_maps_that_average_gradients_do_not_change(trained: Classifier, faces: np.ndarray) -> None:
    """Far less than with another seed or other steps; integrated gradients still add up to the logit's rise."""
    inputs, targets = trained.prepare(faces[:4]), trained.logits(faces[:4]).argmax(axis=1)
    black = trained.prepare(np.zeros((1, 48, 48)))
    smooth, integrated = [], []
    for gradients in (trained.gradients, trained.quick_gradients):
        smooth.append(smoothgrad(gradients, inputs, targets, 4.0, 20, 0.15, 1))
        integrated.append(integrated_gradients(gradients, inputs, targets, black, 24))
    for exact, quick in (smooth, integrated):
        assert not np.array_equal(exact, quick), "the narrow pass was not used"
        for one, other in zip(exact, quick, strict=True):
            assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.98
            assert rank_correlation(one.ravel(), other.ravel()) > 0.97
    exact, quick = (
        completeness_error(trained.logits_of_inputs, inputs, targets, black, maps.sum(axis=(1, 2)))[1]
        for maps in integrated
    )
    assert quick < exact + 0.02


def test_means_over_maps_do_not_change(trained: Classifier, faces: np.ndarray) -> None:
    """Of gradient and Grad-CAM, whose single maps move more."""
    inputs, targets = trained.prepare(faces), trained.logits(faces).argmax(axis=1)
    exact, quick = (gradients_and_grad_cam(trained, quick)(inputs, targets) for quick in (False, True))
    for one, other in zip(exact, quick, strict=True):
        assert not np.array_equal(one, other), "the narrow pass was not used"
        shares = [np.abs(maps).reshape(len(maps), -1) for maps in (one, other)]
        means = [(each / each.sum(axis=1, keepdims=True)).mean(axis=0) for each in shares]
        assert np.corrcoef(*means)[0, 1] > 0.995
        # Shares of the upper and the lower half of the face, which is what regions are made of.
        halves = [each[: each.size // 2].sum() for each in means]
        assert halves[0] == pytest.approx(halves[1], abs=0.003)


def test_what_is_reported_of_perturbed_faces_does_not_change(trained: Classifier, faces: np.ndarray) -> None:
    """Against the same with float32: the maps' order, and areas and weights to the second decimal."""
    exact, quick = trained.logits(faces), trained.quick_logits(faces)
    assert not np.array_equal(exact, quick), "the narrow pass was not used"
    assert np.abs(exact - quick).max() < 0.01 * np.ptp(exact)

    class Exact:
        def quick_probabilities(self, some: np.ndarray) -> np.ndarray:
            powers = np.exp(trained.logits(some))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    targets = exact.argmax(axis=1)[:6]
    maps = [occlusion(logits, faces[:6], targets) for logits in (trained.logits, trained.quick_logits)]
    for one, other in zip(*maps, strict=True):
        assert rank_correlation(one.ravel(), other.ravel()) > 0.995
    curves = [deletion_insertion(model, faces[:6], targets, maps[0]) for model in (Exact(), trained)]
    np.testing.assert_allclose(curves[0].deletion_areas, curves[1].deletion_areas, atol=0.01)
    np.testing.assert_allclose(curves[0].insertion_areas, curves[1].insertion_areas, atol=0.01)
    segments = segments_of(faces[0], "felzenszwalb", 50)
    weights = [
        FaceExplainer(Sampling(cap=256, agreement=None), 0.25, 1)
        .explain(faces[0], segments, model.quick_probabilities, [int(targets[0])])
        .weights[0]
        for model in (Exact(), trained)
    ]
    assert rank_correlation(*weights) > 0.99
    np.testing.assert_allclose(*weights, atol=0.01)
