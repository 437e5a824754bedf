"""The training pass of the plain networks: the layers' own weights, with fused normalisation and narrow arithmetic.

Keras normalises a batch in a dozen separate operations. One fused operation, and bfloat16 where the processor
multiplies it, halve a step's time; the weights, the loss and the statistics stay float32 (Micikevicius et al. 2018).
"""

from __future__ import annotations

from pathlib import Path

import keras
import tensorflow as tf
from keras import layers

from generator.model.devices import gpus

Statistics = list[tuple[keras.Variable, tf.Tensor, float]]
"""Running statistic, what the batch gave, momentum."""


@tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
def training_logits(network: keras.Model, views: tf.Tensor, dtype: tf.DType) -> tuple[tf.Tensor, Statistics]:
    """Logits of a batch as training sees it: batch statistics in every normalisation, dropout on.

    Args:
        network: from `generator.model.network`.
        views: float32 (n, height, width, 1).
        dtype: of convolutions and normalisations.

    Returns:
        float32 (n, classes), and the batch's statistics, to be handed to `remember`.

    Raises:
        TypeError: the network has a layer that is not of the plain kinds.
    """
    statistics: Statistics = []
    x = tf.cast(views, dtype)
    for layer in network.layers[1:]:
        match layer:
            case layers.Conv2D():
                x = tf.nn.conv2d(x, tf.cast(layer.kernel.value, dtype), 1, "SAME")
            case layers.BatchNormalization():
                x, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                    x, layer.gamma.value, layer.beta.value, epsilon=layer.epsilon, is_training=True
                )
                statistics.append((layer.moving_mean, mean, layer.momentum))
                statistics.append((layer.moving_variance, variance, layer.momentum))
            case layers.Activation():
                x = layer.activation(x)
            case layers.MaxPooling2D():
                x = tf.nn.max_pool2d(x, layer.pool_size, layer.strides, "VALID")
            case layers.GlobalAveragePooling2D():
                x = tf.reduce_mean(tf.cast(x, tf.float32), axis=(1, 2))
            case layers.Dropout():
                x = layer(x, training=True)
            case layers.Dense():
                x = tf.matmul(x, layer.kernel.value) + layer.bias.value
            case _:
                raise TypeError(f"layer {layer.name} is a {type(layer).__name__}; a plain network has none")
    return x, statistics


def remember(statistics: Statistics) -> None:
    """Take a batch's statistics into the running ones."""
    for running, now, momentum in statistics:
        running.assign_add((1 - momentum) * (now - running.value))


def training_dtype(wanted: str) -> tf.DType:
    """`wanted`, or float32 where bfloat16 would be emulated (five times slower than float32)."""
    narrow = wanted == "bfloat16" and (gpus() or _multiplies_bfloat16())
    return tf.bfloat16 if narrow else tf.float32


def _multiplies_bfloat16() -> bool:
    description = Path("/proc/cpuinfo")
    words = set(description.read_text(encoding="utf-8").split()) if description.is_file() else set()
    return bool(words & {"avx512_bf16", "amx_bf16", "bf16"})
