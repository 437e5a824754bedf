"""Which superpixels suit faces of 48x48: the segmenters compared by fidelity and stability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generator.analyses.faithfulness.deletion_insertion import Probabilities, deletion_insertion
from generator.analyses.lime.explain import FaceExplainer
from generator.analyses.lime.regions import weight_map
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import SEGMENTERS, segments_of


@dataclass(frozen=True)
class Compared:
    """One segmenter over the images.

    Attributes:
        fidelity: mean weighted R^2.
        stability, jaccard: means of the halves' rank correlation and overlap.
        score: mean area under the insertion curve minus that under the deletion curve: whether the model follows the
            pixels that the weights name, whatever the local model's fit.
        superpixels: per image, int (n,).
    """

    fidelity: float
    stability: float
    jaccard: float
    score: float
    superpixels: np.ndarray


def compare_segmenters(
    faces: np.ndarray,
    labels: Sequence[int],
    classifier: Probabilities,
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
        classifier: gives probabilities.
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
            made.append(
                one.explain(face, segments_of(face, method, count), classifier.quick_probabilities, [label], black)
            )
            progress(row * len(faces) + column + 1, total)
        maps = np.stack([weight_map(e.weights[0], e.segments) for e in made])
        curves = deletion_insertion(classifier, faces, np.array(labels), maps)
        found[method] = Compared(
            fidelity=float(np.mean([e.fidelity[0] for e in made])),
            stability=float(np.mean([e.agreement for e in made])),
            jaccard=float(np.mean([e.overlap for e in made])),
            score=float((curves.insertion_areas - curves.deletion_areas).mean()),
            superpixels=np.array([e.superpixels for e in made]),
        )
    return found


def best(compared: dict[str, Compared]) -> str:
    """The segmenter with the highest mean of fidelity and stability."""
    return max(compared, key=lambda name: (compared[name].fidelity + compared[name].stability) / 2)
