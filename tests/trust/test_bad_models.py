"""Models that do not fit, through the command line: one line that says what was found and what would fit."""

# ruff: noqa: E501 (one case a line)
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers as L  # noqa: N812

from generator.pipeline import runner
from tests.dataset import making
from tests.model import test_eras as eras
from tests.model import test_stage as kinds
from tests.model.making import brightness_model
from tests.trust.refusing import HEAD, in_process, refused

pytestmark = pytest.mark.slow
CLASSES = ("happy", "sad", "neutral")
Make = Callable[[Path], Path]


def model(make: Callable[[], keras.Model], name: str = "m.keras") -> Make:
    def build(root: Path) -> Path:
        make().save(root / name)
        return root / name

    return build


def cut(name: str, length: int) -> Make:
    def build(root: Path) -> Path:
        path = model(brightness_model, name)(root)
        path.write_bytes(path.read_bytes()[:length])
        return path

    return build


def content(name: str, data: bytes) -> Make:
    def build(root: Path) -> Path:
        (root / name).write_bytes(data)
        return root / name

    return build


def only_weights(root: Path) -> Path:
    brightness_model().save_weights(root / "m.weights.h5")
    return root / "m.weights.h5"


def folder(root: Path) -> Path:
    (root / "saved").mkdir()
    return root / "saved"


def damaged(root: Path) -> Path:
    path = model(brightness_model)(root)
    data = path.read_bytes()
    at = data.index(b"model.weights.h5") + 400
    path.write_bytes(data[:at] + b"\xff" * 200 + data[at + 200 :])
    return path


def other_zip(root: Path) -> Path:
    return making.archive(root / "m.keras", {"readme.txt": b"no model"})


def unknown_layer(root: Path) -> Path:
    """A class that nobody here has."""
    path = model(brightness_model)(root)
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = parts["config.json"].replace(b'"GlobalAveragePooling2D"', b'"AttentionOfMine"')
    return making.archive(path, parts)


def keras1(kind: str) -> Make:
    def build(root: Path) -> Path:
        layers = eras.keras1_layers("th" if kind == "th" else "tf")
        if kind == "maxout":
            layers = [*layers[:5], {"class_name": "MaxoutDense", "config": {"name": "m", "output_dim": 3}}]
        return eras.write_hdf5(root / "one.h5", {"class_name": "Sequential", "config": layers}, eras.today(), "1.2.2")

    return build


def five_deep() -> keras.Model:
    return kinds.functional((48, 48, 5))


def too_small() -> keras.Model:
    """Its pooling leaves nothing of an image."""
    inputs = keras.Input((None, None, 1))
    x = L.Conv2D(2, 3)(L.MaxPooling2D(64)(L.Conv2D(2, 3)(inputs)))
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


