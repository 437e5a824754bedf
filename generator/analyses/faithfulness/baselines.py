"""Curves of the orders that know no model, on the images on which a method is judged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.analyses.faithfulness.deletion_insertion import FRACTIONS, Curves, Probabilities, deletion_insertion
from generator.analyses.saliency.baselines import BASELINES, baseline_maps, random_order

ORDERS = 5
"""Random orders whose curves are averaged: with a single one, chance decides whether a middling method beats it."""


def baseline_curves(classifier: Probabilities, faces: np.ndarray, targets: np.ndarray, seed: int) -> dict[str, Curves]:
    """Deletion and insertion curves of the baselines.

    Args:
        classifier: gives probabilities.
        faces: (n, 48, 48), 0..255.
        targets: columns of the probabilities, (n,).
        seed: of the first random order; the others take the numbers after it.
    """
    curves = {
        name: deletion_insertion(classifier, faces, targets, these)
        for name, these in baseline_maps(faces, seed).items()
    }
    more = (random_order(faces, seed + order) for order in range(1, ORDERS))
    others = [deletion_insertion(classifier, faces, targets, these) for these in more]
    return curves | {"random": averaged([curves["random"], *others])}


def averaged(curves: list[Curves]) -> Curves:
    """Curves of the same images, averaged image by image."""
    return Curves(
        curves[0].fractions,
        np.mean([one.deletion for one in curves], axis=0),
        np.mean([one.insertion for one in curves], axis=0),
    )


def kept_baselines(curves: Mapping[str, Curves]) -> dict[str, np.ndarray]:
    """The baselines' curves among `curves` as arrays ``baseline_<name>`` of a result, float64 (2, n, k) each."""
    return {f"baseline_{name}": np.stack([curves[name].deletion, curves[name].insertion]) for name in BASELINES}


def known_baselines(arrays: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, Curves]:
    """The curves of some images from the arrays that `kept_baselines` made.

    A method that is explained in another stage is held against the very same random orders as those of the table.

    Args:
        arrays: of the saliency stage.
        rows: integers (m,), places in its ``facts["tested"]``.
    """
    found = {}
    for name in BASELINES:
        deletion, insertion = np.asarray(arrays[f"baseline_{name}"])[:, rows]
        found[name] = Curves(np.asarray(FRACTIONS), deletion, insertion)
    return found
