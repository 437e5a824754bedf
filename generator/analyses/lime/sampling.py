"""How many perturbed images an explanation needs: drawn in doubling blocks until two halves agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sampling:
    """When to stop drawing.

    Attributes:
        first: perturbed images of the first block; every further block doubles the total.
        cap: no more than this many, agreement or not.
        agreement: rank correlation of the weights fitted on the two halves at which drawing ends; None draws up to
            the cap at once.
        paired: follow every mask by its complement (Covert and Lee 2021). On drawn faces 384 paired samples
            give weights as stable over seeds as 1,024 independent ones, on real faces 512. False draws what the
            package draws.
    """

    first: int = 256
    cap: int = 1024
    agreement: float | None = 0.9
    paired: bool = True

    def totals(self) -> list[int]:
        """The totals at which to look, ending with the cap."""
        if self.agreement is None:
            return [self.cap]
        totals = [min(self.first, self.cap)]
        while totals[-1] < self.cap:
            totals.append(min(2 * totals[-1], self.cap))
        return totals


def masks(random: np.random.RandomState, count: int, superpixels: int, paired: bool) -> np.ndarray:
    """Random masks: 1 where a superpixel is shown, each with probability 1/2.

    Args:
        random: drawn from as the `lime` package does.
        count: number of masks; even if `paired`.
        superpixels: of the image.
        paired: every second mask is the complement of the one before.

    Returns:
        int (count, superpixels).
    """
    if not paired:
        return np.asarray(random.randint(0, 2, count * superpixels).reshape(count, superpixels))
    drawn = random.randint(0, 2, (count + 1) // 2 * superpixels).reshape(-1, superpixels)
    return np.asarray(np.stack([drawn, 1 - drawn], axis=1).reshape(-1, superpixels)[:count])


def halves(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the two halves of `count` samples; complementary pairs stay together."""
    index = np.arange(count)
    return index[index // 2 % 2 == 0], index[index // 2 % 2 == 1]


def perturbed(face: np.ndarray, hidden: np.ndarray, segments: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """All perturbed images of a face in one step.

    Args:
        face: (h, w), the image.
        hidden: (h, w), what stands where a superpixel is hidden.
        segments: (h, w), superpixel numbers.
        shown: (n, k), 1 where the superpixel is shown, 0 where it is hidden.

    Returns:
        float32 (n, h, w).
    """
    keep = np.asarray(shown, dtype=bool)[:, segments]
    return np.where(keep, face.astype(np.float32), hidden.astype(np.float32))
