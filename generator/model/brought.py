"""What has to be known of a model that is not trained in the build: its outputs' names and its value range."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from generator.config.schema import ModelOptions
from generator.dataset.types import Dataset, Split
from generator.errors import InputError, nearest
from generator.model.classifier import Classifier
from generator.model.guess import Range, guess_of, guess_preprocess, hits, rescales_itself
from generator.model.predictions import restricted
from generator.model.preprocess import Preprocess
from generator.pipeline.context import Context

_TRIED_IMAGES = 500


def card_of(weights: Path) -> dict[str, Any]:
    """The card of shipped weights."""
    card: dict[str, Any] = msgspec.json.decode(weights.with_suffix(".json").read_bytes())
    return card


def output_names(
    model: keras.Model, size: tuple[int, int, int], options: ModelOptions, data: Dataset, path: Path
) -> list[str]:
    """Class names of the outputs of the user's model, in their order.

    Raises:
        InputError: they are not the model's outputs, or not among the data's classes.
    """
    count = int(model(np.zeros((1, *size), np.float32), training=False).shape[-1])
    if count < 2:
        raise InputError(f"gives {count} output; a classifier of two classes needs two, with softmax", path)
    names = list(options.classes or data.classes)
    for name in names:
        if name not in data.classes:
            raise InputError(f"model.classes names '{name}', which the data does not have{nearest(name, data.classes)}")
    if len(set(names)) != len(names):
        raise InputError(f"model.classes names a class twice: {', '.join(names)}")
    if count != len(names):
        given = "model.classes names" if options.classes else "the data has"
        hint = "name its outputs, in order, in model.classes"
        raise InputError(f"gives {count} classes, but {given} {len(names)} ({', '.join(names)}); {hint}", path)
    return names


def shipped_names(card: dict[str, Any], data: Dataset) -> list[str]:
    """Class names of the outputs of shipped weights, in the order in which they were trained.

    Raises:
        InputError: the data has other classes.
    """
    names: list[str] = card["classes"]
    if set(names) != set(data.classes):
        found, trained = ", ".join(data.classes), ", ".join(names)
        raise InputError(
            f"model.weights: they tell {trained} apart, and the data has {found}; "
            "give a model of these classes with --model, or take model.weights out to train one"
        )
    return names


def preprocess_of(
    options: ModelOptions,
    model: keras.Model,
    size: tuple[int, int, int],
    outputs: list[str],
    data: Dataset,
    context: Context,
) -> tuple[Preprocess, Range]:
    """The value range of the user's model, and why it was taken."""
    if options.preprocess is not None:
        given = options.preprocess
        return Preprocess(*size, low=given.low, high=given.high, mean=given.mean, std=given.std), Range("configured")
    known = restricted(data, outputs)
    images: Split = known.train if len(known.train) else known.evaluation

    def accuracy(preprocess: Preprocess, some: Split) -> float:
        return hits(Classifier(model, preprocess, outputs).logits(some.images), some.labels)

    rescales = rescales_itself(model, size)
    tried = guess_preprocess(accuracy, size, images, _TRIED_IMAGES, context.seed, rescales)
    found = Range(
        "guessed" if len(known.train) else "guessed-on-evaluation", tried, guess_of(tried, len(outputs), rescales)
    )
    return tried[0].preprocess, found
