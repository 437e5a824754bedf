"""The stage ``tsne``: maps of the first and the last convolution layer, and how far classes lie apart in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path

import msgspec
import numpy as np

from generator.analyses.filters.layers import Unit, layers_of, units
from generator.analyses.intervals import bootstrap_mean
from generator.analyses.side_by_side import side_by_side
from generator.analyses.tsne.embedding import DIMENSIONS, aligned, feasible, tsne
from generator.analyses.tsne.features import (
    Features,
    collect,
    components,
    gram,
    room,
    squared_distances,
    widest_filter,
)
from generator.analyses.tsne.measure import Space, knn_in_map, measured
from generator.analyses.tsne.probe import folds, probe
from generator.analyses.tsne.sample import choose
from generator.analyses.tsne.separation import chance, knn_hits, neighbours, pairwise, silhouette, trustworthiness
from generator.analyses.tsne.snapshots import Epoch, last_layer_by_epoch
from generator.config.schema import TsneOptions
from generator.dataset.types import LEAST_EVALUATION
from generator.errors import InputError
from generator.model.classifier import Classifier
from generator.model.stage import opened
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.tsne import FilterSpaces, GridMap, LargeMap, LayerProbe, Snapshot, TsneResults

PROBE_SHUFFLES = 20


def run(options: TsneOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Collect the layers' outputs once, draw all maps, measure.

    Raises:
        InputError: the model has no convolution, the configured filter does not exist, or the map has too few images
            for the configured neighbours.
    """
    classifier, data = opened(inputs)
    seed, labels_all = context.seed, data.evaluation.labels
    if len(labels_all) < LEAST_EVALUATION:
        raise InputError(
            f"t-SNE takes at least {LEAST_EVALUATION} images of the model's classes, got {len(labels_all)}"
        )
    found = units(classifier, layers_of(classifier))
    if not found:
        raise InputError("the model has no convolution layer, so there are no outputs to draw")
    ends = {"first": found[0], "last": found[-1]}
    index = choose(labels_all, max(options.measured, options.images), seed)
    shown = np.searchsorted(index, choose(labels_all, options.images, seed))
    if 2 * options.neighbours >= len(shown):
        raise InputError(
            f"tsne.neighbours is {options.neighbours}, but the map has {len(shown)} images: trustworthiness is defined "
            f"for fewer than half as many neighbours, at most {(len(shown) - 1) // 2} here"
        )
    labels = labels_all[index]
    faces = data.evaluation.images[index]
    # The last layer's outputs of the images on the large map that are not among those measured.
    large = choose(labels_all, options.large, seed) if options.large else np.array([], dtype=int)
    context.progress(0, 4, "layers")
    names = [unit.layer for unit in found]
    whole_of = sorted({unit.layer for unit in ends.values()})
    features = collect(classifier, faces, whole_of, context.scratch, names)
    filters = {end: _filter(options, features, unit.layer) for end, unit in ends.items()}
    layers = _probes(found, features, labels, options, seed)

    context.progress(1, 4, "principal components")
    products: dict[str, np.ndarray] = {}
    scores: dict[str, np.ndarray] = {}
    for end, unit in ends.items():
        for name, values in (
            (end, features.whole[unit.layer]),
            (f"{end}_filter", features.one_filter(unit.layer, filters[end])),
        ):
            products[name] = gram(values, exact=False)
            scores[name] = components(gram(values, rows=shown), DIMENSIONS)
    perplexity = feasible(options.perplexity, len(shown))
    jobs: dict[str, Callable[[], np.ndarray]] = {
        name: partial(tsne, points, perplexity) for name, points in scores.items()
    }
    # Of few images two configured perplexities may come to the same, which would give the same maps twice.
    others = dict.fromkeys(feasible(each, len(shown)) for each in options.perplexities)
    grid = list(product(others, range(options.seeds)))
    for number, (other, start) in enumerate(grid):
        jobs[f"grid_{number}"] = partial(tsne, scores["last"], other, seed + start)
    last = ends["last"].layer
    epochs = last_layer_by_epoch(inputs["model"], classifier, faces, ends["last"], features.whole[last])
    # A training ends at the model itself, whose distances and map are there already.
    earlier = {f"epoch_{each.epoch}": each.features for each in epochs if each.features is not features.whole[last]}
    nearest = {"last": neighbours(squared_distances(products["last"]), options.neighbours)}
    for name, values in earlier.items():
        nearest[name] = neighbours(squared_distances(gram(values, exact=False)), options.neighbours)
        jobs[name] = partial(tsne, components(gram(values, rows=shown), DIMENSIONS), perplexity)
    if len(large):
        whole = _large(classifier, data.evaluation.images, large, index, features.whole[last], last, context.scratch)
        large_scores = components(gram(whole, exact=False), DIMENSIONS)
        jobs = {"large": partial(tsne, large_scores, feasible(options.perplexity, len(large)), None, 500), **jobs}

    drawn = side_by_side(list(jobs.values()), lambda done: context.progress(done, len(jobs), "maps"))
    maps = dict(zip(jobs, drawn, strict=True))
    for each in epochs:
        for known in (nearest, maps):
            known.setdefault(f"epoch_{each.epoch}", known["last"])
    # Maps of the same layer are turned alike, since a map has no top and bottom.
    maps |= {
        name: aligned(points, maps["last"]) for name, points in maps.items() if name.startswith(("grid_", "epoch_"))
    }

    def space(name: str, unit: Unit, index_of_filter: int | None) -> Space:
        rows, columns, count = features.shapes[unit.layer]
        size = rows * columns * (count if index_of_filter is None else 1)
        return Space(unit.convolution, unit.layer, index_of_filter, size, products[name], scores[name], maps[name])

    def ends_of(suffix: str) -> dict[str, Space]:
        return {end: space(end + suffix, unit, filters[end] if suffix else None) for end, unit in ends.items()}

    whole_layers, one_filter = (
        {end: measured(each, labels, shown, options, seed) for end, each in ends_of(suffix).items()}
        for suffix in ("", "_filter")
    )
    k, own = options.neighbours, labels[shown]
    original = squared_distances(products["last"])[np.ix_(shown, shown)]
    results = TsneResults(
        neighbours=k,
        fewest=_fewest(labels),
        fewest_shown=_fewest(own),
        perplexity=perplexity,
        components=scores["last"].shape[1],
        # Over the whole set it would be another number: the sample holds as many of each class as there are.
        model_accuracy=float(np.mean(np.asarray(inputs["model"].arrays["logits"])[index].argmax(axis=1) == labels)),
        first=whole_layers["first"],
        last=whole_layers["last"],
        filter=FilterSpaces(one_filter["first"], one_filter["last"]),
        layers=layers,
        grid=[
            GridMap(
                other,
                seed + start,
                knn_in_map(maps[f"grid_{number}"], own, k),
                trustworthiness(original, pairwise(maps[f"grid_{number}"]), k),
            )
            for number, (other, start) in enumerate(grid)
        ],
        large=_large_result(maps["large"], labels_all[large], k) if len(large) else None,
        training=[_snapshot(each, nearest, maps, labels, shown, k, seed) for each in epochs] or None,
    )
    arrays = {f"map_{name}": points for name, points in maps.items()}
    arrays |= {"pca_first": scores["first"][:, :2], "pca_last": scores["last"][:, :2]}
    arrays |= {"shown": index[shown], "large": large}
    return Artifact(results={"tsne": msgspec.to_builtins(results)}, arrays=arrays)


