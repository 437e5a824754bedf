"""Tiny networks whose filters' answers are known."""

from __future__ import annotations

import keras
import numpy as np

from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess

CLASSES = ("happy", "sad")
L = keras.layers


def classifier(model: keras.Model, low: float = 0.0, high: float = 1.0) -> Classifier:
    height, width, channels = model.input_shape[1:]
    return Classifier(model, Preprocess(height, width, channels, low, high), CLASSES)


def one_look(kernels: np.ndarray) -> Classifier:
    """Linear filters (f, s, s) that cover the whole picture: each gives one number."""
    size = kernels.shape[1]
    x = inputs = keras.Input((size, size, 1))
    x = L.Conv2D(len(kernels), size, use_bias=False, name="look")(x)
    model = keras.Model(inputs, L.Dense(2)(L.Flatten()(x)))
    model.get_layer("look").set_weights([np.moveaxis(kernels, 0, 2)[:, :, None, :].astype("f")])
    return classifier(model)


def small(filters: int = 4, size: int = 12, seed: int = 1) -> Classifier:
    """Two convolutions with batch normalisation and ReLU."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input((size, size, 1))
    for index in (1, 2):
        x = L.Conv2D(filters, 3, padding="same", name=f"conv2d_{index}")(x)
        x = L.BatchNormalization(name=f"batch_normalization_{index}")(x)
        x = L.Activation("relu", name=f"activation_{index}")(x)
    return classifier(keras.Model(inputs, L.Dense(2)(L.GlobalAveragePooling2D()(x))), -1, 1)


def conditions() -> Classifier:
    """Filter 0 works; 1 never fires on any picture yet has a gradient; 2 has neither, its kernel being nought."""
    x = inputs = keras.Input((12, 12, 1))
    x = L.Conv2D(3, 3, padding="same", name="conv2d_1")(x)
    x = L.Activation("relu", name="activation_1")(x)
    model = keras.Model(inputs, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
    kernel = np.zeros((3, 3, 1, 3), "f")
    kernel[1, 1, 0, 0] = 1
    kernel[:, :, 0, 1] = np.array([[-1, 0, 1]] * 3)
    model.get_layer("conv2d_1").set_weights([kernel, np.array([0, -10, 0], "f")])
    return classifier(model)
