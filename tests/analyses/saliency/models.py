"""Tiny classifiers with known answers, and faces to show them."""

from __future__ import annotations

import keras
import numpy as np

from generator.dataset.types import Dataset, Split
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess

L = keras.layers
MOUTH = (slice(30, 40), slice(15, 33))
CLASSES = ("happy", "sad")


def linear(weights: np.ndarray, channels: int = 1) -> Classifier:
    """Logits are sums of pixels times weights (classes, 48, 48); the value range is -1 to 1."""
    inputs = keras.Input((48, 48, channels))
    dense = L.Dense(len(weights), use_bias=False, name="logits")
    model = keras.Model(inputs, dense(L.Flatten()(inputs)))
    kernel = np.repeat(weights.reshape(len(weights), -1, 1), channels, axis=2).reshape(len(weights), -1).T
    dense.set_weights([kernel.astype("f")])
    return Classifier(model, Preprocess(48, 48, channels, low=-1, high=1), CLASSES[: len(weights)])


def looks_at_the_mouth() -> Classifier:
    """Class happy is as probable as the mouth's box is bright; everything else is ignored."""
    weights = np.zeros((2, 48, 48))
    weights[0][MOUTH] = 8 / 180
    weights[1][MOUTH] = -8 / 180
    return linear(weights)


def convolutional(size: int = 16, seed: int = 5) -> Classifier:
    """Two convolutions with normalisation and ReLU, global pooling, two classes; untrained but not degenerate."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input((size, size, 1))
    for index, filters in enumerate((4, 6), start=1):
        x = L.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv2d_{index}")(x)
        x = L.BatchNormalization(name=f"batch_normalization_{index}")(x)
        x = L.Activation("relu", name=f"activation_{index}")(x)
    x = L.GlobalAveragePooling2D(name="pool")(x)
    model = keras.Model(inputs, L.Dense(2, name="logits")(x))
    rng = np.random.default_rng(seed)
    for index in (1, 2):
        norm = model.get_layer(f"batch_normalization_{index}")
        norm.set_weights([w + rng.uniform(-0.2, 0.3, w.shape).astype("f") for w in norm.get_weights()])
    return Classifier(model, Preprocess(size, size, 1, low=-1, high=1), CLASSES)


def faces(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48)).astype(np.uint8)


def dataset(count: int = 24, seed: int = 2, evidence: bool = True) -> Dataset:
    """Noise with a bright mouth (happy) or a dark one (sad)."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = rng.integers(90, 166, (count, 48, 48))
    images[:, *MOUTH] += np.where(labels == 0, 70, -70)[:, None, None]
    mouth = np.zeros((48, 48), bool)
    mouth[MOUTH] = True
    forehead = np.zeros((48, 48), bool)
    forehead[:8] = True
    masks = {"mouth": mouth, "forehead": forehead, "background": ~(mouth | forehead)}
    names = tuple(f"#{i}" for i in range(count))
    split = Split(images.astype(np.uint8), labels, names)
    truth = np.broadcast_to(mouth, images.shape).copy() if evidence else None
    return Dataset(CLASSES, split.take(np.arange(0)), split, "test", masks, truth)
