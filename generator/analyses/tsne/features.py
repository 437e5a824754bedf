"""Outputs of the convolution layers for many images, and their exact principal components."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from generator.model.classifier import Classifier

BATCH = 64
HELD = 1 << 30
"""Bytes of a layer's outputs that are held in memory; the first layer of a model for photographs has ten times that."""
_COLUMNS = 4096


@dataclass(frozen=True)
class Features:
    """What the layers say of n images.

    Attributes:
        whole: per layer asked for, its output flattened, float32 (n, rows * columns * filters).
        pooled: per layer asked for, mean and maximum of every filter, float32 (n, 2 * filters).
        shapes: rows, columns, filters of every layer.
    """

    whole: dict[str, np.ndarray]
    pooled: dict[str, np.ndarray]
    shapes: dict[str, tuple[int, int, int]]

    def one_filter(self, layer: str, index: int) -> np.ndarray:
        """One filter's output flattened, float32 (n, rows * columns)."""
        maps = self.whole[layer].reshape(-1, *self.shapes[layer])
        return maps[..., index].reshape(len(maps), -1)


def collect(
    classifier: Classifier,
    faces: np.ndarray,
    whole: Sequence[str],
    scratch: Path,
    pooled: Sequence[str] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> Features:
    """Run the model once over `faces` (n, 48, 48) and keep whole or pooled outputs of the named layers.

    Args:
        classifier: the model.
        faces: (n, 48, 48), 0..255.
        whole, pooled: names of layers.
        scratch: folder for outputs that are too large to hold (`HELD`).
        progress: called with the number of images done.
    """
    p = classifier.preprocess
    size = classifier.at_once(BATCH)
    spec = tf.TensorSpec((size, p.height, p.width, p.channels), tf.float32)
    names = list(dict.fromkeys([*whole, *pooled]))

    def step(inputs: Any) -> Any:
        by_name = dict(zip(names, classifier.quick_outputs(names, inputs), strict=True))
        both = {
            name: tf.concat([tf.reduce_mean(by_name[name], (1, 2)), tf.reduce_max(by_name[name], (1, 2))], axis=1)
            for name in pooled
        }
        return {name: by_name[name] for name in whole}, both

    run = tf.function(step, input_signature=[spec], autograph=False)
    n = len(faces)
    kept: tuple[dict[str, np.ndarray], dict[str, np.ndarray]] = ({}, {})
    shapes: dict[str, tuple[int, int, int]] = {}
    for start in range(0, n, size):
        some = classifier.prepare(faces[start : start + size])
        padded = np.concatenate([some, np.zeros((size - len(some), *some.shape[1:]), some.dtype)])
        for arrays, outputs in zip(kept, run(padded), strict=True):
            for name, output in outputs.items():
                values = np.asarray(output)[: len(some)]
                if values.ndim == 4:
                    shapes[name] = values.shape[1:]
                flat = values.reshape(len(some), -1)
                if name not in arrays:
                    arrays[name] = room((n, flat.shape[1]), scratch / f"outputs-{len(kept[0]) + len(kept[1])}")
                arrays[name][start : start + size] = flat
        progress(min(start + size, n))
    return Features(kept[0], kept[1], shapes)


def room(shape: tuple[int, int], file: Path) -> np.ndarray:
    """Room for outputs: in memory, or what is larger than `HELD` in a file, of which memory holds what is in use."""
    if 4 * shape[0] * shape[1] <= HELD:
        return np.empty(shape, np.float32)
    with file.open("wb") as made:
        # A full disk is told here; under the map it would end the process.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(made.fileno(), 0, 4 * shape[0] * shape[1])
        else:
            made.truncate(4 * shape[0] * shape[1])
    return np.memmap(file, np.float32, "r+", shape=shape)


def gram(features: np.ndarray, exact: bool = True, rows: np.ndarray | None = None) -> np.ndarray:
    """Inner products of centred features, float64 (n, n): all that distances and components depend on.

    Args:
        features: float32 (n, d); d may be large, so a few columns are worked on at a time.
        exact: multiply in float64; otherwise in float32, twice as fast, which is enough for finding neighbours.
        rows: only these of the features, integers (n,); none: all.
    """
    n, d = len(features) if rows is None else len(rows), features.shape[1]
    product = np.zeros((n, n))
    for start in range(0, d, _COLUMNS):
        columns = features[slice(None) if rows is None else rows, start : start + _COLUMNS]
        columns = columns - columns.mean(axis=0, dtype=np.float64).astype(np.float64 if exact else np.float32)
        product += columns @ columns.T
    return product


def components(product: np.ndarray, count: int) -> np.ndarray:
    """Exact principal component scores, float64 (n, min(count, n)), from `gram`.

    The eigenvectors of the Gram matrix are those of the PCA's scores, without sampling. Of each component's two signs
    the one is taken that makes its largest score positive, so that the result is the same on every run.
    """
    from scipy.linalg import eigh

    n = len(product)
    values, vectors = eigh(product, subset_by_index=[n - min(count, n), n - 1])
    scores = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0))
    largest = scores[np.argmax(np.abs(scores), axis=0), np.arange(scores.shape[1])]
    return np.asarray(scores * np.where(largest < 0, -1.0, 1.0))


def squared_distances(product: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances, float64 (n, n), from `gram`."""
    size = np.diag(product)
    return np.asarray(np.maximum(size[:, None] + size[None] - 2 * product, 0))


def widest_filter(features: Features, layer: str) -> int:
    """The filter whose output varies most between images: greatest variance, summed over positions."""
    values = features.whole[layer]
    variance = np.empty(values.shape[1])
    for start in range(0, len(variance), _COLUMNS):
        columns = values[:, start : start + _COLUMNS]
        # Squares of what is left after the mean, in float32: four times as fast as a variance in float64.
        apart = columns - columns.mean(axis=0)
        variance[start : start + _COLUMNS] = np.einsum("nd,nd->d", apart, apart)
    return int(np.argmax(variance.reshape(features.shapes[layer]).sum(axis=(0, 1))))
