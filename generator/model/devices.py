"""Predictions on every GPU that TensorFlow sees."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


def gpus() -> list[str]:
    """Names of the GPUs."""
    return [device.name for device in tf.config.list_logical_devices("GPU")]


def on_every_gpu(function: Callable[..., tf.Tensor], *batches: tf.Tensor) -> tf.Tensor:
    """Apply `function` to equal parts of the batches, one on each GPU, and join what it returns.

    Called while a ``tf.function`` is traced; TensorFlow then runs the parts side by side. With one GPU or none the
    whole batch goes where TensorFlow puts it.

    Args:
        function: works row by row.
        batches: arguments with the same number of rows.
    """
    devices = gpus()
    if len(devices) < 2:
        return function(*batches)
    rows = tf.shape(batches[0])[0]
    ends = [rows * index // len(devices) for index in range(len(devices) + 1)]
    parts = []
    for device, start, stop in zip(devices, ends[:-1], ends[1:], strict=True):
        with tf.device(device):
            parts.append(function(*(batch[start:stop] for batch in batches)))
    return tf.concat(parts, axis=0)
