"""The classifier gives the logits, gradients and inner outputs that Keras gives, however a model is built."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.errors import InputError
from generator.model import classifier as module
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
from generator.model.resize import area, bilinear

keras = pytest.importorskip("keras")
L = keras.layers
CLASSES = ("happy", "sad", "surprise")
SHARED_MODEL = Path(__file__).parents[3] / "shared" / "data" / "models" / "mini_xception_fer2013.hdf5"


@pytest.fixture(autouse=True, scope="module")
def _small_batches():
    """Three images to a batch, so that seven need padding."""
    before, module.BATCH = module.BATCH, 3
    yield
    module.BATCH = before


def functional(size: int | None = 12, channels: int = 1) -> keras.Model:
    keras.utils.set_random_seed(4)
    x = inputs = keras.Input((size, size, channels))
    x = L.Conv2D(4, 3, name="first")(x)
    x = L.BatchNormalization(name="norm")(x)
    x = L.Activation("tanh", name="act")(x)
    side = L.DepthwiseConv2D(3, name="depth")(x)
    x = L.SeparableConv2D(4, 3, name="apart")(x)
    x = L.Add(name="sum")([x, side])
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Dropout(0.5, name="drop")(x)
    model = keras.Model(inputs, L.Dense(3, name="out")(x))
    norm = model.get_layer("norm")
    norm.set_weights([w + 0.3 * np.arange(4, dtype="f") for w in norm.get_weights()])
    return model


def nested() -> keras.Model:
    inner = keras.Sequential([L.Input((12, 12, 1)), L.Conv2D(2, 3, name="conv"), L.ReLU(name="relu")], name="base")
    top = keras.Sequential([L.Conv2D(3, 3, name="conv"), L.GlobalMaxPooling2D(name="pool")], name="head")
    inputs = keras.Input((12, 12, 1))
    return keras.Model(inputs, top(inner(inputs)))


class Subclassed(keras.Model):
    """Layers listed in another order than they run."""

    def __init__(self) -> None:
        super().__init__()
        self.last = L.Dense(3, name="last")
        self.second = L.Conv2D(3, 3, name="second")
        self.first = L.Conv2D(2, 3, name="first")

    def call(self, x, training=False):
        return self.last(keras.ops.mean(self.second(self.first(x)), axis=(1, 2)))


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (7, 48, 48)).astype(np.uint8)


@pytest.fixture(scope="module")
def tiny() -> Classifier:
    return Classifier(functional(), Preprocess(12, 12, 1, low=-1, high=1), CLASSES)


def test_prepare_scales_standardises_and_repeats_channels(faces):
    plain = Classifier(None, Preprocess(48, 48, 1), CLASSES).prepare(faces)
    assert plain.dtype == np.float32
    assert plain.shape == (7, 48, 48, 1)
    np.testing.assert_allclose(plain[..., 0], faces / 255, atol=1e-6)
    three = Classifier(None, Preprocess(48, 48, 3, low=-1, high=1, mean=0.5, std=2.0), CLASSES).prepare(faces)
    for channel in range(3):
        np.testing.assert_allclose(three[..., channel], (faces / 127.5 - 1 - 0.5) / 2, atol=1e-6)


@pytest.mark.parametrize(("height", "width"), [(64, 64), (224, 96), (32, 24), (48, 48)])
def test_prepare_resizes_as_pillow_does(faces, height, width):
    prepared = Classifier(None, Preprocess(height, width, 1, low=0, high=255), CLASSES).prepare(faces)
    for face, got in zip(faces, prepared, strict=True):
        as_float = Image.fromarray(face.astype(np.float32), mode="F")
        expected = as_float.resize((width, height), Image.Resampling.BILINEAR)
        np.testing.assert_allclose(got[..., 0], np.asarray(expected), atol=1e-2)


def test_area_averages_what_each_pixel_covers():
    row = np.array([[[3.0, 6.0, 9.0]]])
    np.testing.assert_allclose(area(row, 1, 2), [[[(3 + 6 / 2) / 1.5, (6 / 2 + 9) / 1.5]]], rtol=1e-6)
    maps = np.random.default_rng(0).normal(size=(4, 64, 60))
    np.testing.assert_allclose(area(maps, 48, 48).mean(axis=(1, 2)), maps.mean(axis=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("size", [48, 64, 96, 128, 224])
def test_to_face_inverts_the_resize_of_a_smooth_face(size):
    y, x = np.mgrid[:48, :48] / 47
    smooth = np.stack([np.sin(3 * x + 2 * y), np.cos(4 * x * y)])
    classifier = Classifier(None, Preprocess(size, size, 1), CLASSES)
    np.testing.assert_allclose(classifier.to_face(bilinear(smooth, size, size)), smooth, atol=0.02)


def test_to_face_enlarges_a_deep_layers_map_and_keeps_constants():
    classifier = Classifier(None, Preprocess(64, 64, 1), CLASSES)
    maps = np.full((2, 5, 80), 0.7)
    np.testing.assert_allclose(classifier.to_face(maps), np.full((2, 48, 48), 0.7), rtol=1e-6)


def test_logits_equal_the_models_own_in_inference_mode(tiny, faces):
    inputs = tiny.prepare(faces)
    expected = np.asarray(tiny.logits_model(inputs, training=False))
    np.testing.assert_allclose(tiny.logits(faces), expected, atol=1e-5)
    np.testing.assert_allclose(tiny.logits_of_inputs(inputs), expected, atol=1e-5)
    powers = np.exp(tiny.quick_logits(faces))
    np.testing.assert_allclose(tiny.quick_probabilities(faces), powers / powers.sum(1, keepdims=True), atol=1e-5)


def test_gradients_equal_finite_differences(tiny, faces):
    inputs = tiny.prepare(faces)
    targets = np.array([0, 1, 2, 0, 1, 2, 1])
    gradients = tiny.gradients(inputs, targets)
    assert gradients.shape == inputs.shape
    rng = np.random.default_rng(1)
    for _ in range(12):
        image, row, column = rng.integers(7), rng.integers(12), rng.integers(12)
        ends = []
        for step in (-0.02, 0.02):
            moved = inputs.copy()
            moved[image, row, column, 0] += step
            ends.append(tiny.logits_of_inputs(moved)[image, targets[image]])
        assert gradients[image, row, column, 0] == pytest.approx((ends[1] - ends[0]) / 0.04, rel=0.02, abs=1e-4)


def test_every_function_is_traced_once_whatever_the_number_of_images(tiny, faces):
    inputs = tiny.prepare(faces)
    for count in (1, 3, 4, 7):
        tiny.logits(faces[:count])
        tiny.gradients(inputs[:count], np.zeros(count, dtype=int))
    assert tiny._step.experimental_get_tracing_count() == 1
    assert tiny._gradient_step.experimental_get_tracing_count() == 1


def test_no_images_give_no_logits(tiny, faces):
    assert tiny.logits(faces[:0]).shape == (0, 3)
    assert tiny.gradients(tiny.prepare(faces[:0]), np.zeros(0, dtype=int)).shape == (0, 12, 12, 1)


@pytest.mark.parametrize("targets", [[0, 1], [0, 1, 2, 3, 0, 0, 0], [0, 0, -1, 0, 0, 0, 0]])
def test_targets_that_are_no_columns_are_refused(tiny, faces, targets):
    with pytest.raises(ValueError, match="target"):
        tiny.gradients(tiny.prepare(faces), np.array(targets))


def test_a_model_without_fixed_size_takes_the_one_of_preprocess(faces):
    open_size = Classifier(functional(size=None, channels=3), Preprocess(20, 16, 3), CLASSES)
    inputs = open_size.prepare(faces)
    assert inputs.shape == (7, 20, 16, 3)
    assert open_size.gradients(inputs, np.zeros(7, dtype=int)).shape == inputs.shape
    assert open_size.cut_model("act").output_shape == (None, 18, 14, 4)


def test_convolutions_are_listed_in_the_order_they_run(tiny):
    assert tiny.convolutions[0] == "first"
    assert set(tiny.convolutions[1:]) == {"depth", "apart"}
    assert Classifier(Subclassed(), Preprocess(12, 12, 1), CLASSES).convolutions == ("first", "second")


def test_cut_gives_several_layers_at_once(tiny, faces):
    inputs = tiny.prepare(faces)
    normalised, activated, out = tiny.cut(["norm", "act", "out"])(inputs)
    keras_cut = keras.Model(tiny.logits_model.inputs, tiny.logits_model.get_layer("norm").output)
    np.testing.assert_allclose(normalised, keras_cut(inputs, training=False), atol=1e-5)
    np.testing.assert_allclose(activated, np.tanh(normalised), atol=1e-5)
    np.testing.assert_allclose(out, tiny.logits(faces), atol=1e-5)


def test_cut_model_gives_the_same_as_cut_and_has_gradients(tiny, faces):
    import tensorflow as tf

    inputs = tiny.prepare(faces)
    model = tiny.cut_model("act")
    assert model.output_shape == (None, 10, 10, 4)
    np.testing.assert_allclose(model(inputs, training=False), tiny.cut(["act"])(inputs)[0], atol=1e-5)

    @tf.function
    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(model(x, training=False))
        return tape.gradient(total, x)

    assert np.abs(gradient(tf.constant(inputs))).max() > 0


def test_layers_inside_nested_models_can_be_cut(faces):
    classifier = Classifier(nested(), Preprocess(12, 12, 1), CLASSES)
    assert classifier.convolutions == ("conv", "head/conv")
    inputs = classifier.prepare(faces)
    relu, base, second = classifier.cut(["relu", "base", "head/conv"])(inputs)
    np.testing.assert_array_equal(relu, base)
    np.testing.assert_allclose(second.max(axis=(1, 2)), classifier.logits(faces), atol=1e-5)


def test_layers_of_a_subclassed_model_can_be_cut(faces):
    classifier = Classifier(Subclassed(), Preprocess(12, 12, 1), CLASSES)
    inputs = classifier.prepare(faces)
    (first,) = classifier.cut(["first"])(inputs)
    np.testing.assert_allclose(first, classifier.logits_model.first(inputs), atol=1e-5)
    assert classifier.cut_model("second").output_shape == (None, 8, 8, 3)


def test_of_a_layer_that_runs_twice_the_first_output_counts(faces):
    conv = L.Conv2D(1, 3, padding="same", name="conv")
    inputs = keras.Input((12, 12, 1))
    twice = L.Flatten()(conv(conv(inputs)))
    classifier = Classifier(keras.Model(inputs, L.Dense(3)(twice)), Preprocess(12, 12, 1), CLASSES)
    assert classifier.convolutions == ("conv",)
    prepared = classifier.prepare(faces)
    np.testing.assert_allclose(classifier.cut(["conv"])(prepared)[0], conv(prepared), atol=1e-5)


def test_a_model_of_half_precision_gives_float32(faces):
    policy = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        model = functional()
    finally:
        keras.mixed_precision.set_dtype_policy(policy)
    classifier = Classifier(model, Preprocess(12, 12, 1), CLASSES)
    inputs = classifier.prepare(faces)
    assert classifier.logits(faces).dtype == np.float32
    assert classifier.cut(["act"])(inputs)[0].dtype == np.float32
    gradients = classifier.gradients(inputs, np.zeros(7, dtype=int))
    assert gradients.dtype == np.float32
    assert np.abs(gradients).max() > 0


def test_two_runs_give_the_same_bytes(tiny, faces):
    inputs = tiny.prepare(faces)
    targets = np.zeros(7, dtype=int)
    assert tiny.gradients(inputs, targets).tobytes() == tiny.gradients(inputs, targets).tobytes()
    again = Classifier(tiny.logits_model, tiny.preprocess, CLASSES)
    assert again.logits(faces).tobytes() == tiny.logits(faces).tobytes()


def test_a_layer_is_given_by_its_name(tiny):
    assert tiny.layer("act") is tiny.logits_model.get_layer("act")
    assert tiny.layers[:3] == ("first", "norm", "act")


def test_cutting_leaves_the_model_as_it_was(tiny, faces):
    before = tiny.logits_model.to_json()
    tiny.cut(["act"])(tiny.prepare(faces))
    assert tiny.logits_model.to_json() == before
    assert all("call" not in vars(layer) for layer in tiny.logits_model.layers)


@pytest.mark.parametrize("cut", [lambda c: c.cut(["atc"]), lambda c: c.cut_model("atc")])
def test_a_layer_that_does_not_exist_is_refused_with_the_nearest_name(tiny, cut):
    with pytest.raises(InputError, match=r"no layer 'atc' \(did you mean 'act'\?\)"):
        cut(tiny)


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_MODEL.exists(), reason="needs ../shared/data/models")
def test_the_shared_model_gives_gradients_that_agree_with_small_steps(faces):
    """On this model the eager gradient crashes the process."""
    loaded = keras.models.load_model(SHARED_MODEL, compile=False)
    logits_model = keras.Model(loaded.inputs, loaded.get_layer("global_average_pooling2d_1").output)
    classifier = Classifier(logits_model, Preprocess(64, 64, 1, low=-1, high=1), tuple("abcdefg"))
    assert classifier.convolutions[:2] == ("conv2d_1", "conv2d_2")
    assert "activation_1" in classifier.layers
    inputs = classifier.prepare(faces)
    targets = np.arange(7)
    gradients = classifier.gradients(inputs, targets)
    direction = np.sign(gradients)
    step = 1e-3
    rows = np.arange(7)
    ahead = classifier.logits_of_inputs(inputs + step * direction)[rows, targets]
    behind = classifier.logits_of_inputs(inputs - step * direction)[rows, targets]
    expected = np.abs(gradients).sum(axis=(1, 2, 3))
    np.testing.assert_allclose((ahead - behind) / (2 * step), expected, rtol=0.05)
