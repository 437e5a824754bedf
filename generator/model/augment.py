"""Random views of training faces, drawn inside the compiled training step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """How far a training face may differ from the original.

    Attributes:
        zoom: the face is enlarged or shrunk by a factor of up to ``1 + zoom``.
        stretch: the same for the aspect ratio.
        shift: part of the width by which it is moved.
        rotation: in degrees.
        contrast: factor of up to ``1 + contrast``.
        erasing: probability that a rectangle is blanked (random erasing, Zhong et al. 2020).
        flip: whether half of the faces are mirrored.
    """

    zoom: float = 0.2
    stretch: float = 0.1
    shift: float = 0.1
    rotation: float = 12.0
    contrast: float = 0.3
    erasing: float = 0.3
    flip: bool = True


def augmented(faces: tf.Tensor, size: int, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Random views of a batch of faces, all geometry in one resampling.

    Args:
        faces: float32 (n, 48, 48, 1), 0 to 1.
        size: height and width of the views; smaller views train faster (progressive resizing, Howard 2018).
        how: the ranges.
        seed: int32 (2,); the same seed gives the same views.

    Returns:
        float32 (n, size, size, 1).
    """
    n = tf.shape(faces)[0]
    seeds = tf.unstack(tf.random.split(seed, 10), num=10)

    def uniform(index: int, low: float, high: float) -> tf.Tensor:
        return tf.random.stateless_uniform((n,), seeds[index], low, high)

    side = float(faces.shape[1])
    zoom = tf.exp(uniform(0, -1.0, 1.0) * np.log1p(how.zoom))
    stretch = tf.exp(uniform(1, -1.0, 1.0) * np.log1p(how.stretch))
    angle = uniform(2, -1.0, 1.0) * np.deg2rad(how.rotation)
    mirror = tf.where(uniform(3, 0.0, 1.0) < 0.5, -1.0, 1.0) if how.flip else tf.ones((n,))
    # An output pixel p comes from the input pixel  centre + shift + A (p - output centre).
    scale = side / size
    cos, sin = tf.cos(angle) * scale / zoom, tf.sin(angle) * scale / zoom
    a, b = cos * mirror * stretch, -sin / stretch
    c, d = sin * mirror * stretch, cos / stretch
    middle_in, middle_out = (side - 1) / 2, (size - 1) / 2
    x0 = middle_in + uniform(4, -1.0, 1.0) * how.shift * side - (a + b) * middle_out
    y0 = middle_in + uniform(5, -1.0, 1.0) * how.shift * side - (c + d) * middle_out
    nought = tf.zeros((n,))
    views = tf.raw_ops.ImageProjectiveTransformV3(
        images=faces,
        transforms=tf.stack([a, b, x0, c, d, y0, nought, nought], axis=1),
        output_shape=tf.constant([size, size]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    gain = tf.exp(uniform(6, -1.0, 1.0) * np.log1p(how.contrast))[:, None, None, None]
    offset = (uniform(7, -0.5, 0.5) * how.contrast)[:, None, None, None]
    views = (views - 0.5) * gain + 0.5 + offset
    return _erased(views, size, how.erasing, seeds[8], seeds[9]) if how.erasing else views


def _erased(views: tf.Tensor, size: int, probability: float, seed: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    n = tf.shape(views)[0]
    draw = tf.random.stateless_uniform((n, 5), seed)
    height, width = (0.1 + 0.35 * draw[:, 0]) * size, (0.1 + 0.35 * draw[:, 1]) * size
    top, left = draw[:, 2] * (size - height), draw[:, 3] * (size - width)
    at = tf.range(size, dtype=tf.float32)[None]
    rows = (at >= top[:, None]) & (at < (top + height)[:, None])
    columns = (at >= left[:, None]) & (at < (left + width)[:, None])
    hit = rows[:, :, None] & columns[:, None, :] & (draw[:, 4] < probability)[:, None, None]
    grey = tf.random.stateless_uniform((n, 1, 1, 1), other)
    return tf.where(hit[..., None], grey, views)


def mixed(views: tf.Tensor, targets: tf.Tensor, part: float, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Mix some views of a batch, and their targets, with another of the batch (mixup, Zhang et al. 2018).

    Args:
        views: float32 (n, size, size, 1), in random order: the first is mixed with the last, and so on.
        targets: float32 (n, classes).
        part: of the views that are mixed, 0 to 1; the view itself then keeps half to all of the weight.
        seed: int32 (2,).

    Returns:
        Views and targets of the same shapes.
    """
    draw = tf.random.stateless_uniform((tf.shape(views)[0], 2), seed)
    weight = tf.where(draw[:, 0] < part, 0.5 + 0.5 * draw[:, 1], 1.0)[:, None]
    targets = weight * targets + (1 - weight) * tf.reverse(targets, [0])
    weight = weight[:, :, None, None]
    return weight * views + (1 - weight) * tf.reverse(views, [0]), targets
