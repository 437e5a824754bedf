"""The value range that a model was trained on, guessed from what it gets right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from generator.analyses.intervals import wilson
from generator.dataset.types import Split
from generator.model.layers import in_order
from generator.model.preprocess import Preprocess
from generator.results.model import Guess

RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-0.5, 0.5), (-128.0, 127.0))
_VIEWS = (keras.layers.InputLayer, keras.layers.Resizing, keras.layers.CenterCrop, keras.layers.ZeroPadding2D)


@dataclass(frozen=True)
class Candidate:
    """A value range and how many images the model gets right with it.

    Attributes:
        preprocess: the range.
        accuracy: on the images tried.
        images: how many were tried.
    """

    preprocess: Preprocess
    accuracy: float
    images: int


@dataclass(frozen=True)
class Range:
    """Why a value range was taken.

    Attributes:
        reason: ``configured``, ``recipe``, ``guessed`` or ``guessed-on-evaluation``.
        tried: the ranges that were tried, if it was guessed.
        guess: what they showed.
    """

    reason: str
    tried: Sequence[Candidate] = ()
    guess: Guess | None = None


def guess_preprocess(
    accuracy: Callable[[Preprocess, Split], float],
    size: tuple[int, int, int],
    images: Split,
    count: int,
    seed: int,
    rescales: bool = False,
) -> list[Candidate]:
    """Try the usual value ranges on some training images.

    Args:
        accuracy: of the model with a preprocessing, on images.
        size: height, width, channels of the model's input.
        images: to choose from.
        count: how many are tried.
        seed: of the choice.
        rescales: whether the model rescales its input by itself, see `rescales_itself`.

    Returns:
        All candidates, the best first; of equals, 0 to 255 first if the model rescales, and then the more usual.
    """
    rng = np.random.default_rng(seed)
    chosen = images.take(np.sort(rng.choice(len(images), min(count, len(images)), replace=False)))
    pixels = chosen.images.astype(np.float64) / 255
    candidates = [Preprocess(*size, low=low, high=high) for low, high in RANGES]
    candidates.append(Preprocess(*size, mean=round(float(pixels.mean()), 4), std=round(float(pixels.std()), 4)))
    tried = [Candidate(candidate, accuracy(candidate, chosen), len(chosen)) for candidate in candidates]
    return sorted(tried, key=lambda each: (-each.accuracy, not (rescales and each.preprocess.high == 255)))


def guess_of(tried: Sequence[Candidate], classes: int, rescales: bool) -> Guess:
    """How much the first of the candidates is to be trusted.

    Args:
        tried: from `guess_preprocess`.
        classes: that the model tells apart.
        rescales: as above.
    """
    best, images = tried[0].accuracy, tried[0].images
    low, high = wilson(round(best * images), images)
    return Guess(
        images=images,
        tied=sum(each.accuracy == best for each in tried),
        low=low,
        high=high,
        chance=low <= 1 / classes,
        rescales=rescales,
    )


def rescales_itself(model: keras.Model, size: tuple[int, int, int]) -> bool:
    """Whether a Rescaling or Normalization layer is the first that changes the values of the model's input."""
    for layer in in_order(model, tf.TensorSpec((2, *size), tf.float32)).values():
        if isinstance(layer, (keras.layers.Rescaling, keras.layers.Normalization)):
            return True
        # Views of a picture (RandomTranslation, CenterCrop, Resizing …) may stand before it.
        if not (isinstance(layer, (keras.Model, *_VIEWS)) or type(layer).__name__.startswith("Random")):
            return False
    return False


def hits(logits: np.ndarray, labels: Sequence[int] | np.ndarray) -> float:
    """Share of rows whose largest logit is the label's."""
    return float((np.argmax(logits, axis=1) == np.asarray(labels)).mean())
