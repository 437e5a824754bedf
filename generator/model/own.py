"""The profile's own network, trained on the data set's training images."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from generator.config.schema import TrainingOptions
from generator.dataset.types import Dataset
from generator.errors import InputError
from generator.model.checkpoints import read_checkpoint
from generator.model.cleaning import clean, split_validation
from generator.model.preprocess import Preprocess
from generator.model.recipe import RECIPES, Recipe
from generator.model.training import Epoch, Trainer
from generator.pipeline.artifact import Progress
from generator.pipeline.context import Context

VALIDATION = 0.05
"""Part of the training images that is set aside for the learning curve."""
_SNAPSHOTS = 4


@dataclass(frozen=True)
class Own:
    """A trained network with its history.

    Attributes:
        content: the ``.keras`` file.
        snapshots: by epoch the ``.keras`` file of the network as it was then, for a few epochs of the run.
        preprocess: the recipe's value range.
        recipe: as it was run.
        epochs: the learning curve.
        teachers: those of the recipe's teachers; none where what is learnt from them was learnt before.
        images, validation, left_out, conflicting: counts of training images.
        evaluation_duplicates: bool (m,): evaluation images that stand in the training set, as they are or mirrored.
        network: the averaged network.
    """

    content: bytes
    snapshots: dict[int, bytes]
    preprocess: Preprocess
    recipe: Recipe
    epochs: list[Epoch]
    teachers: list[list[Epoch]]
    images: int
    validation: int
    left_out: int
    conflicting: int
    evaluation_duplicates: np.ndarray
    network: keras.Model


def recipe_of(options: TrainingOptions, seed: int) -> Recipe:
    """The named recipe with the configuration's changes; `epochs` makes it one cycle of that length."""
    recipe = RECIPES[options.recipe]
    changes: dict[str, Any] = {
        name: value
        for name in ("epochs", "batch_size", "learning_rate")
        if (value := getattr(options, name)) is not None
    }
    if "epochs" in changes:
        changes |= {"restarts": (), "teachers": ()}
    return replace(recipe, seed=seed, **changes)


def train_own(options: TrainingOptions, data: Dataset, context: Context) -> Own:
    """Train on the training images that stand in no evaluation split; resumes from the context's scratch folder.

    Raises:
        InputError: there are too few training images.
    """
    recipe = recipe_of(options, context.seed)
    if len(data.train) < 2 * recipe.batch_size:
        raise InputError(
            f"the data has {len(data.train)} training images; training takes at least {2 * recipe.batch_size}; "
            "give a trained model with --model"
        )
    cleaning = clean(data.train.images, data.train.labels, data.evaluation.images)
    kept = data.train.take(cleaning.keep)
    if len(kept) < 2 * recipe.batch_size:
        raise InputError(
            f"of {len(data.train)} training images {cleaning.in_evaluation} stand in the evaluation set too and "
            f"{cleaning.conflicting} are equal to others with another label, which leaves {len(kept)}; "
            f"training takes at least {2 * recipe.batch_size}"
        )
    groups = np.unique(cleaning.groups[cleaning.keep], return_inverse=True)[1]
    aside = split_validation(kept.labels, groups, VALIDATION, context.seed)
    if not aside.any():
        raise InputError("every training image is there twice, so that none can be set aside for validation")
    learn, check = kept.take(~aside), kept.take(aside)
    given = (learn.images, learn.labels, (check.images, check.labels), len(data.classes))
    asked = recipe.teachers if _asks(recipe, context.scratch) else ()
    teachers = [
        Trainer(teacher, *given).run(context.scratch / f"teacher-{number}", _of_teacher(context.progress, number))
        for number, teacher in enumerate(asked, 1)
    ]
    trainer = Trainer(recipe, *given, teachers=[teacher.network for teacher in teachers])
    wanted = moments(recipe.length)

    def keep_snapshot(now: Trainer) -> None:
        if len(now.epochs) in wanted:
            context.scratch.mkdir(parents=True, exist_ok=True)
            (context.scratch / snapshot_name(len(now.epochs))).write_bytes(saved(now.network_now()))

    trained = trainer.run(context.scratch, context.progress, after_epoch=keep_snapshot)
    there = {int(file.stem[6:]): file for file in context.scratch.glob("epoch-*.keras")}
    return Own(
        content=saved(trained.network),
        snapshots={epoch: there[epoch].read_bytes() for epoch in spread_out(there, recipe.length)},
        preprocess=Preprocess(48, 48, 1, low=recipe.low, high=recipe.high),
        recipe=recipe,
        epochs=trained.epochs,
        teachers=[teacher.epochs for teacher in teachers],
        images=len(learn),
        validation=len(check),
        left_out=cleaning.in_evaluation,
        conflicting=cleaning.conflicting,
        evaluation_duplicates=cleaning.evaluation_duplicates,
        network=trained.network,
    )


def _asks(recipe: Recipe, folder: Path) -> bool:
    """Whether a cycle that is not yet done learns from the recipe's teachers."""
    state = read_checkpoint(folder)
    done, end = 0 if state is None else len(state.epochs), 0
    for cycle in recipe.cycles:
        end += cycle.epochs
        if end > done and cycle.matched and not cycle.selves:
            return True
    return False


def _of_teacher(progress: Progress, number: int) -> Progress:
    return lambda done, total, what="": progress(done, total, f"teacher {number}: {what}")


def moments(length: int) -> list[int]:
    """Epochs, from 1, after which a run of that length keeps its network: the first, every quarter's last."""
    return sorted({1, *(max(1, round(length * part / _SNAPSHOTS)) for part in range(1, _SNAPSHOTS + 1))})


def spread_out(kept: Collection[int], length: int) -> list[int]:
    """Of the epochs that were kept those nearest to `moments`; a run that was made longer has kept others."""
    return (
        sorted({min(sorted(kept), key=lambda epoch: abs(epoch - moment)) for moment in moments(length)}) if kept else []
    )


def snapshot_name(epoch: int) -> str:
    """File in which a run keeps its network after an epoch."""
    return f"epoch-{epoch:03d}.keras"


def saved(network: keras.Model) -> bytes:
    """A network as the bytes of a ``.keras`` file, the same bytes for the same weights."""
    import zipfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        network.save(path)
        buffer = io.BytesIO()
        # Keras writes the time of day into the archive; written anew without it.
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for name in sorted(old.namelist()):
                content = old.read(name)
                if name == "metadata.json":
                    content = b'{"keras_version": "%s"}' % keras.__version__.encode()
                new.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
