"""A layer's output (or one filter's) and its map, put into numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.analyses.intervals import bootstrap_mean
from generator.analyses.tsne.features import squared_distances
from generator.analyses.tsne.separation import (
    chance,
    knn_hits,
    neighbours,
    pairwise,
    silhouette,
    trustworthiness,
)
from generator.config.schema import TsneOptions
from generator.results.tsne import SpaceResult

SILHOUETTE_SHUFFLES = 20


@dataclass(frozen=True)
class Space:
    """What is measured.

    Attributes:
        convolution, layer, filter, dimensions: see `SpaceResult`.
        product: Gram matrix of the images measured on, float64 (n, n).
        scores: principal components of the images on the map, (m, d).
        points: their map, (m, 2).
    """

    convolution: str
    layer: str
    filter: int | None
    dimensions: int
    product: np.ndarray
    scores: np.ndarray
    points: np.ndarray


def measured(space: Space, labels: np.ndarray, shown: np.ndarray, options: TsneOptions, seed: int) -> SpaceResult:
    """All measures of a space.

    Args:
        space: see `Space`.
        labels: of the images measured on, integers (n,).
        shown: which of them are on the map, integers (m,).
        options: neighbours and shuffles.
        seed: of shuffling and bootstrap.
    """
    k, rng = options.neighbours, np.random.default_rng(seed)
    distances = squared_distances(space.product)
    nearest = neighbours(distances, k)
    hits = knn_hits(nearest, labels)
    low, high = bootstrap_mean(hits, seed)
    null = chance([float(knn_hits(nearest, rng.permutation(labels)).mean()) for _ in range(options.shuffles)])
    plain = np.sqrt(distances)
    flat = chance([silhouette(plain, rng.permutation(labels)) for _ in range(SILHOUETTE_SHUFFLES)])
    original, own = distances[np.ix_(shown, shown)], labels[shown]
    of_map = pairwise(space.points)
    near_map = neighbours(of_map, k)
    map_hits = knn_hits(near_map, own)
    map_low, map_high = bootstrap_mean(map_hits, seed)
    map_null = chance([float(knn_hits(near_map, rng.permutation(own)).mean()) for _ in range(options.shuffles)])
    mixed = [rng.permutation(len(own)) for _ in range(SILHOUETTE_SHUFFLES)]
    no_trust = [trustworthiness(original, of_map[np.ix_(order, order)], k) for order in mixed]
    return SpaceResult(
        convolution=space.convolution,
        layer=space.layer,
        filter=space.filter,
        dimensions=space.dimensions,
        images=len(labels),
        knn_accuracy=float(hits.mean()),
        knn_low=low,
        knn_high=high,
        null=null.mean,
        null_low=null.low,
        null_high=null.high,
        silhouette=silhouette(plain, labels),
        silhouette_null=flat.mean,
        silhouette_null_low=flat.low,
        silhouette_null_high=flat.high,
        map_images=len(shown),
        knn_shown=float(knn_hits(neighbours(original, k), own).mean()),
        knn_map=float(map_hits.mean()),
        knn_map_low=map_low,
        knn_map_high=map_high,
        knn_map_null=map_null.mean,
        knn_map_null_low=map_null.low,
        knn_map_null_high=map_null.high,
        silhouette_map=silhouette(np.sqrt(of_map), own),
        trustworthiness=trustworthiness(original, of_map, k),
        trustworthiness_null=float(np.mean(no_trust)),
        knn_pca=float(knn_hits(neighbours(pairwise(space.scores[:, :2]), k), own).mean()),
    )


def knn_in_map(points: np.ndarray, labels: np.ndarray, k: int) -> float:
    """k-nearest-neighbour accuracy in a map (m, 2)."""
    return float(knn_hits(neighbours(pairwise(points), k), labels).mean())
