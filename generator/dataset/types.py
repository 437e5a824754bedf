"""The data set as every later stage sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generator.pipeline.artifact import Artifact

REGIONS = ("eyes", "brows", "nose", "mouth", "cheeks", "forehead", "background")
LEAST_EVALUATION = 30
"""Evaluation images that a report takes at least: with fewer, t-SNE has no neighbours to speak of."""


@dataclass(frozen=True)
class Split:
    """Images with their labels and names.

    Attributes:
        images: uint8, shape (n, 48, 48), grey, 0 black to 255 white.
        labels: int64, shape (n,), index into the data set's classes.
        names: n short names by which a reader can find the image again (``PublicTest_10116449.jpg``, ``#307``).
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: np.ndarray) -> Split:
        """The images at `index` (integers or a boolean mask), in that order."""
        chosen = np.flatnonzero(index) if np.asarray(index).dtype == bool else np.asarray(index)
        return Split(self.images[chosen], self.labels[chosen], tuple(self.names[int(i)] for i in chosen))


@dataclass(frozen=True)
class Dataset:
    """Training and evaluation images, and what is known of their regions.

    Attributes:
        classes: lower-case English names; labels index into them.
        train: training images (may be empty when the user brings only evaluation images).
        evaluation: the images on which everything in the report is measured.
        split: what the evaluation images are: ``PrivateTest``, ``PublicTest``, ``test`` or ``held-out``.
        region_masks: region name to bool mask of shape (n_evaluation, 48, 48), or (48, 48) if the same for all.
        evidence: bool (n_evaluation, 48, 48): the pixels that carry the expression; None for photographs.
    """

    classes: tuple[str, ...]
    train: Split
    evaluation: Split
    split: str
    region_masks: dict[str, np.ndarray]
    evidence: np.ndarray | None = None

    def masks(self, region: str) -> np.ndarray:
        """Masks of `region` for all evaluation images, bool, shape (n_evaluation, 48, 48)."""
        mask = np.asarray(self.region_masks[region])
        return np.broadcast_to(mask, (len(self.evaluation), *mask.shape[-2:]))

    def with_evaluation(self, index: np.ndarray) -> Dataset:
        """The same data set with only the evaluation images at `index`."""
        keep = np.flatnonzero(index) if np.asarray(index).dtype == bool else np.asarray(index)
        masks = {name: mask[keep] if mask.ndim == 3 else mask for name, mask in self.region_masks.items()}
        evidence = None if self.evidence is None else self.evidence[keep]
        return replace(self, evaluation=self.evaluation.take(keep), region_masks=masks, evidence=evidence)


def dataset_of(artifact: Artifact) -> Dataset:
    """The data set that a dataset stage left (see `arrays_of`)."""
    facts, arrays = artifact.facts, artifact.arrays
    masks = {name: np.asarray(arrays[f"mask_{name}"]) for name in facts["regions"]}
    return Dataset(
        classes=tuple(facts["classes"]),
        train=Split(arrays["train_images"], arrays["train_labels"], tuple(facts["train_names"])),
        evaluation=Split(arrays["eval_images"], arrays["eval_labels"], tuple(facts["eval_names"])),
        split=facts["split"],
        region_masks=masks,
        evidence=arrays.get("evidence"),
    )


def arrays_of(data: Dataset) -> Artifact:
    """A data set as an artifact: the inverse of `dataset_of`, to which the stage adds its results."""
    arrays = {
        "train_images": data.train.images,
        "train_labels": data.train.labels,
        "eval_images": data.evaluation.images,
        "eval_labels": data.evaluation.labels,
        **{f"mask_{name}": mask for name, mask in data.region_masks.items()},
    }
    if data.evidence is not None:
        arrays["evidence"] = data.evidence
    facts = {
        "classes": list(data.classes),
        "split": data.split,
        "regions": list(data.region_masks),
        "train_names": list(data.train.names),
        "eval_names": list(data.evaluation.names),
    }
    return Artifact(facts=facts, arrays=arrays)
