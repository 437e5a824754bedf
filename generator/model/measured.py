"""How good the classifier is on the evaluation images, and where it comes from, as the results tell it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from generator.analyses.intervals import wilson
from generator.dataset.types import Dataset
from generator.model.classifier import Classifier
from generator.model.cleaning import clean
from generator.model.guess import Range
from generator.model.own import Own
from generator.results.model import EpochResult, Input, ModelResults, Training, Tried


@dataclass(frozen=True)
class Origin:
    """Where the classifier comes from.

    Attributes:
        source: ``trained``, ``shipped`` or ``user``.
        name: the file's or the recipe's.
        softmax: where it was taken off, see `generator.model.loading.logits_model`.
        value_range: why this value range.
        own: the training run, if there was one.
        shipped: the training as the shipped weights' card tells it.
    """

    source: str
    name: str
    softmax: str
    value_range: Range
    own: Own | None
    shipped: Training | None = None


def measured(
    classifier: Classifier,
    data: Dataset,
    logits: np.ndarray,
    origin: Origin,
) -> ModelResults:
    labels, predicted = data.evaluation.labels, logits.argmax(axis=1)
    right = predicted == labels
    count = len(data.classes)
    confusion = np.zeros((count, count), dtype=int)
    np.add.at(confusion, (labels, predicted), 1)
    low, high = wilson(int(right.sum()), len(labels))
    totals = confusion.sum(axis=1)
    copies = clean(data.train.images, data.train.labels, data.evaluation.images).evaluation_duplicates
    p = classifier.preprocess
    return ModelResults(
        source=origin.source,
        name=origin.name,
        accuracy=float(right.mean()),
        low=low,
        high=high,
        accuracy_without_duplicates=float(right[~copies].mean()) if copies.any() and not copies.all() else None,
        recall={c: float(confusion[i, i] / totals[i]) if totals[i] else None for i, c in enumerate(data.classes)},
        n={c: int(totals[i]) for i, c in enumerate(data.classes)},
        confusion=confusion.tolist(),
        parameters=int(classifier.logits_model.count_params()),
        convolutions=list(classifier.convolutions),
        softmax=origin.softmax,
        input=Input(
            height=p.height,
            width=p.width,
            channels=p.channels,
            low=p.low,
            high=p.high,
            mean=p.mean,
            std=p.std,
            reason=origin.value_range.reason,
            tried=[
                Tried(t.preprocess.low, t.preprocess.high, t.preprocess.mean, t.preprocess.std, t.accuracy)
                for t in origin.value_range.tried
            ],
            guess=origin.value_range.guess,
        ),
        training=_training(origin.own) if origin.own is not None else origin.shipped,
    )


def _training(own: Own) -> Training:
    return Training(
        images=own.images,
        validation=own.validation,
        left_out=own.left_out,
        conflicting=own.conflicting,
        recipe=asdict(own.recipe),
        epochs=[EpochResult(**{**vars(epoch), "seconds": None}) for epoch in own.epochs],
    )
