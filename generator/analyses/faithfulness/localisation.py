"""Maps against the truth: on drawn faces it is known which pixels carry the expression (Arras et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.analyses.faithfulness.ranking import ranking


@dataclass(frozen=True)
class Localisation:
    """One value per image that has evidence.

    Attributes:
        pointing: whether the most important pixel is evidence (the pointing game, Zhang et al. 2018).
        mass: part of the positive relevance that lies on evidence (relevance mass accuracy).
        rank: part of the k most important pixels that are evidence, k being the number of evidence pixels
            (relevance rank accuracy).
        area: part of the picture that is evidence: what a random map reaches.
    """

    pointing: np.ndarray
    mass: np.ndarray
    rank: np.ndarray
    area: np.ndarray


def localisation(maps: np.ndarray, evidence: np.ndarray) -> Localisation:
    """Compare maps with the pixels that carry the expression.

    Args:
        maps: (n, h, w), the larger the more important.
        evidence: bool (n, h, w); images without any (a drawn neutral face has none) are left out, be it all of them.
    """
    some = np.asarray(evidence).any(axis=(1, 2))
    # In numbers, since -1 stands for nothing certain where no image is left.
    flat = int(some.sum()), int(np.prod(evidence.shape[1:]))
    maps, truth = np.asarray(maps)[some], np.asarray(evidence, dtype=bool)[some].reshape(flat)
    order = ranking(maps)
    sorted_truth = np.take_along_axis(truth, order, axis=1)
    counts = truth.sum(axis=1)
    among = np.arange(truth.shape[1])[None] < counts[:, None]
    relevance = np.maximum(maps.reshape(flat).astype(np.float64), 0)
    total = relevance.sum(axis=1)
    return Localisation(
        pointing=sorted_truth[:, 0].astype(np.float64),
        mass=np.divide((relevance * truth).sum(axis=1), total, out=np.zeros(len(maps)), where=total > 0),
        rank=(sorted_truth & among).sum(axis=1) / counts,
        area=truth.mean(axis=1),
    )
