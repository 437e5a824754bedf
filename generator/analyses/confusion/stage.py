"""The stage ``confusion``: evaluation images only, from the predictions that the model stage left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from scipy.special import softmax

from generator.analyses.confusion.association import association, concentration
from generator.analyses.confusion.calibration import expected_calibration_error, reliability
from generator.analyses.confusion.matrix import (
    Rate,
    confusion_matrix,
    examples_of_cells,
    measures,
    top_pairs,
)
from generator.config.schema import ConfusionOptions
from generator.dataset.types import Dataset
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.confusion import (
    AssociationClass,
    Associations,
    CalibrationBin,
    ConfusionResults,
    Proportion,
    RankAssociation,
    TopPair,
)

_EQUAL = 0.02
"""Numbers of training images that differ by no more than this part count as equal."""


def run(options: ConfusionOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Count the confusions of the evaluation images.

    Returns:
        Results ``confusion``; facts ``cells`` (``"i-j"`` to the images shown for that cell); array ``matrix``.
    """
    data, logits = predictions_of(inputs)
    maps = inputs["saliency"].results if "saliency" in inputs else {}
    return counted(options, data, logits, maps.get("saliency", {}), context.seed, maps.get("saliency_by_method", {}))


def counted(
    options: ConfusionOptions,
    data: Dataset,
    logits: np.ndarray,
    saliency: Mapping[str, Any],
    seed: int,
    by_method: Mapping[str, Mapping[str, Any]],
) -> Artifact:
    """What the logits (n_evaluation, classes) say of the data set; see `run`."""
    labels = data.evaluation.labels
    probabilities = softmax(logits.astype(np.float64), axis=1)
    predicted = probabilities.argmax(axis=1)
    matrix = confusion_matrix(labels, predicted, len(data.classes))
    per_class = dict(zip(data.classes, measures(matrix), strict=True))
    train = np.bincount(data.train.labels, minlength=len(data.classes))
    confidence = probabilities.max(axis=1)
    bins = reliability(confidence, predicted == labels, options.bins)
    scores = [m.f1 for m in per_class.values() if m.f1 is not None]
    results = ConfusionResults(
        recall={name: _proportion(m.recall) for name, m in per_class.items()},
        precision={name: _proportion(m.precision) for name, m in per_class.items()},
        f1={name: m.f1 for name, m in per_class.items()},
        macro_f1=float(np.mean(scores)) if scores else 0.0,
        train={name: int(train[label]) for label, name in enumerate(data.classes)},
        top=[
            TopPair(
                data.classes[pair.true],
                data.classes[pair.predicted],
                pair.count,
                pair.rate.value or 0.0,
                pair.rate.low,
                pair.rate.high,
            )
            for pair in top_pairs(matrix, options.pairs)
        ],
        ece=expected_calibration_error(bins),
        confidence=float(confidence.mean()),
        bins=[CalibrationBin(**vars(one)) for one in bins],
        association=_associations(
            {name: m.recall.value for name, m in per_class.items()},
            {name: int(train[label]) for label, name in enumerate(data.classes)},
            saliency,
            by_method,
            seed,
        ),
    )
    cells = examples_of_cells(labels, probabilities, options.examples)
    return Artifact(
        results={"confusion": msgspec.to_builtins(results)},
        facts={
            "classes": list(data.classes),
            "cells": {f"{i}-{j}": images for (i, j), images in cells.items()},
            "confidence": {str(i): float(confidence[i]) for images in cells.values() for i in images},
        },
        arrays={"matrix": matrix},
    )


def _associations(
    recall: Mapping[str, float | None],
    train: Mapping[str, int],
    saliency: Mapping[str, Any],
    by_method: Mapping[str, Mapping[str, Any]],
    seed: int,
) -> Associations:
    rows = {}
    for name, value in recall.items():
        found = concentration(saliency.get(name, {}))
        rows[name] = AssociationClass(
            recall=value,
            train=train[name],
            region=found.region if found else None,
            highest=found.highest if found else None,
            divergence=found.divergence if found else None,
        )

    def with_recall(measure: str) -> RankAssociation:
        pairs = [
            (row.recall, getattr(row, measure))
            for row in rows.values()
            if row.recall is not None and getattr(row, measure) is not None
        ]
        both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        if measure == "train" and len(both) and np.ptp(both[:, 1]) <= _EQUAL * both[:, 1].max():
            both[:, 1] = 0.0  # classes of (nearly) equal size have no order
        return RankAssociation(**vars(association(both[:, 0], both[:, 1], seed)))

    def of_method(maps: Mapping[str, Any]) -> float | None:
        found = {name: concentration(maps.get(name, {})) for name, value in recall.items() if value is not None}
        pairs = [(recall[name], each.divergence) for name, each in found.items() if each is not None]
        both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        return association(both[:, 0], both[:, 1], seed).spearman

    return Associations(
        with_recall("highest"),
        with_recall("divergence"),
        with_recall("train"),
        {method: of_method(maps) for method, maps in by_method.items()},
        rows,
    )


def _proportion(found: Rate) -> Proportion:
    return Proportion(found.value, found.low, found.high, found.n)
