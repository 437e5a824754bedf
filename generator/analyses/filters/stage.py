"""The stage ``filters``: gradient ascent and outputs for every filter of a layer, two other layers beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from generator.analyses.filters import ascent as climbing
from generator.analyses.filters.ascent import Ascent, Regularisation
from generator.analyses.filters.layers import (
    Reading,
    check_layer,
    chosen_layers,
    first_kernels,
    layers_of,
    reading,
    units,
)
from generator.analyses.filters.outputs import Responses, outputs_for, responses, top_images
from generator.analyses.filters.summary import compared_layer, filters_results, stuck
from generator.config.schema import FiltersOptions
from generator.dataset.types import Dataset
from generator.errors import InputError, nearest
from generator.model.classifier import Classifier
from generator.model.stage import opened
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

NUMBER = 307
"""The original report's image."""
SAMPLE = 512
"""Evaluation images on which the other layers are measured."""
STARTS = 2
"""Starts per filter of the other layers."""
DEPTHS = ("shallow", "middle", "deep")


@dataclass(frozen=True)
class Ascended:
    """One layer: which filters were ascended, and how that and real images activate them."""

    reading: Reading
    filters: np.ndarray
    real: Responses
    plain: Ascent | None
    regularised: Ascent
    kernels: np.ndarray | None = None
    """Kernels (f, rows, columns) where they work on the picture itself, that is in the first convolution."""

    @property
    def stuck(self) -> np.ndarray:
        """Of the ascended filters, those that no start moves: bool (m,)."""
        both = [self.regularised] if self.plain is None else [self.plain, self.regularised]
        return stuck(both, self.real.spread[self.filters])


def run(options: FiltersOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Ascend, measure on real images, describe.

    Leaves in ``facts``: ``image`` (place of the image shown), ``depths`` (of the layers compared, in the order in which
    they run), ``shown`` (which of these is the layer shown in full). In ``arrays``, by filter of the layer shown:
    ``plain`` (pictures), ``outputs``, ``top`` (places of images); for each depth ``regularised_<depth>`` (pictures),
    ``filters_<depth>`` (their numbers), ``stuck_<depth>``, ``dead_<depth>``.

    Raises:
        InputError: the configured layer or image does not exist.
    """
    classifier, data = opened(inputs)
    layers = layers_of(classifier)
    found = units(classifier, layers)
    if options.layer is not None:
        check_layer(layers, options.layer)
    if not found:
        raise InputError("the model has no convolution layer, so there are no filters to look at")
    chosen = chosen_image(data, options.image)
    readings = {unit.layer: reading(classifier, layers, unit.layer) for unit in found}
    counts = {name: each.shape[2] for name, each in readings.items()}
    in_full = options.layer or found[0].layer
    if in_full not in readings:
        readings[in_full] = reading(classifier, layers, in_full)
    names = chosen_layers(found, in_full, counts, len(data.classes), layers)
    everything = np.arange(len(data.evaluation))
    sample = np.sort(np.random.default_rng(context.seed).permutation(everything)[:SAMPLE])
    ascended: dict[str, Ascended] = {}
    depths = dict(zip(names, _depths(len(names)), strict=True))
    for at, (name, depth) in enumerate(depths.items()):
        context.progress(at, len(names), name)
        index = everything if name == in_full else sample
        ascended[depth] = _ascended(classifier, data, readings[name], index, options, name == in_full, context)
    context.progress(len(names), len(names))
    shown = replace(ascended[depths[in_full]], kernels=first_kernels(layers, found, in_full))
    outputs = outputs_for(shown.reading, classifier.prepare(data.evaluation.images[[chosen]]))[0]
    results = filters_results(shown, options, data, chosen)
    results.layers.update({depth: compared_layer(each) for depth, each in ascended.items()})
    arrays = {
        "outputs": np.moveaxis(outputs, 2, 0).astype(np.float32),
        "top": top_images(shown.real.activation, options.top_images),
        "plain": _bytes(_plain(shown)),
        **{f"regularised_{depth}": _bytes(each.regularised) for depth, each in ascended.items()},
        **{f"filters_{depth}": each.filters for depth, each in ascended.items()},
        **{f"stuck_{depth}": each.stuck for depth, each in ascended.items()},
        **{f"dead_{depth}": each.real.dead[each.filters] for depth, each in ascended.items()},
    }
    facts = {"image": chosen, "depths": list(ascended), "shown": depths[in_full]}
    return Artifact(results={"filters": msgspec.to_builtins(results)}, facts=facts, arrays=arrays)


def chosen_image(data: Dataset, name: str | None) -> int:
    """Index of the evaluation image whose filter outputs are shown.

    Raises:
        InputError: there is no image of that name.
    """
    if name is None:
        return NUMBER % len(data.evaluation)
    if name not in data.evaluation.names:
        raise InputError(f"filters.image: there is no evaluation image '{name}'{nearest(name, data.evaluation.names)}")
    return data.evaluation.names.index(name)


def _depths(count: int) -> tuple[str, ...]:
    return DEPTHS if count == 3 else ("shallow", "deep")[:count]


def _ascended(
    classifier: Classifier,
    data: Dataset,
    layer: Reading,
    index: np.ndarray,
    options: FiltersOptions,
    in_full: bool,
    context: Context,
) -> Ascended:
    images = data.evaluation.images
    real = responses(layer, classifier.preprocess, lambda some: classifier.prepare(images[index[some]]), len(index))
    count = layer.shape[2]
    filters = np.arange(count) if in_full else _spread(count, options.compared)
    starts = options.seeds if in_full else STARTS
    common = (layer, classifier.preprocess, filters, starts, options.steps)
    how = Regularisation(options.jitter, options.total_variation, options.l2)
    return Ascended(
        layer,
        filters,
        real,
        climbing.plain(*common, context.seed) if in_full else None,
        climbing.regularised(*common, context.seed, real.spread[filters], how),
    )


def _spread(count: int, wanted: int) -> np.ndarray:
    """`wanted` of the filters 0 to count - 1, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(wanted, count)).round().astype(int))


def _plain(each: Ascended) -> Ascent:
    assert each.plain is not None
    return each.plain


def _bytes(climbed: Ascent) -> np.ndarray:
    return np.asarray(np.rint(255 * climbed.of_best(climbed.pictures)), dtype=np.uint8)
