"""Why do some labels do well? What goes with recall over the classes: association, never cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np

from generator.analyses.ranks import centred_ranks

EXACT = 8
"""Up to so many classes all permutations are tried (8! = 40,320); beyond, that many random ones."""


@dataclass(frozen=True)
class Association:
    """Spearman's rank correlation over classes, with its two-sided permutation p.

    Attributes:
        spearman: -1 to 1; None if one side is constant or there are fewer than 3 classes.
        p: part of the orders of the classes that give a correlation at least as strong; None as above.
        n: number of classes.
    """

    spearman: float | None
    p: float | None
    n: int


def association(first: np.ndarray, second: np.ndarray, seed: int = 0) -> Association:
    """How far two measures rank the classes alike.

    Args:
        first, second: one value per class, (n,).
        seed: of the random permutations, used with more than `EXACT` classes only.
    """
    n = len(first)
    a, b = centred_ranks(first), centred_ranks(second)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    if n < 3 or scale == 0:
        return Association(None, None, n)
    observed = float(a @ b) / scale
    if n <= EXACT:
        orders = np.array(list(permutations(range(n))))
        others = b[orders] @ a / scale
        # Rounding must not decide whether an order counts as equally strong.
        return Association(observed, float((np.abs(others) >= abs(observed) - 1e-9).mean()), n)
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.repeat(b[None], factorial(EXACT), axis=0), axis=1) @ a / scale
    return Association(observed, float(((np.abs(drawn) >= abs(observed) - 1e-9).sum() + 1) / (len(drawn) + 1)), n)


@dataclass(frozen=True)
class Concentration:
    """How far a class's saliency keeps to few regions.

    Attributes:
        region: the region with the highest enrichment.
        highest: that enrichment.
        divergence: Kullback-Leibler divergence of the regions' shares from their areas, in nats: 0 when saliency is
            spread like area.
    """

    region: str
    highest: float
    divergence: float


def concentration(regions: Mapping[str, Mapping[str, Any]]) -> Concentration | None:
    """Concentration of one class's saliency.

    Args:
        regions: region to ``share`` and ``enrichment``, which cover the face.

    Returns:
        None if nothing was measured.
    """
    known = {
        name: values
        for name, values in regions.items()
        if isinstance(values, Mapping) and values.get("enrichment") is not None
    }
    if not known:
        return None
    region = max(known, key=lambda name: (known[name]["enrichment"], name))
    divergence = sum(v["share"] * np.log(v["enrichment"]) for v in known.values() if v["share"] > 0)
    return Concentration(region, float(known[region]["enrichment"]), float(divergence))
