"""The pass of plain networks in bfloat16, for methods that ask the model thousands of times.

Half the time of float32 where the processor multiplies bfloat16. Kernels and activations are rounded to 8 bits, sums
are not; a logit moves by a few thousandths of the logits' range (`tests/model/test_narrow.py` holds it to that), which
is little beside what LIME's sampling or the steps of a deletion curve move. A single gradient moves more, the mean of
the many that SmoothGrad and integrated gradients take does not, nor do the many small steps of a gradient ascent.
Predictions and single gradients stay float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from generator.model.fused import training_dtype

Record = Callable[[Any, Any], Any]
"""Is told of every layer and its output."""


def _unheard(layer: Any, output: Any) -> None:
    pass


class NarrowPass:
    """A function from inputs (n, h, w, c) to float32 logits, to be called inside a ``tf.function``.

    It reads the model's own weights every time that it runs, so it follows when they change.

    Args:
        chain: the model's layers, one after the other.
    """

    def __init__(self, chain: Sequence[Any]) -> None:
        self._chain = chain
        self._place = {id(layer): at for at, layer in enumerate(chain)}

    def __call__(self, inputs: Any, record: Record = _unheard) -> Any:
        """Logits of `inputs`; `record` is told of every layer and its output, which may be bfloat16.

        A convolution and the normalisation behind it are one, and have one output.
        """
        return _run(self._chain, inputs, record)

    def gives(self, layer: Any) -> bool:
        """Whether `record` is told of the layer's own output, not of what the normalisation behind it makes of it."""
        at = self._place.get(id(layer))
        return at is not None and not _folded(self._chain, at)

    def before(self, layer: Any) -> Any | None:
        """The layer whose output is another's input; None before the first."""
        at = self._place[id(layer)]
        return self._chain[at - 1] if at else None

    def outputs(self, layers: Sequence[Any], inputs: Any) -> list[Any]:
        """What some layers, all of which it `gives`, make of `inputs`; the layers behind them are pruned."""
        heard: dict[int, Any] = {}
        self(inputs, lambda layer, output: heard.setdefault(id(layer), output))
        return [heard[id(layer)] for layer in layers]


def narrow_logits(model: keras.Model) -> NarrowPass | None:
    """The model's pass in bfloat16.

    Returns:
        None where that would gain nothing or might not be the same function: without bfloat16 in hardware, without a
        convolution, and for a model that is more than a chain of the plain layers that `_step` knows.
    """
    chain = _chain(model)
    if chain is None or not any(isinstance(layer, layers.Conv2D) for layer in chain):
        return None
    if training_dtype("bfloat16") != tf.bfloat16:
        return None
    return NarrowPass(chain)


def _chain(model: keras.Model) -> list[Any] | None:
    """The model's layers one after the other, or None if they are something else."""
    found = [layer for layer in getattr(model, "layers", ()) if not isinstance(layer, layers.InputLayer)]
    if not isinstance(model, (keras.Sequential, keras.src.models.Functional)) or not all(map(_is_plain, found)):
        return None
    try:
        ends = [*model.inputs, *(layer.output for layer in found)]
        starts = [*(layer.input for layer in found), *model.outputs]
    except (AttributeError, ValueError):  # a layer that runs twice, or a model that never ran
        return None
    linked = len(ends) == len(starts) and all(a is b for a, b in zip(ends, starts, strict=True))
    return found if linked else None


def _is_plain(layer: Any) -> bool:
    match layer:
        case layers.DepthwiseConv2D() | layers.SeparableConv2D() | layers.Conv2DTranspose():
            return False
        case layers.Conv2D():
            return layer.groups == 1 and layer.data_format == "channels_last" and layer.padding in ("same", "valid")
        case layers.BatchNormalization():
            return layer.axis in (-1, 3)
        case layers.MaxPooling2D():
            return bool(layer.data_format == "channels_last")
        case layers.GlobalAveragePooling2D():
            return layer.data_format == "channels_last" and not layer.keepdims
        case layers.ReLU():
            return layer.max_value is None and not layer.negative_slope and not layer.threshold
        case layers.Dense() | layers.Activation() | layers.Dropout() | layers.Flatten():
            return True
    return False


def _folded(chain: Sequence[Any], at: int) -> bool:
    """Whether the layer at this place is a convolution with a normalisation worked into it."""
    layer, following = chain[at], chain[at + 1] if at + 1 < len(chain) else None
    normalised = isinstance(layer, layers.Conv2D) and isinstance(following, layers.BatchNormalization)
    return normalised and layer.activation is keras.activations.linear


def _run(chain: Sequence[Any], inputs: Any, record: Record) -> Any:
    x, at = tf.cast(inputs, tf.bfloat16), 0
    while at < len(chain):
        layer = chain[at]
        if _folded(chain, at):
            x = _convolution(layer, x, *_scale_and_shift(chain[at + 1]))
            done: tuple[Any, ...] = (layer, chain[at + 1])
        else:
            x = _step(layer, x)
            done = (layer,)
        for each in done:
            record(each, x)
        at += len(done)
    return tf.cast(x, tf.float32)


def _step(layer: Any, x: Any) -> Any:
    match layer:
        case layers.Conv2D():
            return layer.activation(_convolution(layer, x))
        case layers.BatchNormalization():
            scale, shift = _scale_and_shift(layer)
            return x * tf.cast(scale, x.dtype) + tf.cast(shift, x.dtype)
        case layers.MaxPooling2D():
            return tf.nn.max_pool2d(x, layer.pool_size, layer.strides, layer.padding.upper())
        case layers.GlobalAveragePooling2D():
            return tf.reduce_mean(tf.cast(x, tf.float32), axis=(1, 2))
        case layers.Dense():  # small, and the last one gives the logits
            product = tf.matmul(tf.cast(x, tf.float32), layer.kernel.value)
            return layer.activation(product + layer.bias.value if layer.use_bias else product)
        case layers.ReLU():
            return tf.nn.relu(x)
        case layers.Activation():
            return layer.activation(x)
        case layers.Flatten():
            return tf.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3])) if len(x.shape) == 4 else x
    return x  # Dropout


def _convolution(layer: Any, x: Any, scale: Any = 1.0, shift: Any = 0.0) -> Any:
    """The convolution with the normalisation behind it worked into its kernel."""
    bias = (layer.bias.value if layer.use_bias else tf.zeros(layer.filters)) * scale + shift
    kernel = tf.cast(layer.kernel.value * scale, x.dtype)
    passed = tf.nn.conv2d(x, kernel, layer.strides, layer.padding.upper(), dilations=layer.dilation_rate)
    return tf.nn.bias_add(passed, tf.cast(bias, x.dtype))


def _scale_and_shift(norm: Any) -> tuple[Any, Any]:
    scale = tf.math.rsqrt(norm.moving_variance.value + norm.epsilon)
    scale = scale * norm.gamma.value if norm.scale else scale
    shift = -norm.moving_mean.value * scale
    return scale, shift + norm.beta.value if norm.center else shift
