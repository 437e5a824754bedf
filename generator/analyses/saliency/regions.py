"""From maps to statements about regions: shares, enrichment and intervals over many images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.analyses.intervals import bootstrap_ratios
from generator.dataset.types import Dataset
from generator.results.saliency import RegionSaliency


@dataclass(frozen=True)
class Survey:
    """Where the mass of many images' maps lies.

    Attributes:
        index: (n,), places in the evaluation set.
        shares: float64 (n, regions), part of each map's mass in each region.
        areas: float64 (n, regions), part of each picture's area.
        peaks: (n,), largest absolute value of each map.
        sums: (classes, 2, 48, 48), sums of the maps scaled to mass 1, by class and by wrong or right.
    """

    index: np.ndarray
    shares: np.ndarray
    areas: np.ndarray
    peaks: np.ndarray
    sums: np.ndarray

    @property
    def blank(self) -> np.ndarray:
        """Bool (n,): maps that are 0 everywhere."""
        return np.asarray(self.peaks == 0)

    def joined(self, other: Survey) -> Survey:
        """Both surveys' images."""
        return Survey(
            index=np.concatenate([self.index, other.index]),
            shares=np.concatenate([self.shares, other.shares]),
            areas=np.concatenate([self.areas, other.areas]),
            peaks=np.concatenate([self.peaks, other.peaks]),
            sums=self.sums + other.sums,
        )


def survey(data: Dataset, index: np.ndarray, magnitude: np.ndarray, peaks: np.ndarray, right: np.ndarray) -> Survey:
    """Measure maps against the regions.

    Args:
        data: with the regions' masks.
        index: (n,), places in the evaluation set.
        magnitude: (n, 48, 48) >= 0, maps of these images.
        peaks: (n,), their largest values.
        right: bool (n_evaluation,), whether each image is classified right.
    """
    mass = magnitude.sum(axis=(1, 2), dtype=np.float64)
    scaled = magnitude / np.where(mass > 0, mass, 1)[:, None, None].astype(np.float32)
    shares, areas = np.empty((2, len(index), len(data.region_masks)))
    for column, mask in enumerate(data.region_masks.values()):
        mine = (np.asarray(mask)[index] if mask.ndim == 3 else np.asarray(mask)[None]).astype(np.float32)
        shares[:, column] = (scaled * mine).sum(axis=(1, 2))
        areas[:, column] = mine.mean(axis=(1, 2))
    sums = np.zeros((len(data.classes), 2, *magnitude.shape[1:]))
    groups = 2 * data.evaluation.labels[index] + right[index]
    for group in np.unique(groups):
        sums[group // 2, group % 2] = scaled[groups == group].sum(axis=0, dtype=np.float64)
    return Survey(np.asarray(index), shares, areas, np.asarray(peaks, dtype=np.float64), sums)


def by_class(
    data: Dataset, found: Survey, seed: int, among: np.ndarray | None = None
) -> dict[str, dict[str, RegionSaliency]]:
    """Shares and enrichment per class and region; classes without images are left out.

    Args:
        data: the data set.
        found: from `survey`.
        seed: of the bootstrap.
        among: bool (n_evaluation,), to count only some images.
    """
    table = {}
    usable = ~found.blank & (True if among is None else among[found.index])
    labels = data.evaluation.labels[found.index]
    for label, name in enumerate(data.classes):
        mine = usable & (labels == label)
        if mine.any():
            measured = enrichment(found.shares[mine], found.areas[mine], seed + label)
            table[name] = dict(zip(data.region_masks, measured, strict=True))
    return {name: {r: m for r, m in regions.items() if m is not None} for name, regions in table.items()}


def enrichment(shares: np.ndarray, areas: np.ndarray, seed: int) -> list[RegionSaliency | None]:
    """Mean share over mean area of each region, with percentile bootstrap intervals over images.

    Args:
        shares, areas: (n, regions).
        seed: of the resampling.

    Returns:
        One entry per region; None for a region that no image has.
    """
    mean_shares = shares.mean(axis=0)
    return [
        None if ratio is None else RegionSaliency(float(share), *ratio)
        for share, ratio in zip(mean_shares, bootstrap_ratios(shares, areas, seed), strict=True)
    ]


def mean_maps(found: Survey) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean maps per class, scaled so that 1 is the mean over the picture: over all, right and wrong images.

    Returns:
        Three arrays (classes, 48, 48); 0 where a class has no such image.
    """
    wrong, right = found.sums[:, 0], found.sums[:, 1]

    def scaled(sums: np.ndarray) -> np.ndarray:
        total = sums.sum(axis=(1, 2), keepdims=True)
        return np.asarray(np.divide(sums, total, out=np.zeros_like(sums), where=total > 0) * sums[0].size)

    return scaled(wrong + right), scaled(right), scaled(wrong)
