"""What the model says of the evaluation images, for stages that need no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from generator.dataset.types import Dataset, Split, dataset_of
from generator.pipeline.artifact import Artifact


def predictions_of(inputs: Mapping[str, Artifact]) -> tuple[Dataset, np.ndarray]:
    """The data set, restricted to the model's classes, and the logits of its evaluation images.

    Args:
        inputs: with the artifacts of ``dataset`` and ``model``.

    Returns:
        The data set, and float32 (n_evaluation, classes).
    """
    model = inputs["model"]
    data = restricted(dataset_of(inputs["dataset"]), model.facts["classes"])
    return data, np.asarray(model.arrays["logits"])


def restricted(data: Dataset, classes: Sequence[str]) -> Dataset:
    """The data set with only the images of `classes`, labels counted in their order."""
    if tuple(classes) == data.classes:
        return data
    numbers = np.full(len(data.classes), -1)
    for new, name in enumerate(classes):
        numbers[data.classes.index(name)] = new

    def relabelled(split: Split) -> Split:
        return replace(split, labels=numbers[split.labels])

    smaller = data.with_evaluation(numbers[data.evaluation.labels] >= 0)
    train = data.train.take(numbers[data.train.labels] >= 0)
    return replace(smaller, classes=tuple(classes), train=relabelled(train), evaluation=relabelled(smaller.evaluation))
