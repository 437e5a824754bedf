"""From explanations to the groups of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.analyses.lime.comparison import Compared, best
from generator.analyses.lime.regions import region_weights
from generator.analyses.lime.shown import AtSamples, Shown
from generator.analyses.lime.whole import Explained
from generator.config.schema import LimeOptions
from generator.dataset.types import Dataset
from generator.results.lime import LimeChecks, LimeClass, LimeExample, LimeRegion, LimeSampling, LimeSegmenter


def class_results(found: Explained, data: Dataset, example: LimeExample | None, seed: int) -> LimeClass:
    """One class's sample.

    Args:
        found: the explanations of its images.
        data: for the regions.
        example: the image shown.
        seed: of the bootstrap.
    """
    masks = {name: data.masks(name)[found.index] for name in data.region_masks}
    regions = {
        name: LimeRegion(r.share, r.enrichment, r.low, r.high, r.decisive)
        for name, r in region_weights(found.maps, masks, seed).items()
    }
    return LimeClass(
        images=len(found.index),
        fidelity=float(found.fidelity.mean()),
        stability=float(found.agreement.mean()),
        jaccard=float(found.overlap.mean()),
        superpixels=float(found.superpixels.mean()),
        samples=float(found.samples.mean()),
        region=max(regions, key=lambda name: (regions[name].decisive, regions[name].enrichment), default=None),
        regions=regions,
        example=example,
    )


def example_results(shown: Shown, name: str, predicted: str, probability: float) -> LimeExample:
    """The image of a class that is shown."""
    from generator.analyses.ranks import rank_correlation

    return LimeExample(
        name=name,
        predicted=predicted,
        probability=probability,
        fidelity=float(shown.first.fidelity[0]),
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
        hidden=options.hidden,
        other_hidden="mean" if options.hidden == "black" else "black",
        other_fidelity=mean("other_fidelity"),
        other_agreement=mean("other_agreement"),
        converged=float((agreements >= options.agreement).mean()),
        agreement=options.agreement,
        max_samples=options.max_samples,
        class_samples=options.class_samples,
        kernel_width=options.kernel_width,
    )