LAMBDA = "PATH: holds a Lambda layer, which is code from the file; replace it by a layer, or set model.allow_lambda: true if you trust the file"
CASES: list[tuple[str, Make, dict[str, object], str]] = [
    (
        "too many classes",
        model(lambda: kinds.functional(outputs=5)),
        {},
        "PATH: gives 5 classes, but the data has 3 (happy, sad, neutral); name its outputs, in order, in model.classes",
    ),
    (
        "too few classes",
        model(lambda: kinds.functional(outputs=2)),
        {},
        "PATH: gives 2 classes, but the data has 3 (happy, sad, neutral); name its outputs, in order, in model.classes",
    ),
    (
        "other number configured",
        model(kinds.functional),
        {"classes": ["sad", "happy"]},
        "PATH: gives 3 classes, but model.classes names 2 (sad, happy); name its outputs, in order, in model.classes",
    ),
    (
        "misspelt class",
        model(kinds.functional),
        {"classes": ["hapy", "sad", "neutral"]},
        "CONFIG:7: model.classes names 'hapy', which the data does not have (did you mean 'happy'?)",
    ),
    (
        "class twice",
        model(kinds.functional),
        {"classes": ["sad", "sad", "neutral"]},
        "CONFIG:7: model.classes names a class twice: sad, sad, neutral",
    ),
    (
        "no convolution",
        model(kinds.without_convolution),
        {},
        "PATH: has no convolution layer; questions 2 and 4 are about convolutions, so a CNN is needed",
    ),
    ("two inputs", model(kinds.two_inputs), {}, "PATH: has 2 inputs; a classifier of images has one"),
    ("two outputs", model(kinds.two_outputs), {}, "PATH: has 2 outputs; a classifier of images has one"),
    (
        "maps instead of classes",
        model(kinds.map_output),
        {},
        "PATH: gives output of shape (2, 46, 46, 3); a classifier gives (n, classes)",
    ),
    (
        "vectors instead of images",
        model(kinds.vector_input),
        {},
        "PATH: takes input of shape (None, 2304); a classifier of images takes (n, height, width, channels)",
    ),
    (
        "two channels",
        model(lambda: kinds.functional((48, 48, 2))),
        {},
        "PATH: takes 2 channels; grey faces can be made into 1 or 3",
    ),
    ("five channels", model(five_deep), {}, "PATH: takes 5 channels; grey faces can be made into 1 or 3"),
    ("images too small for it", model(too_small), {}, "PATH: does not take images of shape (48, 48, 1): *"),
    ("Lambda", model(kinds.lambda_model), {}, LAMBDA),
    ("Lambda in HDF5", model(kinds.lambda_model, "m.h5"), {}, LAMBDA),
    ("Lambda inside", model(lambda: keras.Sequential([keras.Input((48, 48, 1)), kinds.lambda_model()])), {}, LAMBDA),
    (
        "text",
        content("m.keras", b"no model"),
        {},
        "PATH: is not a Keras model: neither a .keras archive nor HDF5; save one by model.save('x.keras')",
    ),
    (
        "empty",
        content("m.h5", b""),
        {},
        "PATH: is not a Keras model: neither a .keras archive nor HDF5; save one by model.save('x.keras')",
    ),
    ("folder", folder, {}, "PATH: is a folder; a model is one file, .keras or .h5"),
    ("another zip", other_zip, {}, "PATH: is a zip archive but no Keras model: it has no config.json"),
    ("cut off", cut("m.keras", 3000), {}, "PATH: is damaged or truncated: File is not a zip file"),
    ("cut off HDF5", cut("m.h5", 3000), {}, "PATH: is damaged or truncated: *"),
    ("damaged", damaged, {}, "PATH: is damaged: model.weights.h5 in it does not match its checksum"),
    (
        "weights alone",
        only_weights,
        {},
        "PATH: holds weights but no model; save the whole model by model.save('x.keras')",
    ),
    (
        "a layer of nobody's",
        unknown_layer,
        {},
        "PATH: Keras * cannot read this model: *",
    ),
    (
        "channels first of Keras 1",
        keras1("th"),
        {},
        "PATH: is a Keras 1 model with channels first (dim_ordering 'th'); save it with 'tf'",
    ),
    (
        "a layer of Keras 1",
        keras1("maxout"),
        {},
        "PATH: Keras 1 layer MaxoutDense has no counterpart here; save the model with Keras 2 or later",
    ),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(0)
    files = {
        f"{name}/{number}.png": making.picture(rng.integers(0, 255, (48, 48), dtype=np.uint8))
        for name in CLASSES
        for number in range(6)
    }
    return making.folder(tmp_path_factory.mktemp("data") / "faces", files)


@pytest.mark.parametrize(("name", "make", "options", "what"), CASES, ids=[case[0] for case in CASES])
def test_a_model_that_does_not_fit(
    name: str,
    make: Make,
    options: dict[str, object],
    what: str,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "_drive", in_process("dataset"))
    path, config = make(tmp_path), tmp_path / "config.yaml"
    settings = f"    dataset: {{path: {data}, classes: [{', '.join(CLASSES)}]}}\n    model:\n"
    lines = [f"path: {path}", *(f"{key}: {value}" for key, value in options.items())]
    # `path` stands in line 7, or after the other options, so that these have line 7.
    config.write_text(HEAD + settings + "".join(f"      {line}\n" for line in reversed(lines)), "utf-8")
    said = refused(tmp_path, capsys)
    expected = what.replace("PATH", str(path)).replace("CONFIG", str(config))
    if "*" not in expected:
        assert said == f"{expected}\n"
        return
    parts = expected.split("*")
    assert said.startswith(parts[0])
    assert all(part in said for part in parts)
    assert len(said) < 400 + len(str(path))


@pytest.mark.parametrize(
    ("key", "value"), [("classes", "[a, b]"), ("preprocess", "{low: -1}"), ("allow_lambda", "true")]
)
def test_what_is_said_of_no_model_is_refused(
    key: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"{HEAD}    model:\n      {key}: {value}\n", "utf-8")
    expected = f"{config}:6: model.{key} is said of a model that you bring; give it in model.path or with --model\n"
    assert refused(tmp_path, capsys) == expected


def test_shipped_weights_are_refused_for_other_classes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_drive", in_process("dataset"))
    config = tmp_path / "config.yaml"
    config.write_text(f"{HEAD}    dataset: {{path: {data}}}\n    model: {{weights: fer2013}}\n", "utf-8")
    assert refused(tmp_path, capsys) == (
        f"{config}:6: model.weights: they tell angry, disgust, fear, happy, sad, surprise, neutral apart, and the data "
        "has happy, sad, neutral; give a model of these classes with --model, or take model.weights out to train one\n"
    )
