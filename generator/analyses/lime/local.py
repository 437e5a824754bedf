"""LIME's local model, and how well it does on masks that its fit has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LocalModel:
    """The weighted ridge regression around one image (Ribeiro, Singh and Guestrin 2016), for one label.

    Attributes:
        intercept: the probability that it gives where everything is hidden.
        weights: float64 (k,), what each superpixel's presence adds.
        score: weighted R^2 on the masks of the fit; 0 where the probability does not vary at all.
    """

    intercept: float
    weights: np.ndarray
    score: float

    def score_on(self, data: np.ndarray, outputs: np.ndarray, kernel: np.ndarray) -> float:
        """Weighted R^2 on other masks: at most 1, and below 0 where their mean would do better.

        With as many masks as superpixels a fit follows any noise; only on masks that are new to it does it show what
        it has learnt.

        Args:
            data: (n, k), 1 where a superpixel is shown.
            outputs: (n,), the label's probability.
            kernel: (n,), the masks' weights.
        """
        if not varies(outputs):
            return 0.0
        missed = outputs - self.intercept - data @ self.weights
        spread = outputs - np.average(outputs, weights=kernel)
        return float(1 - (kernel * missed**2).sum() / (kernel * spread**2).sum())


def varies(outputs: np.ndarray) -> bool:
    """Whether there is anything to explain; the package calls a constant "fitted" with R^2 = 1."""
    return bool(np.ptp(outputs) > 1e-9)
