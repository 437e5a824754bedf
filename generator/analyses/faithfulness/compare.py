"""All tests of one method's maps, against what knows no model on the same images: a row of the table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.analyses.faithfulness.deletion_insertion import Curves, Probabilities, deletion_insertion
from generator.analyses.faithfulness.judge import judged
from generator.analyses.faithfulness.localisation import localisation
from generator.results.faithfulness import Checkpoint, MethodFaithfulness


def compared(
    classifier: Probabilities,
    faces: np.ndarray,
    targets: np.ndarray,
    maps: np.ndarray,
    baselines: Mapping[str, Curves],
    seed: int,
    evidence: np.ndarray | None = None,
    randomised: tuple[np.ndarray, np.ndarray] | None = None,
    cascade: list[Checkpoint] | None = None,
) -> tuple[MethodFaithfulness, Curves]:
    """The row of a method that is computed outside the saliency stage, LIME for one, with its curves.

    Args:
        classifier: gives probabilities.
        faces: (n, 48, 48), 0..255; the beginning of the saliency stage's ``facts["tested"]`` makes the rows of the
            table comparable.
        targets: columns of the probabilities, (n,).
        maps: (n, 48, 48), the larger the more important for the target.
        baselines: curves of the same images, see `generator.analyses.faithfulness.baselines.known_baselines`.
        seed: of the bootstrap.
        evidence: bool (n, 48, 48), or None for photographs.
        randomised: rank correlation and SSIM (`generator.analyses.faithfulness.similarity`) of its maps before and
            after all weights were randomised; None if that was not tried.
        cascade: the same on the way there; the verdict is on its first half.
    """
    curves = deletion_insertion(classifier, faces, targets, maps)
    truth = None if evidence is None else localisation(maps, evidence)
    return judged("method", curves, baselines, seed, randomised, cascade, truth), curves
