"""Which layers' filters are looked at, and their value just before the activation function."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from generator.errors import InputError, nearest
from generator.model.classifier import Classifier
from generator.model.layers import is_convolution

ACTIVATIONS = (
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.ELU,
    keras.layers.PReLU,
)

_TRANSPARENT = (keras.layers.Dropout, keras.layers.SpatialDropout2D)


@dataclass(frozen=True)
class Unit:
    """A convolution and the layer at which its filters are read.

    Attributes:
        convolution: name of the convolution.
        layer: name of the activation that follows it, or of the batch normalisation, or of the convolution itself.
    """

    convolution: str
    layer: str


@dataclass(frozen=True)
class Reading:
    """A layer's filters as a function of the model's input, to be called inside a ``tf.function``.

    Attributes:
        name: the layer.
        both: prepared inputs (n, h, w, c) to (pre-activation, output), each (n, rows, columns, filters).
        quick: the same in half the time where `generator.model.narrow` can, perhaps in bfloat16: for the many steps
            of an ascent, which is then measured by `both`.
        shape: rows, columns, filters.
        compiled: functions compiled for this layer, see `once`.
    """

    name: str
    both: Callable[[Any], tuple[Any, Any]]
    quick: Callable[[Any], tuple[Any, Any]]
    shape: tuple[int, int, int]
    compiled: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Any, build: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        """The function `build()`, made when it is asked for by this key for the first time: tracing takes long."""
        if key not in self.compiled:
            self.compiled[key] = build()
        return self.compiled[key]  # type: ignore[no-any-return]


class _Reached(BaseException):
    """The layer that is read has run, so the layers behind it need not; no `Exception`, which Keras would dress up."""


def check_layer(names: Iterable[str], name: str) -> None:
    """Refuse a layer that the model does not have.

    Raises:
        InputError: with the nearest name.
    """
    known = list(names)
    if name not in known:
        raise InputError(f"filters.layer: the model has no layer '{name}'{nearest(name, known)}")


def layers_of(classifier: Classifier) -> dict[str, Any]:
    """The model's Keras layers by name, in the order in which they run."""
    return {name: classifier.layer(name) for name in classifier.layers}


def units(classifier: Classifier, layers: dict[str, Any]) -> list[Unit]:
    """Every convolution with the layer at which its filters are read, first to last.

    What follows a convolution is found by following its output, because in a model with branches the layer that
    runs next may belong to another branch.

    Args:
        classifier: the model.
        layers: see `layers_of`.
    """
    ends: dict[Any, int] = {}
    found: list[Unit] = []

    def note(name: str, layer: Any, before: Any, after: Any) -> None:
        if is_convolution(layer):
            found.append(Unit(name, name))
            ends[after.ref()] = len(found) - 1
            return
        at = ends.get(before.ref()) if tf.is_tensor(before) else None
        if at is None:
            return
        if isinstance(layer, _TRANSPARENT):
            ends[after.ref()] = at
        elif isinstance(layer, (keras.layers.BatchNormalization, *ACTIVATIONS)):
            found[at] = Unit(found[at].convolution, name)
            if not isinstance(layer, ACTIVATIONS):
                ends[after.ref()] = at

    def traced(inputs: Any) -> Any:
        for name, layer in layers.items():
            layer.__dict__["call"] = _noting(name, layer, note)
        try:
            return classifier.logits_model(inputs, training=False)
        finally:
            for layer in layers.values():
                layer.__dict__.pop("call", None)

    p = classifier.preprocess
    spec = tf.TensorSpec((1, p.height, p.width, p.channels), tf.float32)
    tf.function(traced, autograph=False).get_concrete_function(spec)
    return list({unit.convolution: unit for unit in found}.values())


def _noting(name: str, layer: Any, note: Callable[[str, Any, Any, Any], None]) -> Callable[..., Any]:
    own_call: Callable[..., Any] = layer.call

    def call(*args: Any, **kwargs: Any) -> Any:
        output = own_call(*args, **kwargs)
        if args and tf.is_tensor(output):
            note(name, layer, args[0], output)
        return output

    return call


