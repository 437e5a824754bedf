"""From superpixels' weights to regions of the face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generator.analyses.intervals import bootstrap_ratios

SMALLEST = 0.005
"""A region under this part of the picture is too small in an image to be called decisive there."""


@dataclass(frozen=True)
class RegionWeights:
    """One region over a sample of images.

    Attributes:
        share: mean part of the absolute weight that lies in the region.
        enrichment: that over the region's mean part of the area; 1 means no preference.
        low, high: 95 % bootstrap interval of `enrichment`, over images.
        decisive: part of the images in which no other region has a higher enrichment.
    """

    share: float
    enrichment: float
    low: float
    high: float
    decisive: float


def weight_map(weights: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Weight per pixel: each superpixel's weight spread evenly over its pixels.

    Args:
        weights: (k,).
        segments: (h, w), 0 to k - 1.

    Returns:
        float64 (h, w); its sum is the weights' sum.
    """
    return np.asarray((weights / np.bincount(segments.ravel(), minlength=len(weights)))[segments])


def region_weights(maps: np.ndarray, masks: Mapping[str, np.ndarray], seed: int) -> dict[str, RegionWeights]:
    """Shares and enrichments of all regions, with intervals.

    Args:
        maps: weight per pixel (n, h, w), see `weight_map`; signs are dropped.
        masks: region to bool (n, h, w).
        seed: of the bootstrap.
    """
    if not masks or not len(maps):
        return {}
    shares, areas = shares_and_areas(maps, masks)
    winners = decisive_regions(shares, areas)
    found = {}
    for column, (name, ratio) in enumerate(zip(masks, bootstrap_ratios(shares, areas, seed), strict=True)):
        if ratio is not None:
            share, decisive = float(shares[:, column].mean()), float((winners == column).mean())
            found[name] = RegionWeights(share, *ratio, decisive)
    return found


def shares_and_areas(maps: np.ndarray, masks: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Per image and region the part of the absolute weight and of the area, both float64 (n, regions)."""
    mass = np.abs(maps).reshape(len(maps), -1)
    total = mass.sum(axis=1, keepdims=True)
    # An image whose weights are all zero prefers nothing: its mass is spread evenly.
    mass = np.where(total > 0, mass / np.where(total > 0, total, 1), 1 / mass.shape[1])
    stack = np.stack([np.asarray(mask, dtype=np.float64).reshape(len(maps), -1) for mask in masks.values()], axis=1)
    return np.einsum("np,nrp->nr", mass, stack), stack.mean(axis=2)


def decisive_regions(shares: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Column of the region with the highest enrichment in each image, int (n,) or, for shares (m, n, k), int (m, n)."""
    density = np.where(areas >= SMALLEST, shares / np.maximum(areas, SMALLEST), -1.0)
    return np.asarray(density.argmax(axis=-1))
