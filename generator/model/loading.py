"""Any Keras model, checked and opened without running code from its file, with its softmax taken off."""

from __future__ import annotations

import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from generator.errors import InputError
from generator.model.eras import UntranslatableError, needs_translation, text_of, translated_file
from generator.model.layers import in_order, is_convolution, rename_for_tensorflow
from generator.model.preprocess import FACE

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"


class Columns(keras.layers.Layer):  # type: ignore[misc]
    """Some of the logits, in a given order."""

    def __init__(self, order: list[int], **rest: Any) -> None:
        super().__init__(trainable=False, **rest)
        self.order = order

    def call(self, logits: Any) -> Any:
        """Logits (n, outputs) to (n, len(order))."""
        return keras.ops.take(logits, self.order, axis=1)


class Passed(keras.layers.Softmax):  # type: ignore[misc]
    """What a softmax layer becomes when it is taken off: it passes on what it is given.

    A class of its own, since what is put in place of one layer's `call` goes when a layer is watched.
    """

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Any tensor to itself."""
        return inputs


class LogOf(keras.layers.Layer):  # type: ignore[misc]
    """Logarithm of probabilities: logits up to a constant per image, for softmaxes that cannot be taken off."""

    def call(self, probabilities: Any) -> Any:
        """Probabilities (n, classes) to their logarithms."""
        return keras.ops.log(keras.ops.clip(probabilities, 1e-30, 1.0))


def load_keras(path: Path, allow_lambda: bool, shown: str | None = None) -> keras.Model:
    """Open a ``.keras`` or HDF5 file; code in it is never run unless `allow_lambda` says so.

    Args:
        path: the file; told apart by content, not by name.
        allow_lambda: whether Lambda layers, which are code, are accepted.
        shown: the name in messages.

    Raises:
        InputError: the file is no Keras model, is damaged, or holds Lambda layers.
    """
    name = shown or str(path)
    head, version = _head(path, name), None
    if head.startswith(_ZIP):
        config = _zip_config(path, name)
    elif head.startswith(_HDF5):
        config, version = _hdf5_config(path, name)
    else:
        raise InputError(
            "is not a Keras model: neither a .keras archive nor HDF5; save one by model.save('x.keras')", name
        )
    if not allow_lambda and '"Lambda"' in config:
        raise InputError(
            "holds a Lambda layer, which is code from the file; replace it by a layer, "
            "or set model.allow_lambda: true if you trust the file",
            name,
        )
    try:
        old = head.startswith(_HDF5) and needs_translation(config, version)
        with _named_by_content(path, head, old) as place:
            model = keras.saving.load_model(place, compile=False, safe_mode=not allow_lambda)
    except UntranslatableError as error:
        raise InputError(str(error), name) from None
    except Exception as error:
        if missing := re.search(r"Could not locate class '(\w+)'", str(error)):
            advice = "build the same network as a Functional or Sequential model, give it the weights and save that"
            raise InputError(f"needs the class {missing[1]}, whose code is not in the file; {advice}", name) from None
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(f"Keras {keras.__version__} cannot read this model: {reason}", name) from None
    rename_for_tensorflow(model)
    return model


def ending_of(path: Path) -> str:
    """The ending that fits a model file's content: ``.h5`` or ``.keras``."""
    return ".h5" if _head(path, str(path)).startswith(_HDF5) else ".keras"


def _head(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise InputError("is a folder; a model is one file, .keras or .h5", name)
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name) from None


