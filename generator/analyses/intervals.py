"""Intervals for what is measured over a sample of images."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.stats import norm, t

DRAWS = 2000
"""Resamples of a bootstrap."""


def ends(n: int, level: float = 0.95) -> tuple[float, float]:
    """Quantiles of the resamples at which an interval over n images ends (expanded percentiles, Hesterberg 2015).

    The plain percentile interval is too short for few images: over 8, what is called 95 % covers 87 %. These
    quantiles widen it as Student's t and the unbiased variance do for a mean.

    Args:
        n: images, at least 1.
        level: coverage, 0 to 1.
    """
    if n < 2:
        return (1 - level) / 2, (1 + level) / 2
    low = float(norm.cdf(math.sqrt(n / (n - 1)) * t.ppf((1 - level) / 2, n - 1)))
    return low, 1 - low


def bootstrap_mean(values: np.ndarray, seed: int, draws: int = DRAWS, level: float = 0.95) -> tuple[float, float]:
    """Bootstrap interval of the mean over images (Efron 1979), ending at the quantiles of `ends`.

    Args:
        values: float or bool, shape (n,), one value per image.
        seed: of the resampling.
        draws: number of resamples.
        level: coverage, 0 to 1.

    Returns:
        The lower and upper end; both equal to the value when n is 1.
    """
    values, n = np.asarray(values), len(values)
    if values.dtype == bool:
        # How many of a resample's images are hits is binomial: one number to draw instead of n.
        means = np.random.default_rng(seed).binomial(n, values.mean(), size=draws) / n
    else:
        # A resample's mean depends only on how often each image is drawn.
        means = _counts(n, seed, draws) @ values / n
    low, high = np.quantile(means, ends(n, level))
    return float(low), float(high)


def bootstrap_ratios(
    above: np.ndarray, below: np.ndarray, seed: int, draws: int = DRAWS
) -> list[tuple[float, float, float] | None]:
    """Ratios of sums over images with their 95 % bootstrap intervals, ending at the quantiles of `ends`.

    Args:
        above, below: float (n, k), not negative; the k ratios share their resamples.
        seed: of the resampling.
        draws: number of resamples.

    Returns:
        Per column the ratio and the lower and upper end; None where all of `below` is 0.
    """
    n = len(above)
    counts = _counts(n, seed, draws).astype(np.float64)
    found: list[tuple[float, float, float] | None] = []
    for column in range(above.shape[1]):
        total = below[:, column].sum()
        if total == 0:
            found.append(None)
            continue
        drawn = counts @ below[:, column]
        # A resample without any of it has no ratio.
        low, high = np.quantile((counts @ above[:, column])[drawn > 0] / drawn[drawn > 0], ends(n))
        found.append((float(above[:, column].sum() / total), float(low), float(high)))
    return found


@lru_cache(maxsize=8)
def _counts(n: int, seed: int, draws: int) -> np.ndarray:
    """How often each of n images is in each resample, integers (draws, n); many tables resample the same images."""
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    # A quarter of the room: these are kept, and no image is drawn more than a few times.
    counts = counts.astype(np.uint16)
    counts.flags.writeable = False
    return counts


def wilson(successes: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson score interval of a proportion (Wilson 1927); (0, 1) when n is 0.

    Args:
        successes: number of successes, 0 to n.
        n: number of trials.
        z: normal quantile; the default gives 95 %.
    """
    if n == 0:
        return 0.0, 1.0
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
