"""A Keras model as the analyses see it: faces in, logits and gradients out.

Every analysis works against this class and never against Keras directly, so the size, channels and value range of
the user's model, and the place of its softmax, are settled in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Preprocess:
    """How 48x48 grey faces become the model's input.

    Attributes:
        height, width, channels: the model's input size.
        low, high: what 0 and 255 become (``-1, 1`` for most Keras examples).
        mean, std: subtracted and divided after that; 0 and 1 if unused.
    """

    height: int
    width: int
    channels: int
    low: float = 0.0
    high: float = 1.0
    mean: float = 0.0
    std: float = 1.0


class Classifier:
    """A trained classifier. CONTRACT (the model helper implements it; signatures are fixed)."""

    classes: tuple[str, ...]
    """Class names in the order of the logits' columns; always the (possibly restricted) data set's order."""
    preprocess: Preprocess
    logits_model: keras.Model
    """Keras model from prepared inputs (n, h, w, c) to logits (n, classes): any final softmax is cut off."""
    convolutions: tuple[str, ...]
    """Names of the convolution layers, first to last."""

    def prepare(self, faces: np.ndarray) -> np.ndarray:
        """Faces (n, 48, 48), uint8 or float 0..255, to float32 inputs (n, h, w, c) in the model's range."""
        raise NotImplementedError

    def to_face(self, maps: np.ndarray) -> np.ndarray:
        """Maps (n, h, w) at the input's (or any layer's) resolution to (n, 48, 48), area-averaged or bilinear."""
        raise NotImplementedError

    def logits(self, faces: np.ndarray) -> np.ndarray:
        """Logits float32 (n, classes) of faces (n, 48, 48) in 0..255; batched, compiled."""
        raise NotImplementedError

    def probabilities(self, faces: np.ndarray) -> np.ndarray:
        """Softmax of `logits`, float32 (n, classes)."""
        raise NotImplementedError

    def logits_of_inputs(self, inputs: np.ndarray) -> np.ndarray:
        """Logits of already prepared inputs (n, h, w, c)."""
        raise NotImplementedError

    def gradients(self, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Gradient of each input's target logit with respect to that input: (n, h, w, c); batched, compiled.

        This is the ``give me gradients`` function that saliency methods are written against.
        """
        raise NotImplementedError

    def cut(self, layers: Sequence[str]) -> Any:
        """A compiled function from prepared inputs to the list of the named layers' outputs (numpy, batched)."""
        raise NotImplementedError

    def cut_model(self, layer: str) -> keras.Model:
        """Keras model from prepared inputs to the output of `layer` (for gradient ascent)."""
        raise NotImplementedError
