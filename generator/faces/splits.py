"""The data set of the default report: drawn faces, evaluated on persons never trained on."""

from __future__ import annotations

from generator.dataset.types import Dataset, Split
from generator.faces.draw import draw_faces
from generator.faces.units import CLASSES
from generator.pipeline.artifact import Progress, silent

TRAIN_START = 7_000_000
"""Number of the first training image; evaluation images count from 0, so no person is in both."""


def drawn_dataset(train: int, evaluation: int, seed: int, progress: Progress = silent) -> Dataset:
    """Draw a data set.

    Args:
        train: number of training images.
        evaluation: number of evaluation images (at most `TRAIN_START`); ``#307`` is image 307 of the seed.
        seed: 0 or more.
        progress: told how many of all images are drawn.
    """
    total = train + evaluation
    test = draw_faces(evaluation, seed, truth=True, progress=lambda done, _, what="": progress(done, total, what))
    learn = draw_faces(
        train,
        seed,
        start=TRAIN_START,
        progress=lambda done, _, what="": progress(evaluation + done, total, what),
    )
    return Dataset(
        classes=CLASSES,
        train=Split(learn.images, learn.labels, tuple(f"#{TRAIN_START + i}" for i in range(train))),
        evaluation=Split(test.images, test.labels, tuple(f"#{i}" for i in range(evaluation))),
        split="held-out",
        region_masks=test.region_masks,
        evidence=test.evidence,
    )
