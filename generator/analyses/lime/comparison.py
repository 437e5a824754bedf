"""Which superpixels suit faces of 48x48: the segmenters compared by fidelity, stability and the model's own answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from generator.analyses.faithfulness.deletion_insertion import Probabilities, deletion_insertion
from generator.analyses.lime.explain import Explanation, FaceExplainer
from generator.analyses.lime.regions import weight_map
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import SEGMENTERS, segments_of
from generator.analyses.side_by_side import side_by_side


@dataclass(frozen=True)
class Compared:
    """One segmenter over the images.

    Attributes:
        fidelity: mean weighted R^2 on the masks of the fit.
        fidelity_fresh: mean weighted R^2 on masks that the fit has not seen, see `Explanation`.
        stability, jaccard: means of the halves' rank correlation and overlap.
        score: mean area under the insertion curve minus that under the deletion curve: whether the model follows the
            pixels that the weights name, whatever the local model's fit.
        superpixels: per image, int (n,).
    """

    fidelity: float
    fidelity_fresh: float
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

    def explained(method: str, face: np.ndarray, label: int) -> Explanation:
        one = explainer(Sampling(cap=samples, agreement=None))
        return one.explain(face, segments_of(face, method, count), classifier.quick_probabilities, [label], black)

    jobs = [
        partial(explained, method, face, label)
        for method in SEGMENTERS
        for face, label in zip(faces, labels, strict=True)
    ]
    all_made = iter(side_by_side(jobs, lambda done: progress(done, len(jobs))))
    found = {}
    for method in SEGMENTERS:
        made = list(islice(all_made, len(faces)))
        maps = np.stack([weight_map(e.weights[0], e.segments) for e in made])
        curves = deletion_insertion(classifier, faces, np.array(labels), maps)
        found[method] = Compared(
            fidelity=float(np.mean([e.fidelity[0] for e in made])),
            fidelity_fresh=float(np.mean([e.fidelity_fresh for e in made])),
            stability=float(np.mean([e.agreement for e in made])),
            jaccard=float(np.mean([e.overlap for e in made])),
            score=float((curves.insertion_areas - curves.deletion_areas).mean()),
            superpixels=np.array([e.superpixels for e in made]),
        )
    return found


def best(compared: dict[str, Compared]) -> str:
    """The segmenter with the highest mean of fidelity and stability.

    Fidelity on the masks of the fit would favour those that cut an image into many superpixels, and so into as many
    coefficients for the same samples.
    """
    return max(compared, key=lambda name: (compared[name].fidelity_fresh + compared[name].stability) / 2)
