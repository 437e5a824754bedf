"""Which images are explained: the examples shown, and the seeded sample of every class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from generator.dataset.types import Dataset


def examples_of(facts: Mapping[str, Any], data: Dataset, logits: np.ndarray) -> dict[str, int]:
    """One evaluation image per class: those of question 1, so that the pages can be compared.

    Args:
        facts: of the saliency stage; its ``examples`` map classes to indices.
        data: restricted to the model's classes.
        logits: (n_evaluation, classes).
    """
    known = facts.get("examples", {})
    found = {}
    for label, name in enumerate(data.classes):
        if name in known:
            found[name] = int(known[name])
            continue
        own = np.flatnonzero(data.evaluation.labels == label)
        if len(own):
            # Not the best one, which would flatter, but the class's median.
            order = own[np.argsort(logits[own, label] - logits[own].max(axis=1), kind="stable")]
            found[name] = int(order[len(order) // 2])
    return found


def sample_of(data: Dataset, per_class: int, seed: int, first: Sequence[int] = ()) -> dict[str, np.ndarray]:
    """A random sample without replacement of every class's evaluation images, as sorted indices.

    Args:
        data: restricted to the model's classes.
        per_class: images of each.
        seed: of the choice.
        first: images that are taken before others: a random sample itself, on which other methods were measured.
    """
    rng = np.random.default_rng(seed)
    labels = data.evaluation.labels
    wanted = np.asarray(first, dtype=np.int64)
    found = {}
    for label, name in enumerate(data.classes):
        own = np.flatnonzero(labels == label)
        if len(own):
            before = wanted[labels[wanted] == label]
            others = rng.permutation(np.setdiff1d(own, before))
            found[name] = np.sort(np.concatenate([before, others])[:per_class])
    return found
