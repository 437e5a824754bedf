"""Classifiers with known answers, and faces for them."""

from __future__ import annotations

import numpy as np

from generator.analyses.faithfulness.baselines import baseline_curves, kept_baselines
from generator.dataset.types import Dataset, Split
from generator.model.classifier import Classifier
from generator.pipeline.artifact import Artifact

MOUTH = np.zeros((48, 48), dtype=bool)
MOUTH[32:42, 15:33] = True
EYES = np.zeros((48, 48), dtype=bool)
EYES[16:22, 8:40] = True


def faces(count: int, seed: int = 0) -> np.ndarray:
    """Bright ovals with dark eyes and mouth, and noise."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:48, :48]
    oval = ((rows - 24) / 22) ** 2 + ((columns - 24) / 17) ** 2 < 1
    plain = np.where(oval, 170.0, 60.0)
    plain[EYES] -= 70
    plain[MOUTH] -= 60
    return np.clip(plain + rng.normal(0, 12, (count, 48, 48)), 0, 255).astype(np.uint8)


class LooksAt:
    """Two classes; the first one's logit is the texture inside a mask, and nothing else."""

    def __init__(self, mask: np.ndarray, classes: tuple[str, ...] = ("happy", "sad")) -> None:
        self.mask = mask
        self.classes = classes
        self.calls = 0
        self.images = 0
        rng = np.random.default_rng(5)
        # Contrast within the mask: hiding a piece of it behind its mean takes its contribution away.
        self.weights = np.where(mask, rng.choice([-1.0, 1.0], mask.shape), 0.0)

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        self.images += len(images)
        pixels = np.asarray(images, dtype=np.float64)
        inside = pixels[:, self.mask]
        contrast = np.abs(inside - inside.mean(axis=1, keepdims=True)).mean(axis=1) / 10 - 1
        others = [np.zeros(len(images)) for _ in self.classes[1:]]
        return np.stack([contrast, *others], axis=1)

    def quick_probabilities(self, images: np.ndarray) -> np.ndarray:
        powers = np.exp(self.logits(images))
        return powers / powers.sum(axis=1, keepdims=True)


class Additive:
    """The probability of class 0 is a known sum over superpixels that are shown."""

    def __init__(self, face: np.ndarray, segments: np.ndarray, effects: np.ndarray) -> None:
        self.face, self.segments, self.effects = np.asarray(face, dtype=np.float64), segments, effects

    def quick_probabilities(self, images: np.ndarray) -> np.ndarray:
        total = np.full(len(images), 0.1)
        for k, effect in enumerate(self.effects):
            inside = self.segments == k
            # The superpixel is shown where the picture is the face's own.
            shown = (np.abs(images[:, inside] - self.face[inside]) < 1e-3).all(axis=1)
            total += effect * shown
        return np.stack([total, 1 - total], axis=1)


def dataset(count: int = 12, classes: tuple[str, ...] = ("happy", "sad")) -> Dataset:
    """A small data set of such faces with two regions and the background."""
    images = faces(count)
    labels = np.arange(count) % len(classes)
    split = Split(images, labels, tuple(f"#{i}" for i in range(count)))
    masks = {"eyes": EYES, "mouth": MOUTH, "background": ~(EYES | MOUTH)}
    return Dataset(classes, split, split, "test", masks)


def of_saliency(classifier: Classifier, data: Dataset, images: list[int]) -> Artifact:
    """What the saliency stage leaves behind on these images."""
    shown = data.evaluation.take(np.array(images))
    curves = baseline_curves(classifier, shown.images, shown.labels, 5)
    return Artifact(facts={"tested": images}, arrays=kept_baselines(curves))
