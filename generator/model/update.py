"""One step of training: random views, loss, gradients, momentum, average; compiled, on every GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from generator.model.augment import Augmentation, augmented, mixed
from generator.model.devices import gpus
from generator.model.fused import Statistics, remember, training_dtype, training_logits
from generator.model.narrow import narrow_logits
from generator.model.network import NETWORKS
from generator.model.recipe import Recipe


@dataclass(frozen=True)
class Kind:
    """What distinguishes one kind of step from another.

    Attributes:
        size: of the random views.
        views: how far they may differ from the faces.
        sharpness, matched, mixup: the cycle's.
        teacher: if `matched`, which of the teachers is asked: its number, or the epoch of a former self.
        selves: whether the run's own former selves are asked.
        mirrored: the cycle's.
    """

    size: int
    views: Augmentation
    sharpness: float = 0.0
    matched: float = 0.0
    mixup: float = 0.0
    teacher: int = 0
    selves: bool = False
    mirrored: bool = False


class Update:
    """The step, with everything that it changes.

    Args:
        recipe: how.
        shape: name of the network that is trained.
        images: uint8 (n, 48, 48).
        labels: int (n,).
        classes: number of classes.
        strategy: what it runs on.
        teachers: networks that are learnt from besides the run's own.

    Attributes:
        network: as trained.
        average: the exponential moving average of its weights.
        velocity: of the momentum, one per trainable variable.
        before: the average as it was when a cycle began that learns from it; the first of the teachers.
        selves: by epoch the networks for the average as it was then, of the epochs that `ask` was told.
    """

    def __init__(
        self,
        recipe: Recipe,
        shape: str,
        images: np.ndarray,
        labels: np.ndarray,
        classes: int,
        strategy: tf.distribute.Strategy,
        teachers: Sequence[keras.Model] = (),
    ) -> None:
        self._recipe, self._classes, self._strategy = recipe, classes, strategy
        self._images = tf.constant(images[..., None])
        self._labels = tf.constant(labels.astype(np.int32))
        self._dtype = training_dtype(recipe.precision)
        with strategy.scope():
            self.network = NETWORKS[shape](classes, size=None)
            self.average = NETWORKS[shape](classes, size=None)
            self.average.set_weights(self.network.get_weights())
            self.velocity = [tf.Variable(tf.zeros(v.shape)) for v in self.network.trainable_variables]
            self.before = NETWORKS[shape](classes, size=None)
            copies = [keras.models.clone_model(teacher) for teacher in teachers]
        for copy, teacher in zip(copies, teachers, strict=True):
            copy.set_weights(teacher.get_weights())
        self._teachers = [self._logits_of(network) for network in (self.before, *copies)]
        self.selves: dict[int, keras.Model] = {}
        self._selves: dict[int, Callable[[tf.Tensor], tf.Tensor]] = {}
        self._compiled: dict[Kind, Callable[..., tf.Tensor]] = {}

    def _logits_of(self, network: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
        """A teacher's logits, in the precision that the recipe trains in."""
        narrow = narrow_logits(network) if self._dtype == tf.bfloat16 else None
        return narrow or (lambda views: network(views, training=False))

    def ask(self, selves: Mapping[int, Sequence[np.ndarray]]) -> None:
        """Take the run's own networks as they were, their weights by epoch from 1, for teachers of what follows."""
        for end, weights in selves.items():
            if end not in self.selves:
                with self._strategy.scope():
                    self.selves[end] = NETWORKS[self._recipe.shape(end)](self._classes, size=None)
                self._selves[end] = self._logits_of(self.selves[end])
            self.selves[end].set_weights(weights)

    def kind(self, step: int, steps: int) -> Kind:
        """The kind of a step of the whole run, with `steps` in an epoch; the teachers are asked in turn."""
        epoch = step // steps
        cycle, _ = self._recipe.cycle(epoch)
        asked = cycle.selves or range(len(self._teachers))
        return Kind(
            size=self._recipe.size(epoch),
            views=self._recipe.views(epoch),
            sharpness=cycle.sharpness,
            matched=cycle.matched,
            mixup=cycle.mixup,
            teacher=asked[step % len(asked)] if cycle.matched else 0,
            selves=bool(cycle.selves),
            mirrored=cycle.mirrored,
        )

    def __call__(self, kind: Kind, index: np.ndarray, taught: np.ndarray, step: int, rate: float) -> np.ndarray:
        """Make one step.

        Args:
            kind: of the step.
            index: of the batch's images, int (batch,).
            taught: the teacher's part of their targets, float (batch, classes); zeros where there is none.
            step: steps made before this one; the views are drawn from it and the recipe's seed.
            rate: learning rate.

        Returns:
            Loss and accuracy on the batch, float (2,).
        """
        if kind not in self._compiled:
            self._compiled[kind] = tf.function(lambda *arguments: self._everywhere(kind, *arguments), autograph=False)
        # The average follows quickly at first, so that early epochs are not judged by initial weights.
        decay = min(self._recipe.average, (1 + step) / (10 + step))
        measured = self._compiled[kind](
            tf.constant(index.astype(np.int32)),
            tf.constant(taught, tf.float32),
            tf.constant([self._recipe.seed % 2**31, step], tf.int32),
            tf.constant(rate, tf.float32),
            tf.constant(decay, tf.float32),
        )
        return np.asarray(measured)

    def _everywhere(self, kind: Kind, *arguments: tf.Tensor) -> tf.Tensor:
        measured = self._strategy.run(self._update, (kind, *arguments))
        return self._strategy.reduce(tf.distribute.ReduceOp.MEAN, measured, axis=None)

    def _update(
        self,
        kind: Kind,
        index: tf.Tensor,
        taught: tf.Tensor,
        seed: tf.Tensor,
        rate: tf.Tensor,
        decay: tf.Tensor,
    ) -> tf.Tensor:
        recipe = self._recipe
        replica, replicas = tf.distribute.get_replica_context(), self._strategy.num_replicas_in_sync
        if replicas > 1:
            # Every device takes its share of the batch; all then make the same step.
            index, taught = (part[replica.replica_id_in_sync_group :: replicas] for part in (index, taught))
            seed = tf.random.experimental.stateless_fold_in(seed, replica.replica_id_in_sync_group)
        faces = tf.cast(tf.gather(self._images, index), tf.float32) / 255.0
        views = recipe.scaled(augmented(faces, kind.size, kind.views, seed))
        labels = tf.gather(self._labels, index)
        smooth = tf.one_hot(labels, self._classes) * (1 - recipe.label_smoothing)
        smooth += recipe.label_smoothing / self._classes
        # What is taught already holds the teacher's part of the targets; the labels have the rest.
        smooth = taught + (1 - tf.reduce_sum(taught, axis=1, keepdims=True)) * smooth
        if kind.mixup:
            views, smooth = mixed(views, smooth, kind.mixup, tf.random.experimental.stateless_fold_in(seed, -1))
        if kind.matched:
            smooth = kind.matched * self._said(kind, views) + (1 - kind.matched) * smooth
        variables = self.network.trainable_variables
        loss, logits, statistics, gradients = self._gradients(views, smooth)
        if kind.sharpness:
            # Every device climbs by its own gradient, as in the paper; only the second gradients are averaged.
            uphill = [
                gradient * (kind.sharpness / (tf.linalg.global_norm(gradients) + 1e-12)) for gradient in gradients
            ]
            for variable, step in zip(variables, uphill, strict=True):
                variable.assign_add(step)
            _, _, _, gradients = self._gradients(views, smooth)
            for variable, step in zip(variables, uphill, strict=True):
                variable.assign_sub(step)
        if replicas > 1:
            measured = [now for _, now, _ in statistics]
            gradients, measured = replica.all_reduce(tf.distribute.ReduceOp.MEAN, [gradients, measured])
            statistics = [(kept, now, m) for (kept, _, m), now in zip(statistics, measured, strict=True)]
        remember(statistics)
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

    def _said(self, kind: Kind, views: tf.Tensor) -> tf.Tensor:
        """What the teacher whose turn it is says of the views, (batch, classes)."""
        logits_of = self._selves[kind.teacher] if kind.selves else self._teachers[kind.teacher]
        said = tf.nn.softmax(logits_of(views))
        return (said + tf.nn.softmax(logits_of(views[:, :, ::-1]))) / 2 if kind.mirrored else said

    def _gradients(
        self, views: tf.Tensor, targets: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, Statistics, list[tf.Tensor]]:
        """Loss, logits, batch statistics, and the loss's gradient by every trainable variable."""
        with tf.GradientTape() as tape:
            logits, statistics = training_logits(self.network, views, self._dtype)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
        values = [variable.value for variable in self.network.trainable_variables]
        return loss, logits, statistics, tape.gradient(loss, values)


def every_gpu() -> tf.distribute.Strategy:
    """All GPUs that TensorFlow sees, side by side; with one or none, TensorFlow's own choice."""
    devices = gpus()
    return tf.distribute.MirroredStrategy(devices) if len(devices) > 1 else tf.distribute.get_strategy()
