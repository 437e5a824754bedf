"""HDF5 files of earlier Keras: what Keras 1 (before March 2017) and early Keras 2 wrote, in today's words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Options = dict[str, Any]


class UntranslatableError(ValueError):
    """Something of Keras 1 that has no counterpart among today's layers."""


def needs_translation(config: str, version: str | None) -> bool:
    """Whether an HDF5 file's model was written by a Keras whose files today's does not read.

    Args:
        config: the file's ``model_config``.
        version: its ``keras_version``, which early files lack.
    """
    model = json.loads(config)
    return _is_keras1(config, version) or bool(translated(model, False) != model)


def translated_file(path: Path, place: Path) -> None:
    """Write a copy of the HDF5 file at `path` to `place` whose configuration today's Keras reads.

    Raises:
        UntranslatableError: naming the layer.
    """
    import h5py

    shutil.copyfile(path, place)
    with h5py.File(place, "r+") as file:
        config, version = text_of(file.attrs["model_config"]), text_of(file.attrs.get("keras_version"))
        model = translated(json.loads(config or "{}"), _is_keras1(config or "", version))
        file.attrs["model_config"] = json.dumps(model).encode()
        if version is None:
            file.attrs["keras_version"] = b"1.0.0"


def translated(model: Options, keras1: bool) -> Options:
    """A whole model's configuration, as later versions of Keras 2 wrote it.

    Args:
        model: ``class_name`` and ``config``.
        keras1: whether layers and options go by the names of Keras 1.
    """
    config = model["config"]
    if isinstance(config, list):  # a Sequential before Keras 2.2.3
        config = {"name": "sequential", "layers": config}
    now = [_layer(layer, keras1) for layer in config.get("layers", [])]
    if model["class_name"] == "Sequential" and now:
        now = _with_input_layer(now)
    return {**model, "config": {**config, "layers": now}}


def text_of(attribute: Any) -> str | None:
    """An HDF5 attribute as text."""
    return attribute.decode("utf-8", "replace") if isinstance(attribute, bytes) else attribute


def _is_keras1(config: str, version: str | None) -> bool:
    if version is not None and not version.startswith(("0.", "1.")):
        return False
    return any(f'"{word}"' in config for word in ("Convolution2D", "output_dim", "border_mode"))


def _with_input_layer(layers: list[Options]) -> list[Options]:
    """Sequential models were once told their input's shape by their first layer; Keras 3 counts the batch twice."""
    first, *rest = layers
    shape = first["config"].get("batch_input_shape") if isinstance(first["config"], dict) else None
    if shape is None or first["class_name"] == "InputLayer":
        return layers
    kept = {key: value for key, value in first["config"].items() if key != "batch_input_shape"}
    start = {"name": f"{kept.get('name', 'first')}_input", "batch_input_shape": shape, "dtype": "float32"}
    return [{"class_name": "InputLayer", "config": start}, {**first, "config": kept}, *rest]


def _layer(layer: Options, keras1: bool) -> Options:
    kind, old = layer["class_name"], layer["config"]
    if kind in ("Sequential", "Model", "Functional"):
        return translated(layer, keras1)
    if not keras1:
        return layer
    if kind not in _KINDS:
        raise UntranslatableError(f"Keras 1 layer {kind} has no counterpart here; save the model with Keras 2 or later")
    name, translate = _KINDS[kind]
    kept = {key: old[key] for key in ("name", "trainable", "batch_input_shape") if key in old}
    return {**layer, "class_name": name, "config": {**kept, **translate(old)}}


def _ordering(old: Options) -> Options:
    if old.get("dim_ordering", "tf") == "th":
        raise UntranslatableError("is a Keras 1 model with channels first (dim_ordering 'th'); save it with 'tf'")
    return {"data_format": "channels_last"}


def _convolution(old: Options) -> Options:
    return {
        "filters": old["nb_filter"],
        "kernel_size": [old["nb_row"], old["nb_col"]],
        "strides": list(old.get("subsample", (1, 1))),
        "padding": old.get("border_mode", "valid"),
        "dilation_rate": list(old.get("atrous_rate", (1, 1))),
        "activation": old.get("activation", "linear"),
        "use_bias": old.get("bias", True),
        **_ordering(old),
    }


def _separable(old: Options) -> Options:
    return {**_convolution(old), "depth_multiplier": old.get("depth_multiplier", 1)}


def _pooling(old: Options) -> Options:
    return {
        "pool_size": list(old.get("pool_size", (2, 2))),
        "strides": list(old["strides"]) if old.get("strides") else None,
        "padding": old.get("border_mode", "valid"),
        **_ordering(old),
    }


def _dense(old: Options) -> Options:
    shape = {"batch_input_shape": [None, old["input_dim"]]} if old.get("input_dim") else {}
    return {
        "units": old["output_dim"],
        "activation": old.get("activation", "linear"),
        "use_bias": old.get("bias", True),
        **shape,
    }


def _normalisation(old: Options) -> Options:
    if old.get("mode", 0) != 0:
        raise UntranslatableError(f"has a Keras 1 batch normalisation of mode {old['mode']}; only mode 0 is left today")
    return {"axis": old.get("axis", -1), "epsilon": old.get("epsilon", 1e-3), "momentum": old.get("momentum", 0.99)}


def _picked(**names: str) -> Callable[[Options], Options]:
    return lambda old: {new: old[name] for new, name in names.items() if name in old}


def _with_ordering(**names: str) -> Callable[[Options], Options]:
    picked = _picked(**names)
    return lambda old: {**picked(old), **_ordering(old)}


_KINDS: dict[str, tuple[str, Callable[[Options], Options]]] = {
    "InputLayer": ("InputLayer", _picked(dtype="input_dtype")),
    "Convolution2D": ("Conv2D", _convolution),
    "AtrousConvolution2D": ("Conv2D", _convolution),
    "SeparableConvolution2D": ("SeparableConv2D", _separable),
    "MaxPooling2D": ("MaxPooling2D", _pooling),
    "AveragePooling2D": ("AveragePooling2D", _pooling),
    "GlobalMaxPooling2D": ("GlobalMaxPooling2D", _with_ordering()),
    "GlobalAveragePooling2D": ("GlobalAveragePooling2D", _with_ordering()),
    "ZeroPadding2D": ("ZeroPadding2D", _with_ordering(padding="padding")),
    "UpSampling2D": ("UpSampling2D", _with_ordering(size="size")),
    "BatchNormalization": ("BatchNormalization", _normalisation),
    "Dense": ("Dense", _dense),
    "Dropout": ("Dropout", _picked(rate="p")),
    "SpatialDropout2D": ("SpatialDropout2D", _with_ordering(rate="p")),
    "GaussianNoise": ("GaussianNoise", _picked(stddev="sigma")),
    "GaussianDropout": ("GaussianDropout", _picked(rate="p")),
    "Activation": ("Activation", _picked(activation="activation")),
    "LeakyReLU": ("LeakyReLU", _picked(negative_slope="alpha")),
    "ELU": ("ELU", _picked(alpha="alpha")),
    "Flatten": ("Flatten", _picked()),
    "Reshape": ("Reshape", _picked(target_shape="target_shape")),
    "Permute": ("Permute", _picked(dims="dims")),
}
