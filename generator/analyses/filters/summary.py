"""The numbers of the group ``filters`` from what was ascended and measured."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from generator.analyses.filters.ascent import Ascent
from generator.analyses.filters.description import (
    EDGES,
    KEEPS,
    REFERENCES,
    RESEMBLES,
    Waves,
    kinds,
    likeness_of_spectra,
    waves,
)
from generator.analyses.filters.outputs import Responses
from generator.config.schema import FiltersOptions
from generator.dataset.types import Dataset
from generator.results.filters import AscentResult, FilterResult, FiltersResults, LayerResult

if TYPE_CHECKING:
    from generator.analyses.filters.stage import Ascended

RISE = 1e-3
"""Rise of the objective below which a start has not moved, in standard deviations of the pre-activation."""


def stuck(ascents: list[Ascent], spread: np.ndarray) -> np.ndarray:
    """Filters that rose from no start of any ascent.

    Args:
        ascents: of the same filters.
        spread: standard deviation of each filter's pre-activation on real images, float (m,).

    Returns:
        bool (m,).
    """
    needed = RISE * np.where(spread > 0, spread, 1e-3)
    rise = np.concatenate([each.end - each.start for each in ascents], axis=1).max(axis=1)
    return np.asarray(rise <= needed)


def filters_results(shown: Ascended, options: FiltersOptions, data: Dataset, image: int) -> FiltersResults:
    """Numbers of the layer shown."""
    assert shown.plain is not None
    real, plain = shown.real, shown.plain
    names, likeness = kinds(real.likeness, real.dead)
    starts = (plain.activation_start, plain.activation_end)
    start, end = (plain.of_best(values) for values in starts)
    regularised_end = shown.regularised.of_best(shown.regularised.activation_end)
    percentile = real.percentile(end, shown.filters)
    regularised_percentile = real.percentile(regularised_end, shown.filters)
    pictures = shown.regularised.of_best(shown.regularised.pictures)
    kernels = shown.kernels
    each = []
    for i, name in enumerate(names):
        nearest = int(np.argmax(np.where(np.arange(len(REFERENCES)) < KEEPS.stop, abs(likeness[:, i]), likeness[:, i])))
        wave: Waves = waves(pictures[i] if kernels is None else kernels[i])
        each.append(
            FilterResult(
                index=i,
                kind=name,
                dead=bool(real.dead[i]),
                stuck=bool(shown.stuck[i]),
                start=float(start[i]),
                end=float(end[i]),
                percentile=float(percentile[i]),
                regularised_end=float(regularised_end[i]),
                regularised_percentile=float(regularised_percentile[i]),
                resembles=REFERENCES[nearest],
                resemblance=float(likeness[nearest, i]),
                image=float(likeness[0, i]),
                blur=float(likeness[1, i]),
                gradient=float(likeness[2, i]),
                edge=float(likeness[EDGES, i].max()),
                orientation=wave.orientation,
                coherence=wave.coherence,
                frequency=wave.frequency,
                flat=wave.flat,
            )
        )
    return FiltersResults(
        layer=shown.reading.name,
        count=len(names),
        images=len(real.activation),
        dead=int(real.dead.sum()),
        stuck=int(shown.stuck.sum()),
        keeps=names.count("keeps"),
        edges=names.count("edges"),
        other=names.count("other"),
        resembles=RESEMBLES,
        no_gradient=float(plain.flat_start.mean()),
        image=data.evaluation.names[image],
        image_label=data.classes[int(data.evaluation.labels[image])],
        seeds=options.seeds,
        steps=options.steps,
        ascent={
            "plain": ascent_result(plain, real, shown.filters, shown.stuck),
            "regularised": ascent_result(shown.regularised, real, shown.filters, shown.stuck),
        },
        layers={},
        filters=each,
    )


def ascent_result(climbed: Ascent, real: Responses, filters: np.ndarray, still: np.ndarray) -> AscentResult:
    """What an ascent came to, over all its filters; how alike its pictures are, over those that moved.

    Args:
        climbed: the ascent of m filters.
        real: the layer on real images.
        filters: their indices, integers (m,).
        still: which of them no start moves, bool (m,).
    """
    moved = np.flatnonzero(~still)
    start, end = climbed.of_best(climbed.activation_start), climbed.of_best(climbed.activation_end)
    same, between = stability(climbed.pictures[moved])
    return AscentResult(
        start=float(start.mean()),
        end=float(end.mean()),
        percentile=float(np.median(real.percentile(end, filters))),
        above_all=int((end > real.activation[:, filters].max(axis=0)).sum()),
        stability=same,
        stability_between=between,
    )


def stability(pictures: np.ndarray) -> tuple[float | None, float | None]:
    """How alike pictures (filters, starts, h, w) of one filter are, and of neighbouring different filters."""
    count, starts = pictures.shape[:2]
    same = [
        likeness_of_spectra(pictures[f, a], pictures[f, b])
        for f in range(count)
        for a, b in combinations(range(starts), 2)
    ]
    other = [
        likeness_of_spectra(pictures[f, 0], pictures[(f + 1) % count, starts - 1]) for f in range(count) if count > 1
    ]
    return (float(np.mean(same)) if same else None), (float(np.mean(other)) if other else None)


def compared_layer(each: Ascended) -> LayerResult:
    """Numbers of one of the layers compared."""
    result = ascent_result(each.regularised, each.real, each.filters, each.stuck)
    found = [waves(picture) for picture in each.regularised.of_best(each.regularised.pictures)]
    return LayerResult(
        layer=each.reading.name,
        count=each.reading.shape[2],
        ascended=len(each.filters),
        images=len(each.real.activation),
        dead=int(each.real.dead.sum()),
        stuck=int(each.stuck.sum()),
        percentile=result.percentile,
        stability=result.stability,
        frequency=float(np.mean([w.frequency for w in found])),
        coherence=float(np.mean([w.coherence for w in found])),
    )
