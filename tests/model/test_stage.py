"""The stage ``model``: any Keras model is opened, measured and handed on; what does not fit is refused in one line."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest
from keras import layers as L  # noqa: N812
from scipy import special

from generator.analyses.filters.layers import units
from generator.analyses.intervals import wilson
from generator.config.schema import ModelOptions, PreprocessOptions
from generator.errors import InputError
from generator.model import stage
from generator.model.classifier import Classifier
from generator.model.guess import rescales_itself
from generator.model.predictions import predictions_of
from generator.pipeline.context import Context
from tests.model.making import CLASSES, brightness_model, dataset, inputs_of, saved

RANGE = PreprocessOptions(low=0, high=1)


def built(path: Path | str, tmp_path: Path, data=None, **options):
    inputs = inputs_of(data or dataset())
    artifact = stage.run(ModelOptions(path=str(path), **options), inputs, Context(3, tmp_path))
    return {**inputs, "model": artifact}


def refusal(path: Path | str, tmp_path: Path, data=None, **options) -> str:
    with pytest.raises(InputError) as caught:
        built(path, tmp_path, data, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_too_few_images_for_a_report_are_told_before_anything_is_trained(tmp_path):
    with pytest.raises(InputError) as caught:
        stage.run(ModelOptions(), inputs_of(dataset(train=900, evaluation=29)), Context(3, tmp_path))
    assert str(caught.value) == (
        "the data has 29 evaluation images (held-out); a report takes at least 30, or t-SNE has nothing to show"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["dense", "activation", "softmax", "none"])
def test_the_softmax_is_taken_off_wherever_it_is(tmp_path, ending):
    path = saved(brightness_model(ending=ending), tmp_path)
    inputs = built(path, tmp_path, preprocess=RANGE)
    assert inputs["model"].results["model"]["softmax"] == ending
    logits = inputs["model"].arrays["logits"]
    faces = dataset().evaluation.images
    scores = brightness_model(ending="none")(faces[..., None].astype(np.float32) / 255)
    np.testing.assert_allclose(logits, scores, rtol=1e-3, atol=1e-2)
    assert inputs["model"].results["model"]["accuracy"] == 1.0


@pytest.mark.parametrize("ending", ["dense", "activation", "softmax"])
def test_a_softmax_that_was_taken_off_stays_off_when_the_layers_are_watched(tmp_path, ending):
    inputs = built(saved(brightness_model(ending=ending), tmp_path), tmp_path, preprocess=RANGE)
    classifier, data = stage.opened(inputs)
    assert classifier.convolutions == ("conv2d_1",)
    units(classifier, classifier._layers)
    np.testing.assert_allclose(classifier.logits(data.evaluation.images), inputs["model"].arrays["logits"], rtol=1e-5)
    faces = classifier.prepare(data.evaluation.images[:6])
    plain = Classifier(brightness_model(ending="none"), classifier.preprocess, data.classes)
    labels = np.arange(6) % 3
    np.testing.assert_allclose(classifier.gradients(faces, labels), plain.gradients(faces, labels), rtol=1e-4)


def test_a_sigmoid_per_class_is_taken_off_too_and_a_single_output_is_refused(tmp_path):
    model = brightness_model(ending="none")
    ending = keras.Sequential([*model.layers, L.Activation("sigmoid")])
    result = built(saved(ending, tmp_path), tmp_path, preprocess=RANGE)["model"]
    assert result.results["model"]["softmax"] == "sigmoid"
    scores = model(dataset().evaluation.images[..., None].astype(np.float32) / 255)
    np.testing.assert_allclose(result.arrays["logits"], scores, rtol=1e-3, atol=1e-2)
    one = keras.Sequential([keras.Input((48, 48, 1)), L.Conv2D(2, 3), L.GlobalMaxPooling2D(), L.Dense(1, "sigmoid")])
    assert "needs two, with softmax" in refusal(saved(one, tmp_path), tmp_path, preprocess=RANGE, classes=("happy",))


def test_a_range_guessed_without_training_images_says_so(tmp_path):
    data = dataset()
    bare = dataclasses.replace(data, train=data.train.take(np.zeros(len(data.train), bool)))
    assert built(saved(brightness_model(), tmp_path), tmp_path, bare)["model"].results["model"]["input"]["reason"] == (
        "guessed-on-evaluation"
    )


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    def __init__(self, **rest):
        super().__init__(**rest)
        self.first = L.Conv2D(4, 3, name="first")
        self.pool = L.GlobalAveragePooling2D()
        self.last = L.Dense(3, activation="softmax", name="last")

    def call(self, x, training=False):
        return self.last(self.pool(self.first(x)))

    def build(self, shape):
        self.first.build(shape)
        self.last.build((None, 4))
        self.built = True


def functional(size=(48, 48, 1), outputs=3):
    inputs = keras.Input(size)
    x = L.Conv2D(4, 3, name="first")(inputs)
    x = L.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, L.Dense(outputs, activation="softmax")(x))


def hidden_softmax():
    inputs = keras.Input((48, 48, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(inputs))
    x = L.Dense(3, activation="softmax")(x)
    return keras.Model(inputs, L.Rescaling(1.0)(x))


def nested():
    body = keras.Sequential([keras.Input((48, 48, 1)), L.Conv2D(4, 3), L.GlobalAveragePooling2D()])
    return keras.Sequential([keras.Input((48, 48, 1)), body, L.Dense(3, activation="softmax")])


@pytest.mark.parametrize(
    ("make", "size", "softmax"),
    [
        (functional, (48, 48, 1), "dense"),
        (lambda: functional((32, 40, 1)), (32, 40, 1), "dense"),
        (lambda: functional((96, 96, 3)), (96, 96, 3), "dense"),
        (lambda: functional((None, None, 1)), (48, 48, 1), "dense"),
        (lambda: functional((None, None, 3)), (48, 48, 3), "dense"),
        (nested, (48, 48, 1), "dense"),
        (hidden_softmax, (48, 48, 1), "log"),
        (Subclassed, (48, 48, 1), "dense"),
    ],
    ids=["functional", "small", "large-rgb", "any-size", "any-size-rgb", "nested", "hidden-softmax", "subclassed"],
)
def test_every_kind_of_keras_model_gives_logits_whose_softmax_is_its_output(tmp_path, make, size, softmax):
    model = make()
    if not model.built or isinstance(model, Subclassed):
        model(np.zeros((1, *size), np.float32))
    inputs = built(saved(model, tmp_path), tmp_path, preprocess=RANGE)
    result = inputs["model"].results["model"]
    assert (result["input"]["height"], result["input"]["width"], result["input"]["channels"]) == size
    assert result["softmax"] == softmax
    classifier, data = stage.opened(inputs)
    prepared = classifier.prepare(data.evaluation.images)
    expected = np.asarray(model(prepared, training=False))
    np.testing.assert_allclose(special.softmax(classifier.logits(data.evaluation.images), axis=1), expected, atol=1e-4)
    assert np.abs(classifier.gradients(prepared[:2], np.array([0, 1]))).max() > 0


def test_hdf5_and_a_wrongly_named_file_are_told_by_their_content(tmp_path):
    path = saved(brightness_model(), tmp_path, "old.h5")
    assert built(path, tmp_path, preprocess=RANGE)["model"].results["model"]["accuracy"] == 1
    wrong = tmp_path / "new.keras"
    wrong.write_bytes(path.read_bytes())
    assert built(wrong, tmp_path, preprocess=RANGE)["model"].results["model"]["accuracy"] == 1
    other = tmp_path / "zipped.h5"
    other.write_bytes(saved(brightness_model(), tmp_path).read_bytes())
    assert built(other, tmp_path, preprocess=RANGE)["model"].results["model"]["accuracy"] == 1


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)])
def test_the_value_range_is_guessed_from_what_the_model_gets_right(tmp_path, low, high):
    path = saved(brightness_model(low, high), tmp_path)
    guessed = built(path, tmp_path)["model"].results["model"]["input"]
    assert (guessed["low"], guessed["high"], guessed["reason"]) == (low, high, "guessed")
    shares = [tried["accuracy"] for tried in guessed["tried"]]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 6
    assert guessed["guess"]["images"] == 90
    assert guessed["guess"]["tied"] == shares.count(1.0)
    assert not guessed["guess"]["chance"]
    assert not guessed["guess"]["rescales"]


def rescaled(*first: keras.layers.Layer, scale: float = 1.0) -> keras.Model:
    """Takes 0 to 255 and gives what `scale` makes of the scores: 0 for a model that says the same of every image."""
    body = brightness_model(ending="none")
    weights, biases = body.get_layer("scores").get_weights()
    body.get_layer("scores").set_weights([weights * scale, biases * scale])
    return keras.Sequential([keras.Input((48, 48, 1)), *first, body])


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([L.Rescaling(1 / 255)], True),
        ([L.RandomTranslation(0.1, 0.1), L.Rescaling(1 / 255)], True),
        ([L.Normalization(mean=0.0, variance=255.0**2)], True),
        ([], False),
        ([L.BatchNormalization(), L.Rescaling(1 / 255)], False),
    ],
    ids=["rescaling", "after-views", "normalization", "none", "after-another-layer"],
)
def test_a_model_that_rescales_by_itself_is_known(first, expected):
    assert rescales_itself(rescaled(*first), (48, 48, 1)) is expected


def test_of_value_ranges_that_do_equally_well_a_model_that_rescales_is_given_0_to_255(tmp_path):
    found = built(saved(rescaled(L.Rescaling(1 / 255), scale=0.0), tmp_path), tmp_path)["model"]
    guessed = found.results["model"]["input"]
    assert (guessed["low"], guessed["high"]) == (0, 255)
    assert guessed["guess"] == {**guessed["guess"], "tied": 6, "chance": True, "rescales": True}
    low, high = wilson(30, 90)
    assert (guessed["guess"]["low"], guessed["guess"]["high"]) == (low, high)


def test_of_value_ranges_that_do_equally_well_the_more_usual_is_taken(tmp_path):
    # Both have grey at 0, and twice the contrast does not move this model's maximum.
    path = saved(brightness_model(-0.5, 0.5), tmp_path)
    found = built(path, tmp_path)["model"].results["model"]["input"]
    tried, guess = found["tried"], found["guess"]
    assert tried[0]["accuracy"] == tried[1]["accuracy"] == 1
    assert [(one["low"], one["high"]) for one in tried[:2]] == [(-1, 1), (-0.5, 0.5)]
    assert guess["tied"] == sum(one["accuracy"] == 1 for one in tried) >= 2


def test_the_figures_are_what_a_slow_count_gives(tmp_path):
    model = brightness_model()
    model.get_layer("scores").set_weights([np.array([[10.0, 0.0, 30.0]]), np.array([0.0, 3.0, -12.0])])
    inputs = built(saved(model, tmp_path), tmp_path, preprocess=RANGE)
    data, logits = predictions_of(inputs)
    result = inputs["model"].results["model"]
    right = sum(int(np.argmax(row) == label) for row, label in zip(logits, data.evaluation.labels, strict=True))
    assert 0 < right < 30
    assert result["accuracy"] == right / 30
    assert (result["low"], result["high"]) == wilson(right, 30)
    assert sum(map(sum, result["confusion"])) == 30
    for index, name in enumerate(CLASSES):
        assert result["n"][name] == sum(result["confusion"][index]) == 10
        assert result["recall"][name] == result["confusion"][index][index] / 10
    assert result["parameters"] == 9 + 6
    assert result["convolutions"] == ["conv2d_1"]
    assert result["source"] == "user"
    assert msgspec.json.encode(inputs["model"].results)


def test_accuracy_is_also_given_without_images_that_were_trained_on(tmp_path):
    data = dataset()
    images = data.train.images.copy()
    images[:6] = data.evaluation.images[:6, :, ::-1]
    data = dataclasses.replace(data, train=dataclasses.replace(data.train, images=images))
    model = brightness_model()
    # Always "happy": right for a third of all images, and for 8 of the 24 that are no copies.
    model.get_layer("scores").set_weights([np.zeros((1, 3)), np.array([9.0, 0.0, 0.0])])
    result = built(saved(model, tmp_path), tmp_path, data, preprocess=RANGE)["model"].results["model"]
    assert result["accuracy_without_duplicates"] == pytest.approx(8 / 24)
    plain = built(saved(model, tmp_path), tmp_path, preprocess=RANGE)["model"].results["model"]
    assert plain["accuracy_without_duplicates"] is None


def test_fewer_and_reordered_classes_restrict_the_data(tmp_path):
    data = dataset(classes=("angry", "happy", "sad", "neutral"), train=120, evaluation=40)
    path = saved(functional(outputs=3), tmp_path)
    inputs = built(path, tmp_path, data, preprocess=RANGE, classes=("sad", "angry", "neutral"))
    classifier, restricted = stage.opened(inputs)
    assert classifier.classes == restricted.classes == ("angry", "sad", "neutral")
    assert len(restricted.evaluation) == 30
    model = keras.saving.load_model(path)
    expected = np.asarray(model(classifier.prepare(restricted.evaluation.images)))[:, [1, 0, 2]]
    np.testing.assert_allclose(
        special.softmax(classifier.logits(restricted.evaluation.images), axis=1), expected, atol=1e-4
    )
    assert inputs["model"].arrays["logits"].shape == (30, 3)
    original = data.evaluation.labels[data.evaluation.labels != 1]
    assert [("angry", "sad", "neutral")[i] for i in restricted.evaluation.labels] == [
        data.classes[label] for label in original
    ]


def lambda_model():
    inputs = keras.Input((48, 48, 1))
    x = L.Lambda(lambda x: x * 1.0)(L.Conv2D(2, 3)(inputs))
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def test_code_in_a_file_is_refused_unless_it_is_asked_for(tmp_path):
    path = saved(lambda_model(), tmp_path)
    message = refusal(path, tmp_path, preprocess=RANGE)
    assert "Lambda" in message
    assert "model.allow_lambda" in message
    assert built(path, tmp_path, preprocess=RANGE, allow_lambda=True)["model"].results["model"]["softmax"] == "none"
    nested_one = keras.Sequential([keras.Input((48, 48, 1)), lambda_model()])
    assert "Lambda" in refusal(saved(nested_one, tmp_path, "nested.keras"), tmp_path, preprocess=RANGE)
    assert "Lambda" in refusal(saved(lambda_model(), tmp_path, "old.h5"), tmp_path, preprocess=RANGE)


def two_inputs():
    a, b = keras.Input((48, 48, 1)), keras.Input((48, 48, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(2, 3)(L.Add()([a, b])))
    return keras.Model([a, b], L.Dense(3)(x))


def two_outputs():
    a = keras.Input((48, 48, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(2, 3)(a))
    return keras.Model(a, [L.Dense(3)(x), L.Dense(3)(x)])


def without_convolution():
    return keras.Sequential([keras.Input((48, 48, 1)), L.Flatten(), L.Dense(3)])


def map_output():
    return keras.Sequential([keras.Input((48, 48, 1)), L.Conv2D(3, 3)])


def vector_input():
    return keras.Sequential([keras.Input((2304,)), L.Reshape((48, 48, 1)), L.Conv2D(3, 3), L.Flatten(), L.Dense(3)])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: functional(outputs=5), ["5 classes", "the data has 3", "model.classes"]),
        (without_convolution, ["no convolution"]),
        (two_inputs, ["2 inputs"]),
        (two_outputs, ["2 outputs"]),
        (map_output, ["(n, classes)"]),
        (vector_input, ["(n, height, width, channels)"]),
        (lambda: functional((48, 48, 2)), ["2 channels", "1 or 3"]),
    ],
    ids=["classes", "no-convolution", "two-inputs", "two-outputs", "map-output", "vector-input", "two-channels"],
)
def test_a_model_that_does_not_fit_is_refused_with_what_was_found(tmp_path, make, words):
    path = saved(make(), tmp_path)
    message = refusal(path, tmp_path, preprocess=RANGE)
    assert message.startswith(f"{path}:")
    for word in words:
        assert word in message


def test_a_file_that_is_no_model_is_refused(tmp_path):
    whole = saved(brightness_model(), tmp_path)
    old = saved(brightness_model(), tmp_path, "old.h5")
    brightness_model().save_weights(tmp_path / "only.weights.h5")
    (tmp_path / "cut.keras").write_bytes(whole.read_bytes()[:3000])
    (tmp_path / "cut.h5").write_bytes(old.read_bytes()[:3000])
    (tmp_path / "text.keras").write_text("not a model")
    (tmp_path / "empty.keras").write_bytes(b"")
    assert "truncated" in refusal(tmp_path / "cut.keras", tmp_path)
    assert "truncated" in refusal(tmp_path / "cut.h5", tmp_path)
    assert "not a Keras model" in refusal(tmp_path / "text.keras", tmp_path)
    assert "not a Keras model" in refusal(tmp_path / "empty.keras", tmp_path)
    assert "weights but no model" in refusal(tmp_path / "only.weights.h5", tmp_path)
    assert "folder" in refusal(tmp_path, tmp_path)
    assert "cannot be read" in refusal(tmp_path / "nowhere.keras", tmp_path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_however_it_is_packed(tmp_path, packing):
    damaged = tmp_path / "damaged.keras"
    with zipfile.ZipFile(saved(brightness_model(), tmp_path)) as whole, zipfile.ZipFile(damaged, "w") as again:
        for name in whole.namelist():
            again.writestr(name, whole.read(name), packing)
    content = damaged.read_bytes()
    middle = content.index(b"model.weights.h5") + 400
    damaged.write_bytes(content[:middle] + b"\xff" * 200 + content[middle + 200 :])
    message = refusal(damaged, tmp_path, preprocess=RANGE)
    assert "checksum" in message or "is damaged or truncated" in message


@pytest.mark.parametrize(
    ("field", "value", "why"), [(8, 1, "is encrypted"), (10, 99, "That compression method is not supported")]
)
def test_an_archive_that_python_cannot_unpack_is_refused(tmp_path, field, value, why):
    path = saved(brightness_model(), tmp_path)
    content = bytearray(path.read_bytes())
    # The directory at the end and the heads of the members, where the fields lie two bytes further on in the former.
    for sign, back in ((b"PK\x01\x02", 0), (b"PK\x03\x04", 2)):
        for at in (found.start() + field - back for found in re.finditer(sign, bytes(content))):
            content[at : at + 2] = value.to_bytes(2, "little")
    path.write_bytes(content)
    message = refusal(path, tmp_path)
    assert "cannot be unpacked: " in message
    assert why in message


def test_class_names_are_checked(tmp_path):
    path = saved(functional(), tmp_path)
    assert "did you mean 'happy'" in refusal(path, tmp_path, preprocess=RANGE, classes=("hapy", "sad", "neutral"))
    assert "twice" in refusal(path, tmp_path, preprocess=RANGE, classes=("sad", "sad", "neutral"))


SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")
def test_a_published_model_of_2017_reaches_what_it_should_on_publictest(tmp_path):
    from generator.config.schema import DatasetOptions
    from generator.dataset.stage import run as load

    options = DatasetOptions(path=str(SHARED / "fer2013-sample.csv"))
    inputs = {"dataset": load(options, {}, Context(1, tmp_path))}
    path = SHARED / "models" / "mini_xception_fer2013.hdf5"
    artifact = stage.run(ModelOptions(path=str(path)), inputs, Context(1, tmp_path))
    result = artifact.results["model"]
    assert result["input"]["height"] == 64
    assert (result["input"]["low"], result["input"]["high"]) == (-1, 1)
    assert 0.55 < result["accuracy"] < 0.75
