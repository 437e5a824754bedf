"""The inside of a Keras model: its layers in the order in which they run, and the outputs of some of them.

Outputs are recorded while the model runs instead of being taken from Keras' graph of tensors, so that it
works the same for Functional, Sequential, subclassed and nested models. Inside a ``tf.function`` whatever is
not asked for is pruned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.SeparableConv2D, keras.layers.DepthwiseConv2D)


def is_convolution(layer: Any) -> bool:
    """Whether `layer` is a two-dimensional convolution: plain, separable or depthwise, not transposed."""
    return isinstance(layer, CONVOLUTIONS) and not isinstance(layer, keras.layers.Conv2DTranspose)


_PLAIN = re.compile(r"[A-Za-z0-9_.>-]+")
"""Names of layers that TensorFlow takes for those of its operations."""
_GIVEN = "_given_name"


def rename_for_tensorflow(model: keras.Model) -> None:
    """Let layers run whatever their names: ``conv 1``, ``層``, ``a<b``.

    TensorFlow compiles no layer whose name holds blanks, quotes, letters other than A to Z …; such layers run under
    plain names, and `in_order` still gives the names that the model's author gave them.
    """
    layers = dict(_paths(model, ""))
    taken = {layer.name for layer in layers}
    free = (f"layer_{number}" for number in range(2 * len(layers) + 2))
    for layer in (model, *layers):
        if not _PLAIN.fullmatch(layer.name):
            # Into the instance's dictionary: Keras' own attribute setting would start to track it.
            layer.__dict__[_GIVEN] = layer.name
            layer.name = next(name for name in free if name not in taken)


def given_name(layer: Any) -> str:
    """The name that a layer was given by the model's author."""
    return str(layer.__dict__.get(_GIVEN, layer.name))


def in_order(model: keras.Model, spec: tf.TensorSpec) -> dict[str, Any]:
    """The layers inside `model` by name, in the order of their first call on an input of `spec`.

    A layer of a nested model goes by its own name, or by ``outer/inner`` if that name is taken.
    """
    paths = dict(_paths(model, ""))
    called: list[int] = []
    with watched(list(paths), lambda layer, output: called.append(id(layer))):
        tf.function(lambda x: model(x, training=False), autograph=False).get_concrete_function(spec)
    by_id = {id(layer): (layer, path) for layer, path in paths.items()}
    names: dict[str, Any] = {}
    # dict.fromkeys: a layer that is called twice counts where it is called first.
    for layer, path in (by_id[key] for key in dict.fromkeys(called)):
        name = given_name(layer)
        names[name if name not in names else path] = layer
    return names


def outputs_of(model: keras.Model, layers: Sequence[Any], inputs: Any) -> list[Any]:
    """Outputs of `layers` (the first, if one runs twice) when `model` runs on `inputs` for inference."""
    recorded: dict[int, Any] = {}
    with watched(layers, lambda layer, output: recorded.setdefault(id(layer), output)):
        model(inputs, training=False)
    return [recorded[id(layer)] for layer in layers]


class _Cut(keras.layers.Layer):  # type: ignore[misc]
    """A model up to one of its layers, as a layer."""

    def __init__(self, model: keras.Model, layer: Any) -> None:
        super().__init__(trainable=False)
        self.model = model
        # Held by a closure because Keras would track an attribute a second time.
        self.run = lambda inputs: outputs_of(model, [layer], inputs)[0]

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.run(inputs)  # type: ignore[no-untyped-call]


def cut_at(model: keras.Model, layer: Any, shape: tuple[int, int, int]) -> keras.Model:
    """Keras model from inputs (n, *shape) to the output of `layer`, always in inference mode."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, _Cut(model, layer)(inputs))


def _paths(layer: Any, prefix: str) -> Iterator[tuple[Any, str]]:
    inside: Sequence[Any] = getattr(layer, "layers", None) or getattr(layer, "_layers", None) or ()
    for inner in inside:
        path = f"{prefix}{given_name(inner)}"
        yield inner, path
        yield from _paths(inner, f"{path}/")


@contextmanager
def watched(layers: Sequence[Any], note: Callable[[Any, Any], object]) -> Iterator[None]:
    """While open, `note(layer, output)` is called after each call of one of `layers`."""

    def noting(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            note(layer, output)
            return output

        return wrapped

    chosen = list({id(layer): layer for layer in layers}.values())
    # Into the instance's dictionary: Keras' own attribute setting would start to track it.
    for layer in chosen:
        layer.__dict__["call"] = noting(layer, layer.call)
    try:
        yield
    finally:
        for layer in chosen:
            layer.__dict__.pop("call", None)