def _zip_config(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            if "config.json" not in archive.namelist():
                raise InputError("is a zip archive but no Keras model: it has no config.json", name)
            # Keras reads the weights without looking at their checksum.
            if (damaged := archive.testzip()) is not None:
                raise InputError(f"is damaged: {damaged} in it does not match its checksum", name)
            return archive.read("config.json").decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise InputError(f"is damaged or truncated: {error}", name) from None
    except RuntimeError as error:  # encrypted, or packed in a way that Python does not know
        raise InputError(f"cannot be unpacked: {error}; save it again by model.save('x.keras')", name) from None


def _hdf5_config(path: Path, name: str) -> tuple[str, str | None]:
    """The model's configuration and the version of Keras that wrote it."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            config, version = text_of(file.attrs.get("model_config")), text_of(file.attrs.get("keras_version"))
    except OSError as error:
        raise InputError(f"is damaged or truncated: {str(error).splitlines()[0][:120]}", name) from None
    if config is None:
        raise InputError("holds weights but no model; save the whole model by model.save('x.keras')", name)
    return config, version


@contextmanager
def _named_by_content(path: Path, head: bytes, old: bool) -> Iterator[str]:
    """Keras goes by the ending: a wrongly named file is copied under the right one, an old one translated."""
    hdf5 = head.startswith(_HDF5)
    if not old and path.suffix in ((".h5", ".hdf5") if hdf5 else (".keras",)):
        yield str(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "model.h5" if hdf5 else "model.keras")
        if old:
            translated_file(path, place)
        else:
            shutil.copyfile(path, place)
        yield str(place)


def input_size(model: keras.Model, name: str) -> tuple[int, int, int]:
    """Height, width and channels of the model's input; what it leaves open is 48, 48 and 1.

    Raises:
        InputError: several inputs or outputs, or an input that is no image.
    """
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    for kind, tensors in (("inputs", inputs), ("outputs", outputs)):
        if tensors is not None and len(tensors) > 1:
            raise InputError(f"has {len(tensors)} {kind}; a classifier of images has one", name)
    shape = tuple(inputs[0].shape) if inputs else (None, None, None, None)
    if len(shape) != 4:
        raise InputError(
            f"takes input of shape {shape}; a classifier of images takes (n, height, width, channels)", name
        )
    height, width, channels = shape[1] or FACE, shape[2] or FACE, shape[3] or 1
    if channels not in (1, 3):
        raise InputError(f"takes {channels} channels; grey faces can be made into 1 or 3", name)
    return height, width, channels


def logits_model(model: keras.Model, size: tuple[int, int, int], name: str) -> tuple[keras.Model, str]:
    """The model with its softmax taken off.

    Args:
        model: as loaded; it is changed.
        size: of its input.
        name: of the file, for messages.

    Returns:
        The model to logits, and what was done: ``dense``, ``activation``, ``softmax``, ``log`` or ``none``, or
        ``sigmoid`` where each class had one of its own.

    Raises:
        InputError: no convolution, or an output that is not one row per image.
    """
    spec = tf.TensorSpec((2, *size), tf.float32)
    try:
        layers = in_order(model, spec)
        shape = tf.function(lambda x: model(x, training=False)).get_concrete_function(spec).structured_outputs.shape
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:160]
        raise InputError(f"does not take images of shape {size}: {reason}", name) from None
    if len(shape) != 2:
        raise InputError(f"gives output of shape {tuple(shape)}; a classifier gives (n, classes)", name)
    if not any(is_convolution(layer) for layer in layers.values()):
        raise InputError("has no convolution layer; questions 2 and 4 are about convolutions, so a CNN is needed", name)
    done = _take_off(layers)
    probe = np.random.default_rng(0).uniform(-1, 1, (2, *size)).astype(np.float32)
    outputs = np.asarray(tf.function(lambda x: model(x, training=False))(probe), dtype=np.float64)
    if done == "none" and (outputs >= 0).all() and np.allclose(outputs.sum(axis=1), 1, atol=1e-4):
        inputs = keras.Input(size)
        return keras.Model(inputs, LogOf()(model(inputs))), "log"
    return model, done


def _take_off(layers: dict[str, Any]) -> str:
    """Make the softmax that runs last, or the classes' sigmoids, the identity, wherever it is."""
    for layer in reversed(layers.values()):
        if isinstance(layer, keras.Model):
            continue
        if isinstance(layer, keras.layers.Softmax):
            object.__setattr__(layer, "__class__", Passed)
            return "softmax"
        if (name := getattr(getattr(layer, "activation", None), "__name__", "")) in ("softmax", "sigmoid"):
            layer.activation = keras.activations.linear
            if name == "sigmoid":
                return name
            return "activation" if isinstance(layer, keras.layers.Activation) else "dense"
        if not isinstance(layer, (keras.layers.Flatten, keras.layers.Reshape, keras.layers.Dropout)):
            break
    return "none"


def with_columns(model: keras.Model, order: list[int], size: tuple[int, int, int]) -> keras.Model:
    """The model with only the logits of `order`, in that order."""
    inputs = keras.Input(size)
    return keras.Model(inputs, Columns(order)(model(inputs)))
