"""The model card (Mitchell et al. 2019): what a shipped network is, how it was made and how good it is."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from typing import Any

import keras
import numpy as np
from scipy.special import softmax

from generator.analyses.intervals import wilson
from generator.dataset.types import Dataset
from generator.model.classifier import Classifier
from generator.model.own import Own


def make_card(own: Own, network: keras.Model, data: Dataset, source: dict[str, str], seconds: float) -> dict[str, Any]:
    """Measure a trained network on the evaluation images, once, and write down where it comes from.

    Args:
        own: the training run.
        network: the network that is shipped.
        data: the data set.
        source: ``name`` and ``sha256`` of the data.
        seconds: of training.

    Returns:
        JSON builtins; the file beside the weights.
    """
    images, labels = data.evaluation.images, data.evaluation.labels
    logits_of = Classifier(network, own.preprocess, data.classes).logits
    single = logits_of(images)
    flipped = np.log(softmax(single, axis=1) + softmax(logits_of(np.ascontiguousarray(images[:, :, ::-1])), axis=1))
    return {
        "preprocess": {"low": own.recipe.low, "high": own.recipe.high},
        "classes": list(data.classes),
        "data": {**source, "split": data.split, "train": len(data.train), "evaluation": len(data.evaluation)},
        "training": {
            "images": own.images,
            "validation": own.validation,
            "left_out": own.left_out,
            "conflicting": own.conflicting,
            "recipe": asdict(own.recipe),
            "epochs": [vars(epoch) for epoch in own.epochs],
        },
        "accuracy": _accuracy(single, labels),
        "accuracy_flips": _accuracy(flipped, labels),
        "accuracy_without_duplicates": _accuracy(
            single[~own.evaluation_duplicates], labels[~own.evaluation_duplicates]
        ),
        "recall": {
            name: float((single[labels == index].argmax(1) == index).mean()) for index, name in enumerate(data.classes)
        },
        "parameters": int(network.count_params()),
        "multiplications": multiplications(network),
        "seconds": round(seconds),
        "hardware": f"{platform.machine()}, {_cores()} cores",
        "versions": {name: metadata.version(name) for name in ("tensorflow", "keras", "numpy")},
    }


def multiplications(network: keras.Model) -> int:
    """Multiplications of one forward pass through the convolution and dense layers."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += height * width * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
    return total


def _accuracy(logits: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    right = int((logits.argmax(axis=1) == labels).sum())
    low, high = wilson(right, len(labels))
    return {"value": right / len(labels), "low": low, "high": high, "n": len(labels)}


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
