"""The classifier of a model artifact, opened for the stages that ask it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras

from generator.dataset.types import Dataset, dataset_of
from generator.model.classifier import Classifier
from generator.model.loading import input_size, load_keras, logits_model, with_columns
from generator.model.predictions import restricted
from generator.model.preprocess import Preprocess
from generator.pipeline.artifact import Artifact


def opened(inputs: Mapping[str, Artifact]) -> tuple[Classifier, Dataset]:
    """The classifier of a model artifact, and the data set restricted to its classes.

    One classifier is kept per process, so that the stages share its compiled functions.
    """
    artifact = inputs["model"]
    facts = artifact.facts
    file = facts["file"]
    folder = getattr(artifact.files, "folder", None)
    settings = (
        tuple(sorted(facts["preprocess"].items())),
        tuple(facts["outputs"]),
        tuple(facts["classes"]),
        bool(facts["allow_lambda"]),
    )
    if folder is not None:
        classifier = _classifier(Path(folder) / file, *settings)
    else:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / file
            path.write_bytes(artifact.files[file])
            classifier = _classifier.__wrapped__(path, *settings)
    return classifier, restricted(dataset_of(inputs["dataset"]), facts["classes"])


@lru_cache(maxsize=2)
def _classifier(
    path: Path,
    preprocess: tuple[tuple[str, Any], ...],
    outputs: tuple[str, ...],
    classes: tuple[str, ...],
    allow_lambda: bool,
) -> Classifier:
    return classifier_of(open_file(path, allow_lambda)[0], Preprocess(**dict(preprocess)), outputs, classes)


def classifier_of(
    logits_model: keras.Model, preprocess: Preprocess, outputs: Sequence[str], classes: Sequence[str]
) -> Classifier:
    """The classifier of some of a model's outputs.

    Args:
        logits_model: from `open_file`.
        preprocess: how faces become its inputs.
        outputs: what its logits stand for.
        classes: those that are wanted, in their order.
    """
    if list(outputs) != list(classes):
        size = preprocess.height, preprocess.width, preprocess.channels
        logits_model = with_columns(logits_model, [list(outputs).index(name) for name in classes], size)
    return Classifier(logits_model, preprocess, classes)


def open_file(path: Path, allow_lambda: bool) -> tuple[keras.Model, tuple[int, int, int], str]:
    """A model file's model to logits, the size of its input (height, width, channels), and where its softmax was.

    Raises:
        InputError: the file is no model, or none that fits; see `generator.model.loading`.
    """
    model = load_keras(path, allow_lambda)
    size = input_size(model, str(path))
    logits, softmax = logits_model(model, size, str(path))
    return logits, size, softmax
