"""The gradient of the class logit (Simonyan, Vedaldi and Zisserman 2013), and gradient x input (Shrikumar 2016)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Gradients = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""``give me gradients``: inputs (n, h, w, c) and targets (n,) to gradients (n, h, w, c) of the target logits."""


def gradient(gradients: Gradients, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """How fast the target logit rises when a pixel gets brighter; float32 (n, h, w).

    A grey image shown to a model of several equal channels has one brightness per pixel, so channels add up.

    Args:
        gradients: of the target logit with respect to the inputs.
        inputs: (n, h, w, c), in the model's range.
        targets: columns of the logits, (n,).
    """
    return np.asarray(gradients(inputs, targets).sum(axis=-1), dtype=np.float32)


def gradient_x_input(gradients: Gradients, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Gradient times input, as the model sees the input: where that is 0, the map is 0; float32 (n, h, w)."""
    return np.asarray((gradients(inputs, targets) * inputs).sum(axis=-1), dtype=np.float32)
