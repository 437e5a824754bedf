"""What the regions get by chance: the weights of every image shuffled among its superpixels.

Superpixels are small where there is detail, so that a weight lies densely there wherever it came from: shuffled
weights give eyes, nose and mouth more than their area. A permutation test (Fisher 1935; Phipson and Smyth 2010)
compares with that instead of with 1, and needs no pass of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generator.analyses.lime.regions import decisive_regions

DRAWS = 2000
"""Shufflings."""
HIGH = 0.975
"""Quantile of the shufflings that counts as the end of chance."""


@dataclass(frozen=True)
class Chance:
    """One region under shuffled weights.

    Attributes:
        enrichment, enrichment_high: mean and 97.5 % quantile of its enrichment.
        decisive, decisive_high: the same of the part of the images in which it is decisive.
    """

    enrichment: float
    enrichment_high: float
    decisive: float
    decisive_high: float


def chance(
    weights: Sequence[np.ndarray], segments: np.ndarray, masks: Mapping[str, np.ndarray], seed: int, draws: int = DRAWS
) -> dict[str, Chance]:
    """What each region would get if the weights said nothing of the place.

    Args:
        weights: per image (k,), the number of superpixels may differ; signs are dropped.
        segments: int (n, h, w), superpixel numbers 0 to k - 1.
        masks: region to bool (n, h, w).
        seed: of the shufflings.
        draws: their number.

    Returns:
        The regions that are anywhere.
    """
    if not masks or not len(segments):
        return {}
    shares, areas = shuffled_shares(weights, segments, masks, seed, draws)
    winners = decisive_regions(shares, areas)
    found = {}
    for column, name in enumerate(masks):
        if not areas[:, column].any():
            continue
        factors = shares[:, :, column].sum(axis=1) / areas[:, column].sum()
        first = (winners == column).mean(axis=1)
        found[name] = Chance(
            float(factors.mean()),
            float(np.quantile(factors, HIGH)),
            float(first.mean()),
            float(np.quantile(first, HIGH)),
        )
    return found


def shuffled_shares(
    weights: Sequence[np.ndarray], segments: np.ndarray, masks: Mapping[str, np.ndarray], seed: int, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the absolute weight under every shuffling, float64 (draws, n, regions), and areas (n, regions)."""
    rng = np.random.default_rng(seed)
    stack = np.stack([np.asarray(mask, dtype=np.float64).reshape(len(segments), -1) for mask in masks.values()], axis=1)
    areas = stack.mean(axis=2)
    shares = np.empty((draws, *areas.shape))
    for image, (own, labels) in enumerate(zip(weights, segments.reshape(len(segments), -1), strict=True)):
        mass = np.abs(own)
        if not mass.any():
            # As everywhere: an image without weights prefers nothing.
            shares[:, image] = areas[image]
            continue
        sizes = np.bincount(labels, minlength=len(own))
        inside = np.stack([np.bincount(labels, mask, minlength=len(own)) for mask in stack[image]], axis=1)
        shuffled = rng.permuted(np.tile(mass / mass.sum(), (draws, 1)), axis=1)
        shares[:, image] = shuffled @ (inside / sizes[:, None])
    return shares, areas
