"""The examples: one image per class, explained with several seeds and both hidden colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.analyses.lime.explain import Explanation, FaceExplainer, Predict
from generator.analyses.lime.local import LocalModel
from generator.analyses.lime.sampling import Sampling, block_size
from generator.analyses.lime.stability import over_seeds
from generator.analyses.ranks import rank_correlation


@dataclass(frozen=True)
class Shown:
    """One example.

    Attributes:
        first: the explanation shown; its labels are all classes, the target first.
        other: the target explained with the other hidden colour: black, or the mean if the configuration says black.
        stability, jaccard: over the seeds.
        fidelity_fresh: weighted R^2 of every seed's fit on the masks of the other seeds, averaged.
        runs: per seed masks and outputs, for `sampling_curve`.
    """

    first: Explanation
    other: Explanation
    stability: float
    jaccard: float
    fidelity_fresh: float
    runs: tuple[tuple[np.ndarray, np.ndarray], ...]


def explain_example(
    face: np.ndarray,
    segments: np.ndarray,
    predict: Predict,
    labels: list[int],
    sampling: Sampling,
    kernel_width: float,
    seed: int,
    seeds: int,
    top: int,
    black: bool = False,
) -> Shown:
    """Explain one face for all classes, with `seeds` seeds, and once more with the other hidden colour.

    Args:
        face: (48, 48), 0..255.
        segments: its superpixels.
        predict: the classifier.
        labels: all classes, the one whose stability is measured first.
        sampling: decides the number of samples with the first seed; the other seeds draw as many.
        kernel_width: see `FaceExplainer`.
        seed: the first seed; the others follow it.
        seeds: at least 2.
        top: superpixels compared by the Jaccard index.
        black: hide superpixels in black, and once more in their mean; otherwise the other way round.
    """
    first = FaceExplainer(sampling, kernel_width, seed, top).explain(face, segments, predict, labels, black)
    same = replace(sampling, cap=first.samples, agreement=None)
    others = [
        FaceExplainer(same, kernel_width, seed + step, top).explain(face, segments, predict, labels[:1], black)
        for step in range(1, seeds)
    ]
    other = FaceExplainer(same, kernel_width, seed, top).explain(face, segments, predict, labels[:1], not black)
    stability, jaccard = over_seeds([run.weights[0] for run in (first, *others)], top)
    runs = tuple((run.data, run.outputs) for run in (first, *others))
    fitter = FaceExplainer(same, kernel_width, seed, top)
    models = [fitter.fit(data.astype(np.int64), outputs, labels[0]) for data, outputs in runs]
    fresh = fresh_over_seeds(fitter, models, runs, labels[0])
    return Shown(first, other, stability, jaccard, fresh, runs)


def fresh_over_seeds(
    fitter: FaceExplainer, models: Sequence[LocalModel], runs: Sequence[tuple[np.ndarray, np.ndarray]], label: int
) -> float:
    """Mean weighted R^2 of every seed's model on the masks of every other seed.

    Args:
        fitter: knows the kernel.
        models, runs: per seed; masks (n, k) and outputs (n, classes).
        label: the one explained.
    """
    # The first mask shows the whole image in all of them, and is new to none.
    return float(
        np.mean(
            [
                fitter.fresh(model, data[1:], outputs[1:], label)
                for own, model in enumerate(models)
                for other, (data, outputs) in enumerate(runs)
                if own != other
            ]
        )
    )


@dataclass(frozen=True)
class AtSamples:
    """What a number of samples gives, averaged over examples (and over pairs of seeds).

    Attributes:
        samples: per explanation.
        images: examples that drew as many.
        stability: rank correlation between seeds.
        jaccard: of the top superpixels between seeds.
        agreement: rank correlation between the halves of one run.
        fidelity: weighted R^2 on the masks of the fit.
        fidelity_fresh: that on the masks of the other seeds.
    """

    samples: int
    images: int
    stability: float
    jaccard: float
    agreement: float
    fidelity: float
    fidelity_fresh: float


def sampling_curve(
    shown: list[Shown], targets: list[int], sizes: list[int], kernel_width: float, top: int
) -> list[AtSamples]:
    """How stability and fidelity change with the number of samples; refits what was drawn, classifies nothing.

    Args:
        shown: examples; those with fewer samples than a size are left out of that size.
        targets: the label of each.
        sizes: numbers of samples, ascending.
        kernel_width, top: as in the explanations.
    """
    fitter = FaceExplainer(Sampling(), kernel_width, 0, top)
    found = []
    for size in sizes:
        rows = []
        for example, target in zip(shown, targets, strict=True):
            if example.first.samples < size:
                continue
            runs = [(data[:size].astype(np.int64), outputs[:size]) for data, outputs in example.runs]
            models = [fitter.fit(*run, target) for run in runs]
            stability, jaccard = over_seeds([model.weights for model in models], top)
            both = [fitter.fits_of_halves(*run, target) for run in runs]
            agreement = float(np.mean([rank_correlation(first.weights, second.weights) for first, second in both]))
            fidelity = float(np.mean([model.score for model in models]))
            rows.append((stability, jaccard, agreement, fidelity, fresh_over_seeds(fitter, models, runs, target)))
        if rows:
            found.append(AtSamples(size, len(rows), *(float(value) for value in np.mean(rows, axis=0))))
    return found


def curve_sizes(most: int, superpixels: int) -> list[int]:
    """Numbers of samples for `sampling_curve`, each twice the one before, up to `most`.

    Fewer masks than a balanced block do not tell all superpixels apart, and say nothing of LIME.

    Args:
        most: the cap.
        superpixels: of the image that has most.
    """
    sizes = [most]
    while sizes[0] // 2 >= block_size(superpixels):
        sizes.insert(0, sizes[0] // 2)
    return sizes