def _fewest(labels: np.ndarray) -> int:
    return int(np.unique(labels, return_counts=True)[1].min())


def _filter(options: TsneOptions, features: Features, layer: str) -> int:
    count = features.shapes[layer][2]
    if options.filter is None:
        return widest_filter(features, layer)
    if options.filter >= count:
        raise InputError(f"tsne.filter is {options.filter}, but {layer} has the filters 0 to {count - 1}")
    return options.filter


def _probes(
    found: list[Unit], features: Features, labels: np.ndarray, options: TsneOptions, seed: int
) -> list[LayerProbe]:
    fold = folds(labels, seed)
    rng = np.random.default_rng(seed)
    labellings = np.array([labels, *(rng.permutation(labels) for _ in range(PROBE_SHUFFLES))])
    results = []
    for unit in found:
        pooled = features.pooled[unit.layer].astype(np.float64)
        hits, *by_chance = probe(pooled, labellings, fold)
        low, high = bootstrap_mean(hits, seed)
        null = chance([float(each.mean()) for each in by_chance])
        deviation = pooled.std(axis=0)
        standard = (pooled - pooled.mean(axis=0)) / np.where(deviation > 1e-12, deviation, 1)
        near = neighbours(pairwise(standard), options.neighbours)
        results.append(
            LayerProbe(
                convolution=unit.convolution,
                layer=unit.layer,
                filters=pooled.shape[1] // 2,
                accuracy=float(hits.mean()),
                low=low,
                high=high,
                null=null.mean,
                null_low=null.low,
                null_high=null.high,
                knn_accuracy=float(knn_hits(near, labels).mean()),
            )
        )
    return results


def _large(
    classifier: Classifier,
    images: np.ndarray,
    large: np.ndarray,
    index: np.ndarray,
    known: np.ndarray,
    layer: str,
    scratch: Path,
) -> np.ndarray:
    """Outputs of `layer` for the images `large`; of those in `index` they are `known`."""
    missing = large[~np.isin(large, index)]
    if len(missing):
        (scratch / "more").mkdir(exist_ok=True)
        more = collect(classifier, images[missing], [layer], scratch / "more").whole[layer]
    values = room((len(large), known.shape[1]), scratch / "large")
    at = np.isin(large, index)
    values[at] = known[np.searchsorted(index, large[at])]
    if len(missing):
        values[~at] = more
    return values


def _large_result(points: np.ndarray, labels: np.ndarray, k: int) -> LargeMap:
    distances = pairwise(points)
    hits = knn_hits(neighbours(distances, k), labels)
    return LargeMap(len(labels), float(hits.mean()), silhouette(np.sqrt(distances), labels))


def _snapshot(
    then: Epoch,
    nearest: Mapping[str, np.ndarray],
    maps: Mapping[str, np.ndarray],
    labels: np.ndarray,
    shown: np.ndarray,
    k: int,
    seed: int,
) -> Snapshot:
    name = f"epoch_{then.epoch}"
    hits = knn_hits(nearest[name], labels)
    low, high = bootstrap_mean(hits, seed)
    known = knn_in_map(maps[name], labels[shown], k)
    return Snapshot(then.epoch, then.convolution, float(hits.mean()), low, high, known)
