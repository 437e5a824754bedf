"""LIME's row in the comparison of all methods: deletion, insertion, randomised weights, known evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
import numpy as np

from generator.analyses.faithfulness.baselines import known_baselines
from generator.analyses.faithfulness.compare import compared
from generator.analyses.faithfulness.deletion_insertion import Curves
from generator.analyses.faithfulness.judge import best_first
from generator.analyses.faithfulness.randomisation import cascade, three_layers
from generator.analyses.faithfulness.similarity import spearman, ssim
from generator.analyses.lime.explain import Explanation
from generator.analyses.lime.regions import weight_map
from generator.analyses.lime.whole import Explained
from generator.analyses.side_by_side import side_by_side
from generator.dataset.types import Dataset
from generator.model.classifier import Classifier
from generator.pipeline.artifact import Artifact
from generator.results.faithfulness import Checkpoint, MethodFaithfulness

FOLLOWED = 7
"""Images explained again while the weights are randomised."""


def lime_row(
    classifier: Classifier,
    data: Dataset,
    whole: Mapping[str, Explained],
    saliency: Artifact,
    explain: Callable[[int, int], Explanation],
    seed: int,
) -> tuple[MethodFaithfulness, Curves] | None:
    """Compare LIME on those of the saliency stage's images that it has explained.

    Args:
        classifier: is as before afterwards, though its weights are randomised in between.
        data: restricted to its classes.
        whole: the explanations of the class samples.
        saliency: names the images on which the other methods are compared, and has the baselines' curves on them.
        explain: image index and label to explanation.
        seed: of the random weights and the bootstrap.

    Returns:
        The row and the curves of its images, or None if no image is shared.
    """
    maps = {int(i): found.maps[row] for found in whole.values() for row, i in enumerate(found.index)}
    tested = np.asarray(saliency.facts.get("tested", ()), dtype=np.int64)
    rows = np.flatnonzero(np.isin(tested, list(maps)))
    index = tested[rows]
    if not len(index):
        return None
    evaluation = data.evaluation
    own = np.stack([maps[int(i)] for i in index])
    few = index[:FOLLOWED]

    def explained(image: int) -> np.ndarray:
        return _map(explain(image, int(evaluation.labels[image])))

    def again() -> np.ndarray:
        return np.stack(side_by_side([partial(explained, int(i)) for i in few]))

    steps = _followed(classifier, own[: len(few)], again, seed)
    return compared(
        classifier,
        evaluation.images[index],
        evaluation.labels[index],
        own,
        known_baselines(saliency.arrays, rows),
        seed,
        None if data.evidence is None else np.asarray(data.evidence[index]),
        steps[-1][1:] if steps else None,
        [Checkpoint(layer, float(rank.mean()), float(likeness.mean())) for layer, rank, likeness in steps],
    )


def _followed(
    classifier: Classifier, trained: np.ndarray, again: Callable[[], np.ndarray], seed: int
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Layer, rank correlations and structural similarities (m,) at three checkpoints of the cascade.

    They are those of the other dear methods: the top layer, the end of the upper half, which is judged, and the input.

    Args:
        classifier: is as before afterwards.
        trained: maps of the trained model, (m, 48, 48).
        again: explains the same images with the weights as they are then.
        seed: of the random weights.
    """
    few = three_layers(classifier)
    steps: list[tuple[str, np.ndarray, np.ndarray]] = []
    before = np.abs(trained)

    def look(layer: str) -> None:
        if layer in few:
            after = np.abs(again())
            steps.append((layer, spearman(before, after), ssim(before, after)))

    cascade(classifier, look, seed)
    return steps


def ranking_with(row: MethodFaithfulness, others: Mapping[str, Any]) -> list[str]:
    """All methods from the best score to the worst, LIME among them.

    Args:
        row: LIME's.
        others: the rows of the saliency stage, as in ``results.json``.
    """
    rows = {name: msgspec.convert(other, MethodFaithfulness) for name, other in others.items()}
    return best_first({**rows, "lime": row})


def _map(explanation: Explanation) -> np.ndarray:
    return weight_map(explanation.weights[0], explanation.segments)
