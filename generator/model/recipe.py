"""Recipes: how the profiles' own networks are trained."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import Any

from generator.model.augment import Augmentation

Sizes = tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Cycle:
    """A stretch of training in which the learning rate rises once and falls to nought.

    Attributes:
        epochs: its length.
        learning_rate: its peak.
        sizes: (part of the epochs, size of the views): small views first, full size at the end.
        warm_up: part of it in which the rate rises linearly; it then falls as a cosine.
        augmentation: random views; none: the recipe's own.
        teacher: part of the targets, 0 to 1, that is not the labels but what the networks at the ends of earlier
            cycles say of the face and its mirror image, averaged (snapshots, Huang et al. 2017; distilled into their
            own successor, Furlanello et al. 2018). Labels of FER2013 are noisy; these are less so.
        sharpness: length of the step uphill before each gradient is taken, so that flat minima are found (SAM, Foret
            et al. 2021; late in a run is enough, Zhou et al. 2024); it doubles a step's time. 0: none.
        matched: part of the targets, 0 to 1, that is what another network says of the very view that is learnt from,
            not of the face as it is: in turn this run's own at the beginning of the cycle and the recipe's teachers
            (Beyer et al. 2022, whose point is that both see the same and that there are many views).
        mixup: part of the views that are mixed with another, at any ratio (Zhang et al. 2018).
        selves: ends of epochs, counted from 1: in a cycle with `matched`, this run's own networks as they were then are
            asked in turn, and no others.
        mirrored: whether what is said of a view and of its mirror image is averaged.
        grown: a name in `generator.model.network.NETWORKS`: the network's shape from this cycle on, into which what it
            has learnt is carried over (`generator.model.growth`); empty: it stays as it is.
        refit: from this cycle on the images set aside for validation are learnt from too, once all is decided by them,
            and the run has no validation. An epoch stays as many steps as before, so it leaves some images out.
    """

    epochs: int
    learning_rate: float
    sizes: Sizes
    warm_up: float
    augmentation: Augmentation | None = None
    teacher: float = 0.0
    sharpness: float = 0.0
    matched: float = 0.0
    mixup: float = 0.0
    selves: tuple[int, ...] = ()
    mirrored: bool = False
    grown: str = ""
    refit: bool = False

    def size(self, epoch: int) -> int:
        """Size of the views in an epoch of the cycle, counted from 0."""
        part = 0.0
        for share, size in self.sizes:
            part += share
            if epoch < part * self.epochs - 1e-9:
                return size
        return self.sizes[-1][1]

    def rate(self, progress: float) -> float:
        """Learning rate at a point of the cycle, 0 to 1 (Smith 2017; Loshchilov & Hutter 2017)."""
        if progress < self.warm_up:
            return self.learning_rate * (progress / self.warm_up)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (progress - self.warm_up) / (1 - self.warm_up)))


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run gives, besides its data.

    Attributes:
        network: a name in `generator.model.network.NETWORKS`; a later cycle may let it grow.
        epochs: length of the first cycle.
        sizes: (part of the epochs, size of the views): small views first, full size at the end.
        batch_size: images per step.
        learning_rate: the first cycle's peak.
        warm_up: part of the cycle in which the rate rises linearly; it then falls as a cosine to nought.
        restarts: further cycles (warm restarts, Loshchilov & Hutter 2017), by which a finished run goes on.
        momentum: of SGD with Nesterov's momentum.
        weight_decay: decoupled from nothing: L2 on convolution and dense kernels, added to the gradient.
        label_smoothing: Szegedy et al. 2016.
        average: decay of the exponential moving average of the weights, per step; the average is what is kept.
        low, high: what black and white become.
        augmentation: random views.
        seed: of initial weights, order and views.
        precision: of the arithmetic in training, where the processor has it: float32 or bfloat16.
        teachers: of other networks, trained first, that the cycles with `matched` learn from.
        clean_statistics: whether batch normalisation's statistics are measured at the end on the training images as
            they are (`generator.model.statistics`), or stay those of the random views.
    """

    network: str
    epochs: int
    sizes: Sizes = ((1.0, 48),)
    batch_size: int = 128
    learning_rate: float = 0.1
    warm_up: float = 0.1
    restarts: tuple[Cycle, ...] = ()
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    average: float = 0.998
    low: float = -2.0
    high: float = 2.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 2018
    precision: str = "float32"
    teachers: tuple[Recipe, ...] = ()
    clean_statistics: bool = False

    def __post_init__(self) -> None:
        if any(cycle.teacher and self.refits(begin) for cycle, begin in map(self.cycle, range(self.length))):
            raise ValueError("what networks before `refit` say of the images set aside is not kept for a `teacher`")

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        """The first cycle and the restarts."""
        return (Cycle(self.epochs, self.learning_rate, self.sizes, self.warm_up), *self.restarts)

    @property
    def length(self) -> int:
        """Epochs of all cycles together."""
        return sum(cycle.epochs for cycle in self.cycles)

    def cycle(self, epoch: int) -> tuple[Cycle, int]:
        """The cycle of an epoch, counted from 0, and the epoch in which that cycle begins."""
        begin = 0
        for cycle in self.cycles:
            if epoch < begin + cycle.epochs:
                break
            begin += cycle.epochs
        return cycle, begin

    def shape(self, done: int) -> str:
        """Name of the network as it is after so many epochs."""
        name, begin = self.network, 0
        for cycle in self.cycles:
            if begin >= done:
                break
            name = cycle.grown or name
            begin += cycle.epochs
        return name

    def size(self, epoch: int) -> int:
        """Size of the views in an epoch, counted from 0."""
        cycle, begin = self.cycle(epoch)
        return cycle.size(epoch - begin)

    def refits(self, epoch: int) -> bool:
        """Whether the images set aside are learnt from in an epoch, counted from 0."""
        begins = accumulate((cycle.epochs for cycle in self.cycles), initial=0)
        return any(cycle.refit and begin <= epoch for cycle, begin in zip(self.cycles, begins, strict=False))

    def views(self, epoch: int) -> Augmentation:
        """Random views in an epoch, counted from 0."""
        return self.cycle(epoch)[0].augmentation or self.augmentation

    def rate(self, step: float, steps: int) -> float:
        """Learning rate at a step of the whole run, with `steps` in an epoch."""
        cycle, begin = self.cycle(int(step // steps))
        return cycle.rate((step - begin * steps) / (steps * cycle.epochs))

    def scaled(self, faces: Any) -> Any:
        """Faces from black 0 to white 1, an array or a tensor, in the recipe's value range."""
        return faces * (self.high - self.low) + self.low

    def fingerprint(self, data: str) -> str:
        """Hash of the recipe and of the data it is applied to."""
        text = json.dumps([asdict(self), data], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


FACES = Recipe(
    network="faces",
    epochs=8,
    batch_size=32,
    learning_rate=0.15,
    weight_decay=3e-4,
    label_smoothing=0.0,
    average=0.99,
    augmentation=Augmentation(zoom=0.06, stretch=0.0, shift=0.05, rotation=4.0, contrast=0.1, erasing=0.0),
)
_GENTLE = Augmentation(zoom=0.1, stretch=0.05, shift=0.05, rotation=8.0, contrast=0.2, erasing=0.0)
FER2013_TEACHER = Recipe(
    network="fer2013_large", epochs=40, sizes=((0.65, 32), (0.2, 40), (0.15, 48)), seed=2019, precision="bfloat16"
)
FER2013 = Recipe(
    network="fer2013",
    epochs=24,
    sizes=((0.45, 32), (0.3, 40), (0.25, 48)),
    restarts=(
        Cycle(epochs=10, learning_rate=0.05, sizes=((0.6, 40), (0.4, 48)), warm_up=0.1),
        Cycle(epochs=30, learning_rate=0.08, sizes=((0.5, 32), (0.3, 40), (0.2, 48)), warm_up=0.05),
        # Nearer to the faces as they are at the end, when there is little left to forget.
        Cycle(
            epochs=10,
            learning_rate=0.03,
            sizes=((0.3, 40), (0.7, 48)),
            warm_up=0.05,
            augmentation=_GENTLE,
        ),
        Cycle(epochs=16, learning_rate=0.1, sizes=((0.5, 40), (0.5, 48)), warm_up=0.1, teacher=0.5),
        Cycle(epochs=24, learning_rate=0.1, sizes=((0.4, 40), (0.6, 48)), warm_up=0.05, teacher=0.6),
        Cycle(epochs=20, learning_rate=0.05, sizes=((0.4, 40), (0.6, 48)), warm_up=0.05, teacher=0.3, sharpness=0.1),
        Cycle(epochs=60, learning_rate=0.1, sizes=((0.5, 40), (0.5, 48)), warm_up=0.05, matched=0.8, mixup=0.5),
        Cycle(
            epochs=85,
            learning_rate=0.1,
            sizes=((0.6, 40), (0.4, 48)),
            warm_up=0.05,
            matched=0.8,
            mixup=0.5,
            selves=(194, 74, 114, 134),
            mirrored=True,
        ),
        Cycle(
            epochs=68,
            learning_rate=0.1,
            sizes=((0.6, 40), (0.4, 48)),
            warm_up=0.05,
            matched=0.7,
            mixup=0.5,
            selves=(279, 74, 134),
            mirrored=True,
            grown="fer2013_large",
        ),
        Cycle(
            epochs=68,
            learning_rate=0.1,
            sizes=((0.6, 40), (0.4, 48)),
            warm_up=0.05,
            matched=0.8,
            mixup=0.5,
            selves=(347, 74, 134),
            mirrored=True,
        ),
        # The new images have only their labels to tell anything new, so these get a larger part.
        Cycle(
            epochs=60,
            learning_rate=0.1,
            sizes=((0.6, 40), (0.4, 48)),
            warm_up=0.05,
            matched=0.6,
            mixup=0.5,
            selves=(415, 347),
            mirrored=True,
            refit=True,
        ),
        # Faces nearly as they are, unmixed, after all that was learnt from harder ones (He et al. 2019).
        Cycle(
            epochs=4,
            learning_rate=0.02,
            sizes=((1.0, 48),),
            warm_up=0.1,
            augmentation=_GENTLE,
            matched=0.8,
            selves=(415, 347),
            mirrored=True,
        ),
    ),
    precision="bfloat16",
    teachers=(FER2013_TEACHER,),
    clean_statistics=True,
)
RECIPES = {"faces": FACES, "fer2013": FER2013}