def chosen_layers(
    found: Sequence[Unit], shown: str, filters: Mapping[str, int], classes: int, order: Iterable[str]
) -> list[str]:
    """At most three layers to compare, from shallow to deep, the one that is shown in full among them.

    They are the first, the middle and the last unit; a layer shown that is none of these takes the place of the
    nearest.

    Args:
        found: see `units`.
        shown: the layer shown in full, any of the model's.
        filters: number of filters per layer.
        classes: number of classes; a last convolution that has one filter per class is a class map, not a
            texture detector, and is passed over.
        order: names of all layers, in the order in which they run.
    """
    names = [unit.layer for unit in found]
    if len(names) > 2 and filters[names[-1]] == classes:
        names = names[:-1]
    place = {name: at for at, name in enumerate(order)}
    chosen = list(dict.fromkeys([names[0], names[len(names) // 2], names[-1]]))
    if shown not in chosen:
        if len(chosen) > 2:
            chosen.remove(min(chosen, key=lambda name: abs(place[name] - place[shown])))
        chosen.append(shown)
    return sorted(chosen, key=place.__getitem__)


def first_kernels(layers: dict[str, Any], found: Sequence[Unit], name: str) -> np.ndarray | None:
    """Kernels (filters, rows, columns) of layer `name` if it reads the first convolution, a plain one; else None.

    Input channels are summed, since all carry the same grey picture.
    """
    convolution = layers[found[0].convolution]
    if name not in (found[0].layer, found[0].convolution) or type(convolution) is not keras.layers.Conv2D:
        return None
    kernel = np.asarray(convolution.kernel, dtype=np.float64).sum(axis=2)
    return np.asarray(np.moveaxis(kernel, 2, 0))


def reading(classifier: Classifier, layers: dict[str, Any], name: str) -> Reading:
    """How to read the filters of layer `name`, before and after its activation function.

    An activation layer's pre-activation is its input; a convolution's with a built-in activation is what that
    activation is applied to. A layer that is neither is its own pre-activation.

    Raises:
        InputError: the layer does not exist, or does not give maps (n, rows, columns, filters).
    """
    check_layer(layers, name)
    layer, model = layers[name], classifier.logits_model

    def both(inputs: Any) -> tuple[Any, Any]:
        kept: list[tuple[Any, Any]] = []
        own_call: Callable[..., Any] = layer.call
        own_activation: Any = getattr(layer, "activation", None)
        built_in = own_activation is not None and not isinstance(layer, ACTIVATIONS)

        def noting(*args: Any, **kwargs: Any) -> Any:
            before: list[Any] = []

            def activation(x: Any) -> Any:
                before.append(x)
                return own_activation(x)

            if built_in:
                layer.__dict__["activation"] = activation
            try:
                output = own_call(*args, **kwargs)
            finally:
                if built_in:
                    layer.__dict__["activation"] = own_activation
            if not before:
                before.append(args[0] if isinstance(layer, ACTIVATIONS) else output)
            kept.append((before[0], output))
            raise _Reached

        # Into the instance's dictionary, as in generator.model.layers: Keras must not track it.
        layer.__dict__["call"] = noting
        try:
            with contextlib.suppress(_Reached):
                model(inputs, training=False)
        finally:
            layer.__dict__.pop("call", None)
        pre, output = kept[0]
        return tf.cast(pre, tf.float32), tf.cast(output, tf.float32)

    p = classifier.preprocess
    spec = tf.TensorSpec((1, p.height, p.width, p.channels), tf.float32)
    output = tf.function(both, autograph=False).get_concrete_function(spec).structured_outputs[1]
    if len(output.shape) != 4:
        raise InputError(
            f"filters.layer: '{name}' gives {tuple(output.shape[1:])} per image, not maps (rows, columns, filters); "
            f"choose a convolution or the activation after one"
        )
    return Reading(name, both, _quick(classifier, layer) or both, tuple(output.shape[1:]))


def _quick(classifier: Classifier, layer: Any) -> Callable[[Any], tuple[Any, Any]] | None:
    """Pre-activation and output of a layer in the narrow pass, or None where that does not give them."""
    narrow = classifier.narrow
    if narrow is None or not narrow.gives(layer):
        return None
    if isinstance(layer, ACTIVATIONS):
        before = narrow.before(layer)
        return None if before is None else lambda inputs: tuple(narrow.outputs([before, layer], inputs))
    if getattr(layer, "activation", keras.activations.linear) is not keras.activations.linear:
        return None
    return lambda inputs: (narrow.outputs([layer], inputs)[0],) * 2
