"""HDF5 files of the eras of Keras, written here by hand as those versions wrote them."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers as L  # noqa: N812
from scipy import special

from generator.config.schema import ModelOptions, PreprocessOptions
from generator.errors import InputError
from generator.model import stage
from generator.model.loading import load_keras
from generator.pipeline.context import Context
from tests.model.making import dataset, inputs_of

RANGE = PreprocessOptions(low=0, high=1)


def today() -> keras.Model:
    """What the old files describe, as it is written today, with random weights."""
    keras.utils.set_random_seed(4)
    model = keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            L.Conv2D(4, (3, 5), strides=(2, 2), padding="same", activation="relu", name="convolution2d_1"),
            L.BatchNormalization(epsilon=1e-3, name="batchnormalization_1"),
            L.MaxPooling2D((2, 2), name="maxpooling2d_1"),
            L.Dropout(0.25, name="dropout_1"),
            L.Flatten(name="flatten_1"),
            L.Dense(3, name="dense_1"),
            L.Activation("softmax", name="activation_1"),
        ]
    )
    rng = np.random.default_rng(5)
    model.set_weights([rng.uniform(0.1, 0.5, w.shape) * rng.choice([1, 1, -1]) ** (w.ndim > 1) for w in model.weights])
    return model


def keras1_layers(ordering: str = "tf") -> list[dict]:
    shape = {"batch_input_shape": [None, 48, 48, 1], "input_dtype": "float32"}
    regular = {"W_regularizer": None, "b_regularizer": None, "W_constraint": None, "b_constraint": None}
    regular |= {"activity_regularizer": None, "trainable": True}
    return [
        {
            "class_name": "Convolution2D",
            "config": {
                "name": "convolution2d_1", "nb_filter": 4, "nb_row": 3, "nb_col": 5, "subsample": [2, 2],
                "border_mode": "same", "dim_ordering": ordering, "activation": "relu", "bias": True,
                "init": "glorot_uniform", **shape, **regular,
            },
        },
        {
            "class_name": "BatchNormalization",
            "config": {
                "name": "batchnormalization_1", "mode": 0, "axis": -1, "epsilon": 1e-3, "momentum": 0.99,
                "gamma_regularizer": None, "beta_regularizer": None, "trainable": True,
            },
        },
        {
            "class_name": "MaxPooling2D",
            "config": {
                "name": "maxpooling2d_1", "pool_size": [2, 2], "strides": [2, 2], "border_mode": "valid",
                "dim_ordering": ordering, "trainable": True,
            },
        },
        {"class_name": "Dropout", "config": {"name": "dropout_1", "p": 0.25, "trainable": True}},
        {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": True}},
        {
            "class_name": "Dense",
            "config": {
                "name": "dense_1", "output_dim": 3, "input_dim": None, "activation": "linear", "bias": True,
                "init": "glorot_uniform", **regular,
            },
        },
        {"class_name": "Activation", "config": {"name": "activation_1", "activation": "softmax", "trainable": True}},
    ]  # fmt: skip


def write_hdf5(path: Path, config: dict, weights: keras.Model, version: str | None) -> Path:
    """The layout that Keras 1 and 2 gave to their files."""
    with h5py.File(path, "w") as file:
        if version is not None:
            file.attrs["keras_version"] = version.encode()
            file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(config).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.name.encode() for layer in weights.layers]
        if version is not None:
            group.attrs["keras_version"] = version.encode()
            group.attrs["backend"] = b"tensorflow"
        for layer in weights.layers:
            inner = group.create_group(layer.name)
            names = [f"{layer.name}_w{index}" for index in range(len(layer.weights))]
            inner.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights(), strict=True):
                inner[name] = value
    return path


def assert_same_outputs(path: Path, tmp_path: Path) -> None:
    inputs = inputs_of(dataset())
    artifact = stage.run(ModelOptions(path=str(path), preprocess=RANGE), inputs, Context(1, tmp_path))
    classifier, data = stage.opened({**inputs, "model": artifact})
    faces = data.evaluation.images
    expected = today()(faces[..., None].astype(np.float32) / 255)
    np.testing.assert_allclose(special.softmax(classifier.logits(faces), axis=1), expected, atol=1e-4)
    assert artifact.results["model"]["softmax"] == "activation"


@pytest.mark.parametrize("version", ["1.2.2", None], ids=["1.2", "unnamed"])
def test_a_sequential_of_keras_1(tmp_path, version):
    config = {"class_name": "Sequential", "config": keras1_layers()}
    assert_same_outputs(write_hdf5(tmp_path / "one.h5", config, today(), version), tmp_path)


def test_a_functional_model_of_keras_1(tmp_path):
    layers = keras1_layers()
    del layers[0]["config"]["batch_input_shape"]
    start = {
        "class_name": "InputLayer",
        "config": {"name": "input_1", "batch_input_shape": [None, 48, 48, 1], "input_dtype": "float32"},
    }
    before = "input_1"
    for layer in layers:
        layer |= {"name": layer["config"]["name"], "inbound_nodes": [[[before, 0, 0]]]}
        before = layer["name"]
    config = {
        "class_name": "Model",
        "config": {
            "name": "model_1",
            "layers": [{**start, "name": "input_1", "inbound_nodes": []}, *layers],
            "input_layers": [["input_1", 0, 0]],
            "output_layers": [[before, 0, 0]],
        },
    }
    assert_same_outputs(write_hdf5(tmp_path / "one.hdf5", config, today(), "1.1.0"), tmp_path)


def test_a_sequential_of_keras_2(tmp_path):
    layers = [
        {"class_name": type(layer).__name__, "config": {**layer.get_config(), "dtype": "float32"}}
        for layer in today().layers
    ]
    layers[0]["config"]["batch_input_shape"] = [None, 48, 48, 1]
    early = {"class_name": "Sequential", "config": layers}
    assert_same_outputs(write_hdf5(tmp_path / "early.h5", early, today(), "2.0.5"), tmp_path)
    late = {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": layers}}
    assert_same_outputs(write_hdf5(tmp_path / "late.h5", late, today(), "2.2.4"), tmp_path)


def test_an_hdf5_of_keras_3(tmp_path):
    today().save(tmp_path / "three.h5")
    assert_same_outputs(tmp_path / "three.h5", tmp_path)


def test_what_keras_1_had_and_nobody_has_today_is_named(tmp_path):
    layers = keras1_layers()
    cases = {
        "channels first": {"class_name": "Sequential", "config": keras1_layers("th")},
        "mode 2": {"class_name": "Sequential", "config": [*layers[:1], _with(layers[1], mode=2), *layers[2:]]},
        "MaxoutDense": {
            "class_name": "Sequential",
            "config": [*layers[:5], {"class_name": "MaxoutDense", "config": {"name": "m", "output_dim": 3}}],
        },
    }
    for words, config in cases.items():
        path = write_hdf5(tmp_path / "one.h5", config, today(), "1.2.2")
        with pytest.raises(InputError, match=words) as caught:
            load_keras(path, allow_lambda=False)
        assert str(caught.value).startswith(f"{path}:")


def _with(layer: dict, **options) -> dict:
    return {**layer, "config": {**layer["config"], **options}}
