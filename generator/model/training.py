"""Training: seeded, compiled, resumable at any step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from generator.model.augment import Augmentation, augmented
from generator.model.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from generator.model.devices import gpus
from generator.model.network import NETWORKS
from generator.model.recipe import Recipe
from generator.pipeline.artifact import Progress, silent

_EVALUATE = 256


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave.

    Attributes:
        epoch: from 1.
        size: of the views.
        loss, accuracy: over the epoch's own random views, training weights.
        validation_loss, validation_accuracy: averaged weights, one view per image.
        seconds: of training.
    """

    epoch: int
    size: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
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
        validation: images and labels for the learning curve; never trained on.
        classes: number of classes.
        strategy: what it runs on; none: every GPU that TensorFlow sees, else the CPU.
    """

    def __init__(
        self,
        recipe: Recipe,
        images: np.ndarray,
        labels: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray],
        classes: int,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        keras.utils.set_random_seed(recipe.seed)
        self.recipe = recipe
        self.images = tf.constant(images[..., None])
        self.labels = tf.constant(labels.astype(np.int32))
        self.validation = validation
        self.classes = classes
        self.count = len(labels)
        self.steps = max(1, self.count // recipe.batch_size)
        self.strategy = strategy or every_gpu()
        with self.strategy.scope():
            self.network = NETWORKS[recipe.network](classes, size=None)
            self.average = NETWORKS[recipe.network](classes, size=None)
            self.average.set_weights(self.network.get_weights())
            self.velocity = [tf.Variable(tf.zeros(v.shape)) for v in self.network.trainable_variables]
        self.step = 0
        self.epochs: list[Epoch] = []
        self._sums = np.zeros(3)
        self._logits = compiled_logits(self.average, recipe)
        self._compiled: dict[tuple[int, Augmentation], Callable[..., tf.Tensor]] = {}

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
        total = self.steps * self.recipe.length
        while self.step < total:
            epoch, at = divmod(self.step, self.steps)
            order = np.random.default_rng([self.recipe.seed, epoch]).permutation(self.count)
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
            if folder is not None:
                self._save(folder)
            if after_epoch is not None:
                after_epoch(self)
        return Trained(self.network_now(), list(self.epochs))

    def _one(self, index: np.ndarray, epoch: int) -> None:
        views = self.recipe.size(epoch), self.recipe.views(epoch)
        if views not in self._compiled:
            self._compiled[views] = tf.function(lambda *arguments: self._everywhere(views, *arguments))
        rate = self.recipe.rate(self.step + 0.5, self.steps)
        # The average follows quickly at first, so that early epochs are not judged by initial weights.
        decay = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        measured = self._compiled[views](
            tf.constant(index.astype(np.int32)),
            tf.constant([self.recipe.seed % 2**31, self.step], tf.int32),
            tf.constant(rate, tf.float32),
            tf.constant(decay, tf.float32),
        )
        self._sums[:2] += measured.numpy()
        self.step += 1

    def _everywhere(self, views: tuple[int, Augmentation], *arguments: tf.Tensor) -> tf.Tensor:
        measured = self.strategy.run(self._update, (*views, *arguments))
        return self.strategy.reduce(tf.distribute.ReduceOp.MEAN, measured, axis=None)

    def _update(
        self,
        size: int,
        augmentation: Augmentation,
        index: tf.Tensor,
        seed: tf.Tensor,
        rate: tf.Tensor,
        decay: tf.Tensor,
    ) -> tf.Tensor:
        recipe = self.recipe
        replica, replicas = tf.distribute.get_replica_context(), self.strategy.num_replicas_in_sync
        if replicas > 1:
            # Every device takes its share of the batch; all then make the same step.
            index = index[replica.replica_id_in_sync_group :: replicas]
            seed = tf.random.experimental.stateless_fold_in(seed, replica.replica_id_in_sync_group)
        faces = tf.cast(tf.gather(self.images, index), tf.float32) / 255.0
        views = augmented(faces, size, augmentation, seed) * (recipe.high - recipe.low) + recipe.low
        labels = tf.gather(self.labels, index)
        smooth = tf.one_hot(labels, self.classes) * (1 - recipe.label_smoothing)
        smooth += recipe.label_smoothing / self.classes
        with tf.GradientTape() as tape:
            logits = self.network(views, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(smooth, logits))
        variables = self.network.trainable_variables
        gradients = tape.gradient(loss, variables)
        if replicas > 1:
            gradients = replica.all_reduce(tf.distribute.ReduceOp.MEAN, gradients)
        for variable, gradient, velocity in zip(variables, gradients, self.velocity, strict=True):
            if variable.path.endswith("kernel"):
                gradient += recipe.weight_decay * variable.value  # noqa: PLW2901
            velocity.assign(recipe.momentum * velocity + gradient)
            variable.assign_sub(rate * (gradient + recipe.momentum * velocity))
        for kept, now in zip(self.average.variables, self.network.variables, strict=True):
            if kept.dtype.startswith("float"):
                kept.assign_add((1 - decay) * (now.value - kept.value))
        hits = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1, tf.int32), labels), tf.float32))
        return tf.stack([loss, hits])

    def _end_epoch(self, epoch: int) -> None:
        images, labels = self.validation
        logits = self._logits(images)
        means = self._sums[:2] / self.steps
        self.epochs.append(
            Epoch(
                epoch=epoch + 1,
                size=self.recipe.size(epoch),
                loss=float(means[0]),
                accuracy=float(means[1]),
                validation_loss=cross_entropy(logits, labels),
                validation_accuracy=float((logits.argmax(axis=1) == labels).mean()),
                seconds=round(float(self._sums[2]), 1),
            )
        )
        self._sums = np.zeros(3)

    def network_now(self) -> keras.Model:
        """The averaged weights in a network of fixed size, as it is shipped."""
        network = NETWORKS[self.recipe.network](self.classes)
        network.set_weights(self.average.get_weights())
        return network

    def _save(self, folder: Path) -> None:
        state = Checkpoint(
            step=self.step,
            sums=self._sums.tolist(),
            epochs=[vars(epoch) for epoch in self.epochs],
            network=[np.asarray(v.value) for v in self.network.variables],
            average=[np.asarray(v.value) for v in self.average.variables],
            velocity=[np.asarray(v) for v in self.velocity],
        )
        write_checkpoint(folder, state)

    def _resume(self, folder: Path) -> None:
        state = read_checkpoint(folder)
        if state is None:
            return
        for variables, values in (
            (self.network.variables, state.network),
            (self.average.variables, state.average),
            (self.velocity, state.velocity),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        self.step = state.step
        self._sums = np.array(state.sums)
        self.epochs = [Epoch(**epoch) for epoch in state.epochs]


def every_gpu() -> tf.distribute.Strategy:
    """All GPUs that TensorFlow sees, side by side; with one or none, TensorFlow's own choice."""
    devices = gpus()
    return tf.distribute.MirroredStrategy(devices) if len(devices) > 1 else tf.distribute.get_strategy()


def compiled_logits(network: keras.Model, recipe: Recipe) -> Callable[[np.ndarray], np.ndarray]:
    """A compiled function from faces, uint8 (n, 48, 48), to logits (n, classes), one view per image at full size."""

    def logits_of(batch: tf.Tensor) -> tf.Tensor:
        inputs = tf.cast(batch, tf.float32) / 255.0 * (recipe.high - recipe.low) + recipe.low
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
