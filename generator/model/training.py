"""Training: seeded, compiled, resumable at any step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from generator.model.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from generator.model.growth import first_faces, grow
from generator.model.network import NETWORKS
from generator.model.past import Past
from generator.model.recipe import Cycle, Recipe
from generator.model.statistics import measure_statistics
from generator.model.teacher import Teacher
from generator.model.update import Update, every_gpu
from generator.pipeline.artifact import Progress, silent

_EVALUATE = 256


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave.

    Attributes:
        epoch: from 1.
        size: of the views.
        loss, accuracy: over the epoch's own random views, training weights.
        validation_loss, validation_accuracy: averaged weights, one view per image; none where those images are learnt
            from.
        seconds: of training.
    """

    epoch: int
    size: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass
class Trained:
    """The end of a run: the averaged network and its learning curve."""

    network: keras.Model
    epochs: list[Epoch] = field(default_factory=list)


class Trainer:
    """A training run.

    Args:
        recipe: how.
        images: uint8 (n, 48, 48).
        labels: int (n,).
        validation: images and labels for the learning curve; trained on only where the recipe refits.
        classes: number of classes.
        strategy: what it runs on; none: every GPU that TensorFlow sees, else the CPU.
        teachers: the networks that the recipe's teachers gave.
    """

    def __init__(
        self,
        recipe: Recipe,
        images: np.ndarray,
        labels: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray],
        classes: int,
        strategy: tf.distribute.Strategy | None = None,
        teachers: Sequence[keras.Model] = (),
    ) -> None:
        self.recipe = recipe
        self.images = images
        self.validation = validation
        self.classes = classes
        self.count = len(labels)
        self.steps = max(1, self.count // recipe.batch_size)
        self._all = np.concatenate([images, validation[0]])
        all_labels = np.concatenate([labels, validation[1]])
        self._made_of = (self._all, all_labels, classes, strategy or every_gpu(), teachers)
        self.step = 0
        self.epochs: list[Epoch] = []
        self._sums = np.zeros(3)
        self._teacher = Teacher()
        self._take_shape(recipe.network)

    def _take_shape(self, shape: str) -> None:
        """Make the step anew for a network of another shape."""
        keras.utils.set_random_seed(self.recipe.seed)
        self.shape = shape
        self.update = Update(self.recipe, shape, *self._made_of)
        self.network, self.average = self.update.network, self.update.average
        self._logits = compiled_logits(self.average, self.recipe)

    def run(
        self,
        folder: Path | None = None,
        progress: Progress = silent,
        every: int = 100,
        after_epoch: Callable[[Trainer], None] | None = None,
    ) -> Trained:
        """Train from where the folder's checkpoint stands to the end of the schedule.

        Args:
            folder: of the checkpoint; None keeps none.
            progress: told after every step.
            every: steps between checkpoints.
            after_epoch: called when an epoch's validation is known, for snapshots.
        """
        if folder is not None:
            self._resume(folder)
        past = Past(self.recipe, folder)
        asked: Cycle | None = None
        total = self.steps * self.recipe.length
        while self.step < total:
            epoch, at = divmod(self.step, self.steps)
            cycle, begin = self.recipe.cycle(epoch)
            if self.step == begin * self.steps:
                self._begin(cycle)
            if cycle != asked:  # also where a killed run goes on
                asked = cycle
                self.update.ask({end: past.weights(end) for end in cycle.selves})
            count = self.count + (len(self.validation[1]) if self.recipe.refits(epoch) else 0)
            order = np.random.default_rng([self.recipe.seed, epoch]).permutation(count)
            begun = time.monotonic()
            for index in range(at, self.steps):
                self._one(order[index * self.recipe.batch_size :][: self.recipe.batch_size], epoch)
                progress(self.step, total, f"epoch {epoch + 1}/{self.recipe.length}")
                if folder is not None and self.step % every == 0 and self.step % self.steps:
                    self._sums[2] += time.monotonic() - begun
                    begun = time.monotonic()
                    self._save(folder)
            self._sums[2] += time.monotonic() - begun
            self._end_epoch(epoch)
            past.keep(epoch + 1, self.average.get_weights())
            # Before the checkpoint: a run killed in between ends this epoch once more, and leaves nothing out.
            if after_epoch is not None:
                after_epoch(self)
            if folder is not None:
                self._save(folder)
        return Trained(self._finished(), list(self.epochs))

    def _finished(self) -> keras.Model:
        network = self.network_now()
        if self.recipe.clean_statistics:
            learnt = self._all if self.recipe.refits(self.recipe.length - 1) else self.images
            measure_statistics(network, learnt, self.recipe)
        return network

    def _begin(self, cycle: Cycle) -> None:
        if cycle.grown and cycle.grown != self.shape:
            small = self.average
            self._take_shape(cycle.grown)
            grow(small, self.average, first_faces(self.images, self.recipe))
            self.network.set_weights(self.average.get_weights())
        if cycle.teacher:
            self._teacher.learn(self._logits, self.images)
        if cycle.matched and not cycle.selves:
            self.update.before.set_weights(self.average.get_weights())

    def _one(self, index: np.ndarray, epoch: int) -> None:
        cycle, _ = self.recipe.cycle(epoch)
        self._sums[:2] += self.update(
            self.update.kind(self.step, self.steps),
            index,
            self._teacher.targets(index, cycle.teacher, self.classes),
            self.step,
            self.recipe.rate(self.step + 0.5, self.steps),
        )
        self.step += 1

    def _end_epoch(self, epoch: int) -> None:
        means = self._sums[:2] / self.steps
        loss, accuracy = (None, None) if self.recipe.refits(epoch) else self._validated()
        self.epochs.append(
            Epoch(
                epoch=epoch + 1,
                size=self.recipe.size(epoch),
                loss=float(means[0]),
                accuracy=float(means[1]),
                validation_loss=loss,
                validation_accuracy=accuracy,
                seconds=round(float(self._sums[2]), 1),
            )
        )
        self._sums = np.zeros(3)

    def _validated(self) -> tuple[float, float]:
        images, labels = self.validation
        logits = self._logits(images)
        return cross_entropy(logits, labels), float((logits.argmax(axis=1) == labels).mean())

    def network_now(self) -> keras.Model:
        """The averaged weights in a network of fixed size, as it is shipped."""
        network = NETWORKS[self.shape](self.classes)
        network.set_weights(self.average.get_weights())
        return network

    def _save(self, folder: Path) -> None:
        state = Checkpoint(
            step=self.step,
            sums=self._sums.tolist(),
            epochs=[vars(epoch) for epoch in self.epochs],
            network=[np.asarray(v.value) for v in self.network.variables],
            average=[np.asarray(v.value) for v in self.average.variables],
            velocity=[np.asarray(v) for v in self.update.velocity],
            taught=self._teacher.state(),
            before=self.update.before.get_weights() if self._matched() else [],
        )
        write_checkpoint(folder, state)

    def _matched(self) -> bool:
        cycle, _ = self.recipe.cycle(self.step // self.steps)
        return bool(cycle.matched) and not cycle.selves

    def _resume(self, folder: Path) -> None:
        state = read_checkpoint(folder)
        if state is None:
            return
        shape = self.recipe.shape(math.ceil(state.step / self.steps))
        if shape != self.shape:
            self._take_shape(shape)
        for variables, values in (
            (self.network.variables, state.network),
            (self.average.variables, state.average),
            (self.update.velocity, state.velocity),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        if state.before:
            self.update.before.set_weights(state.before)
        self._teacher = Teacher.of(state.taught)
        self.step = state.step
        self._sums = np.array(state.sums)
        self.epochs = [Epoch(**epoch) for epoch in state.epochs]


def compiled_logits(network: keras.Model, recipe: Recipe) -> Callable[[np.ndarray], np.ndarray]:
    """A compiled function from faces, uint8 (n, 48, 48), to logits (n, classes), one view per image at full size."""

    def logits_of(batch: tf.Tensor) -> tf.Tensor:
        inputs = recipe.scaled(tf.cast(batch, tf.float32) / 255.0)
        return network(inputs[..., None], training=False)

    step = tf.function(logits_of, reduce_retracing=True)

    def run(images: np.ndarray) -> np.ndarray:
        parts = [step(tf.constant(images[i : i + _EVALUATE])).numpy() for i in range(0, len(images), _EVALUATE)]
        return np.concatenate(parts)

    return run


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of logits (n, classes) against labels (n,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -float(log_softmax[np.arange(len(labels)), labels].mean())
