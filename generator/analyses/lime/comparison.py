"""Which superpixels suit faces of 48x48: the segmenters compared by fidelity and stability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generator.analyses.lime.explain import FaceExplainer, Predict
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import SEGMENTERS, segments_of


@dataclass(frozen=True)
class Compared:
    """One segmenter over the images.

    Attributes:
        fidelity: mean weighted R^2.
        stability, jaccard: means of the halves' rank correlation and overlap.
        superpixels: per image, int (n,).
    """

    fidelity: float
    stability: float
    jaccard: float
    superpixels: np.ndarray


def compare_segmenters(
    faces: np.ndarray,
    labels: Sequence[int],
    predict: Predict,
    count: int,
    samples: int,
    explainer: Callable[[Sampling], FaceExplainer],
    black: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Compared]:
    """Explain the same images with every segmenter, with equally many samples.

    Args:
        faces: (n, 48, 48), 0..255.
        labels: the label explained for each.
        predict: the classifier.
        count: superpixels wanted, see `segments_of`.
        samples: per explanation.
        explainer: makes a fresh explainer for a sampling.
        black: hide in black.
        progress: told after every explanation.
    """
    found = {}
    total = len(SEGMENTERS) * len(faces)
    for row, method in enumerate(SEGMENTERS):
        made = []
        for column, (face, label) in enumerate(zip(faces, labels, strict=True)):
            one = explainer(Sampling(cap=samples, agreement=None))
            made.append(one.explain(face, segments_of(face, method, count), predict, [label], black))
            progress(row * len(faces) + column + 1, total)
        found[method] = Compared(
            fidelity=float(np.mean([e.fidelity[0] for e in made])),
            stability=float(np.mean([e.agreement for e in made])),
            jaccard=float(np.mean([e.overlap for e in made])),
            superpixels=np.array([e.superpixels for e in made]),
        )
    return found


def best(compared: dict[str, Compared]) -> str:
    """The segmenter with the highest mean of fidelity and stability."""
    return max(compared, key=lambda name: (compared[name].fidelity + compared[name].stability) / 2)
