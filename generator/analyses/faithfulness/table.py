"""The comparison of all saliency methods on one sample: what the group ``faithfulness`` is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from generator.analyses.faithfulness.baselines import baseline_curves
from generator.analyses.faithfulness.deletion_insertion import Curves, deletion_insertion
from generator.analyses.faithfulness.judge import judged
from generator.analyses.faithfulness.localisation import localisation
from generator.analyses.faithfulness.randomisation import cascade, three_layers
from generator.analyses.faithfulness.similarity import spearman, ssim
from generator.analyses.saliency.baselines import BASELINES, baseline_maps
from generator.analyses.saliency.methods import METHODS, Explainer, Maps
from generator.model.classifier import Classifier
from generator.results.faithfulness import Checkpoint, MethodFaithfulness


@dataclass(frozen=True)
class Compared:
    """All rows and what they were made of.

    Attributes:
        rows, curves: by method, baselines included.
        cascade: by method, the first image's magnitudes with the trained model and at its checkpoints,
            float32 (1 + checkpoints, 48, 48).
    """

    rows: dict[str, MethodFaithfulness]
    curves: dict[str, Curves]
    cascade: dict[str, np.ndarray]


def compare_all(
    classifier: Classifier,
    explainer: Explainer,
    faces: np.ndarray,
    targets: np.ndarray,
    maps: Mapping[str, Maps],
    followed: int,
    seed: int,
    evidence: np.ndarray | None,
    told: Callable[[str], None],
) -> Compared:
    """Run all tests of all methods and of the baselines.

    Args:
        classifier: the model.
        explainer: of that model.
        faces, targets: the images compared and their classes.
        maps: by method, of these images.
        followed: how many of them, from the beginning, go through the randomisation.
        seed: of the baselines, the random weights and the bootstrap.
        evidence: bool (n, 48, 48), or None.
        told: called with a few words before each piece of work.
    """
    importance = {name: found.importance for name, found in maps.items()}
    importance |= baseline_maps(faces, seed)
    told("deletion, insertion: baselines")
    curves = baseline_curves(classifier, faces, targets, seed)
    for name, found in maps.items():
        told(f"deletion, insertion: {name}")
        curves[name] = deletion_insertion(classifier, faces, targets, found.importance)
    told("randomisation")
    steps, pictures = _followed(classifier, explainer, faces[:followed], targets[:followed], maps, seed)
    same = np.ones(followed)
    rows = {}
    for name, these in importance.items():
        own = steps.get(name, [])
        kind = "baseline" if name in BASELINES else "method" if METHODS[name].honest else "warning"
        rows[name] = judged(
            kind,
            curves[name],
            curves,
            seed,
            # What knows no model is the same with any.
            (same, same) if kind == "baseline" else (own[-1][1], own[-1][2]) if own else None,
            [Checkpoint(layer, float(rank.mean()), float(likeness.mean())) for layer, rank, likeness in own],
            None if evidence is None else localisation(these, evidence),
        )
    return Compared(rows, curves, pictures)


def _followed(
    classifier: Classifier,
    explainer: Explainer,
    faces: np.ndarray,
    targets: np.ndarray,
    maps: Mapping[str, Maps],
    seed: int,
) -> tuple[dict[str, list[tuple[str, np.ndarray, np.ndarray]]], dict[str, np.ndarray]]:
    """By method, for each checkpoint: its layer, rank correlations and structural similarities; and `cascade`."""
    cheap = [name for name in maps if METHODS[name].one_pass or not METHODS[name].honest]
    few = three_layers(classifier)
    steps: dict[str, list[tuple[str, np.ndarray, np.ndarray]]] = {name: [] for name in maps}

    def picture(name: str, found: Maps) -> np.ndarray:
        """The first image's map; SmoothGrad's from more noisy copies, as everywhere where one map is looked at."""
        if name == "smoothgrad":
            found = explainer.maps([name], faces[:1], targets[:1], single=True)[name]
        return np.asarray(found.magnitude[0])

    pictures = {name: [picture(name, found)] for name, found in maps.items()}

    def look(layer: str) -> None:
        names = list(maps) if layer in few else cheap
        for name, found in explainer.maps(names, faces, targets).items():
            before = maps[name].magnitude[: len(faces)]
            steps[name].append((layer, spearman(before, found.magnitude), ssim(before, found.magnitude)))
            pictures[name].append(picture(name, found))

    cascade(classifier, look, seed)
    return steps, {name: np.stack(stack) for name, stack in pictures.items()}
