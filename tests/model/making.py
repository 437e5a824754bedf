"""Tiny data sets and models for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers as L  # noqa: N812

from generator.dataset.types import Dataset, Split, arrays_of
from generator.pipeline.artifact import Artifact

CLASSES = ("happy", "sad", "neutral")


def faces_by_brightness(count: int, classes: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noisy images whose class is their brightness: uint8 (count, 48, 48) and labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    level = 40 + labels * (170 / (classes - 1))
    images = level[:, None, None] + rng.normal(0, 12, (count, 48, 48))
    return np.clip(images, 0, 255).astype(np.uint8), labels.astype(np.int64)


def split_of(images: np.ndarray, labels: np.ndarray) -> Split:
    return Split(images, labels, tuple(f"#{i}" for i in range(len(labels))))


def dataset(train: int = 90, evaluation: int = 30, classes: tuple[str, ...] = CLASSES) -> Dataset:
    return Dataset(
        classes=classes,
        train=split_of(*faces_by_brightness(train, len(classes), 1)),
        evaluation=split_of(*faces_by_brightness(evaluation, len(classes), 2)),
        split="held-out",
        region_masks={"mouth": np.ones((48, 48), dtype=bool)},
    )


def inputs_of(data: Dataset) -> dict[str, Artifact]:
    return {"dataset": arrays_of(data)}


def brightness_model(low: float = 0.0, high: float = 1.0, ending: str = "dense", channels: int = 1) -> keras.Model:
    """A CNN that reads the class of `faces_by_brightness` off the mean, if its input runs from `low` to `high`.

    Args:
        low, high: the value range it is right for.
        ending: where its softmax is: ``dense``, ``activation``, ``softmax`` or ``none``.
        channels: 1 or 3.
    """
    levels = low + np.array([40, 125, 210]) / 255 * (high - low)
    sharp = 60.0 / (high - low) ** 2
    model = keras.Sequential(
        [
            keras.Input((48, 48, channels)),
            L.Conv2D(1, 3, padding="same", use_bias=False, name="conv2d_1"),
            L.GlobalAveragePooling2D(name="pool"),
            L.Dense(3, activation="softmax" if ending == "dense" else None, name="scores"),
        ]
    )
    if ending == "activation":
        model.add(L.Activation("softmax"))
    if ending == "softmax":
        model.add(L.Softmax())
    middle = np.zeros((3, 3, channels, 1))
    middle[1, 1] = 1 / channels
    model.get_layer("conv2d_1").set_weights([middle])
    # -(m - level)^2 without the m^2 that all classes share: linear in the mean.
    model.get_layer("scores").set_weights([2 * sharp * levels[None], -sharp * levels**2])
    return model


def saved(model: keras.Model, folder: Path, name: str = "brought.keras") -> Path:
    path = folder / name
    model.save(path)
    return path
