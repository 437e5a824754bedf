"""From explanations to the groups of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.analyses.lime.chance import chance
from generator.analyses.lime.comparison import Compared, best
from generator.analyses.lime.regions import region_weights
from generator.analyses.lime.shown import AtSamples, Shown
from generator.analyses.lime.whole import Explained
from generator.config.schema import LimeOptions
from generator.dataset.types import Dataset
from generator.results.lime import (
    LimeChecks,
    LimeClass,
    LimeDecisive,
    LimeExample,
    LimeRegion,
    LimeSampling,
    LimeSegmenter,
)


def class_results(found: Explained, data: Dataset, example: LimeExample | None, seed: int) -> LimeClass:
    """One class's sample.

    Args:
        found: the explanations of its images.
        data: for the regions.
        example: the image shown.
        seed: of the bootstrap and of the shufflings.
    """
    masks = {name: data.masks(name)[found.index] for name in data.region_masks}
    by_chance = chance(found.weights, found.segments, masks, seed)
    regions = {
        name: LimeRegion(
            share=r.share,
            enrichment=r.enrichment,
            low=r.low,
            high=r.high,
            null=by_chance[name].enrichment,
            null_high=by_chance[name].enrichment_high,
            decisive=r.decisive,
            decisive_null=by_chance[name].decisive,
            decisive_null_high=by_chance[name].decisive_high,
        )
        for name, r in region_weights(found.maps, masks, seed).items()
    }
    return LimeClass(
        images=len(found.index),
        fidelity=float(found.fidelity.mean()),
        fidelity_fresh=float(found.fidelity_fresh.mean()),
        stability=float(found.agreement.mean()),
        jaccard=float(found.overlap.mean()),
        superpixels=float(found.superpixels.mean()),
        samples=float(found.samples.mean()),
        region=max(regions, key=lambda name: (regions[name].decisive, regions[name].enrichment), default=None),
        regions=regions,
        example=example,
    )


def decisive_results(whole: Mapping[str, Explained], data: Dataset, seed: int) -> dict[str, LimeDecisive]:
    """How often each region is decisive, over the samples of all classes.

    Args:
        whole: the explanations.
        data: for the regions.
        seed: of the shufflings.
    """
    if not whole:
        return {}
    index = np.concatenate([found.index for found in whole.values()])
    masks = {name: data.masks(name)[index] for name in data.region_masks}
    observed = region_weights(np.concatenate([found.maps for found in whole.values()]), masks, seed)
    segments = np.concatenate([found.segments for found in whole.values()])
    by_chance = chance([own for found in whole.values() for own in found.weights], segments, masks, seed)
    return {
        name: LimeDecisive(observed[name].decisive, found.decisive, found.decisive_high)
        for name, found in by_chance.items()
    }


def example_results(shown: Shown, name: str, predicted: str, probability: float) -> LimeExample:
    """The image of a class that is shown."""
    from generator.analyses.ranks import rank_correlation

    return LimeExample(
        name=name,
        predicted=predicted,
        probability=probability,
        fidelity=float(shown.first.fidelity[0]),
        fidelity_fresh=shown.fidelity_fresh,
        superpixels=shown.first.superpixels,
        samples=shown.first.samples,
        stability=shown.stability,
        jaccard=shown.jaccard,
        other_fidelity=float(shown.other.fidelity[0]),
        other_agreement=float(rank_correlation(shown.first.weights[0], shown.other.weights[0])),
    )


def checks(
    options: LimeOptions,
    compared: Mapping[str, Compared],
    images: int,
    curve: list[AtSamples],
    examples: Mapping[str, LimeExample],
    whole: Mapping[str, Explained],
    decisive: dict[str, LimeDecisive],
) -> LimeChecks:
    """How far LIME can be trusted here."""

    def mean(name: str) -> float:
        return float(np.mean([getattr(example, name) for example in examples.values()]))

    agreements = np.concatenate([found.agreement for found in whole.values()])
    return LimeChecks(
        segmenter=options.segmenter,
        best_segmenter=best(dict(compared)),
        segmenters={
            name: LimeSegmenter(
                fidelity=c.fidelity,
                fidelity_fresh=c.fidelity_fresh,
                stability=c.stability,
                jaccard=c.jaccard,
                score=c.score,
                superpixels=float(c.superpixels.mean()),
                fewest=int(c.superpixels.min()),
                most=int(c.superpixels.max()),
            )
            for name, c in compared.items()
        },
        segmenter_images=images,
        segmenter_samples=options.class_samples,
        sampling={f"n{at.samples}": LimeSampling(**vars(at)) for at in curve},
        seeds=options.seeds,
        top=options.top,
        stability=mean("stability"),
        jaccard=mean("jaccard"),
        fidelity=mean("fidelity"),
        fidelity_fresh=mean("fidelity_fresh"),
        hidden=options.hidden,
        other_hidden="mean" if options.hidden == "black" else "black",
        other_fidelity=mean("other_fidelity"),
        other_agreement=mean("other_agreement"),
        converged=float((agreements >= options.agreement).mean()),
        agreement=options.agreement,
        first_samples=options.first_samples,
        max_samples=options.max_samples,
        class_samples=options.class_samples,
        kernel_width=options.kernel_width,
        decisive=decisive,
    )
