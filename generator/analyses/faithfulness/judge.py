"""From curves, similarities and localisation to one method's row of the table, and to the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.analyses.faithfulness.deletion_insertion import Curves
from generator.analyses.faithfulness.localisation import Localisation
from generator.analyses.intervals import bootstrap_mean
from generator.results.faithfulness import Checkpoint, Estimate, MethodFaithfulness, Similarity, Truth

THRESHOLD = 0.5
"""A method fails the randomisation check if its maps stay so alike (SSIM) while the upper half of the model is random.

Measured on four networks, guided backpropagation keeps .66 to .92 there, and no other method more than .40. Rank
correlation tells them apart less clearly: all methods find something at the centre of a face.
"""
_HURDLES = ("random", "edges")
"""What a method has to beat in deletion."""


def estimate(values: np.ndarray, seed: int) -> Estimate:
    """Mean over images with its bootstrap interval."""
    low, high = bootstrap_mean(values, seed)
    return Estimate(float(np.mean(values)), low, high)


def judged(
    kind: str,
    curves: Curves,
    baselines: Mapping[str, Curves],
    seed: int,
    randomised: tuple[np.ndarray, np.ndarray] | None = None,
    cascade: list[Checkpoint] | None = None,
    truth: Localisation | None = None,
) -> MethodFaithfulness:
    """A method's row, with the verdict.

    It passes if it deletes better than random order and better than a plain edge map, each by more than the 95 %
    interval of the paired difference, and if its maps change when the model's weights are randomised.

    Args:
        kind: ``method``, ``warning`` or ``baseline``.
        curves: of the method.
        baselines: of random order, the edge map and the bump in the centre, on the same images in the same order.
        seed: of the bootstrap.
        randomised: rank correlation and SSIM of its maps before and after all weights were randomised, (m,) each;
            None if that was not tried, which does not count against the method.
        cascade: the same on the way there, from the top layer down; what counts is the mean SSIM over its first
            half, or the SSIM of `randomised` if there is no cascade.
        truth: its agreement with the evidence; None for photographs.
    """
    deletion, insertion = curves.deletion_areas, curves.insertion_areas
    beyond_random, beyond_edges = (estimate(baselines[name].deletion_areas - deletion, seed) for name in _HURDLES)
    centre = baselines["centre"]
    beyond_centre = estimate(insertion - deletion - centre.insertion_areas + centre.deletion_areas, seed)
    similarity = None
    if randomised is not None:
        similarity = Similarity(estimate(randomised[0], seed), estimate(randomised[1], seed))
    reasons = [name for name, gain in zip(_HURDLES, (beyond_random, beyond_edges), strict=True) if gain.low <= 0]
    upper = [step.ssim for step in cascade or []][: (len(cascade or []) + 1) // 2]
    steps = upper or ([] if similarity is None else [similarity.ssim.value])
    unmoved = float(np.mean(steps)) if steps else None
    if unmoved is not None and unmoved >= THRESHOLD:
        reasons.append("randomisation")
    return MethodFaithfulness(
        kind=kind,
        images=len(deletion),
        deletion=estimate(deletion, seed),
        insertion=estimate(insertion, seed),
        score=estimate(insertion - deletion, seed),
        beyond_random=beyond_random,
        beyond_edges=beyond_edges,
        beyond_centre=beyond_centre,
        randomised=similarity,
        cascade=cascade or [],
        unmoved=unmoved,
        truth=None if truth is None or not len(truth.area) else _truth(truth, seed),
        passes=not reasons,
        reasons=reasons,
    )


def _truth(found: Localisation, seed: int) -> Truth:
    return Truth(
        images=len(found.area),
        pointing=float(found.pointing.mean()),
        mass=estimate(found.mass, seed),
        rank=estimate(found.rank, seed),
        area=float(found.area.mean()),
    )


def best_first(methods: Mapping[str, MethodFaithfulness]) -> list[str]:
    """Names of the methods (no baselines) from the best score to the worst; those that pass come first."""
    real = {name: row for name, row in methods.items() if row.kind != "baseline"}
    return sorted(real, key=lambda name: (not real[name].passes, -real[name].score.value, name))


def default_method(methods: Mapping[str, MethodFaithfulness]) -> str:
    """The page's method: the first of `best_first` that is more than a warning."""
    return next(name for name in best_first(methods) if methods[name].kind == "method")
