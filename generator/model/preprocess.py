"""How the program's faces become a model's inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.model.resize import bilinear

FACE = 48
"""Side of a face, pixels."""


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

    def inputs(self, faces: np.ndarray) -> np.ndarray:
        """Faces (n, 48, 48), uint8 or float 0..255, to float32 (n, height, width, channels) in the model's range.

        The size changes bilinearly, as Pillow does it: smoothed only when the model's input is smaller.
        """
        pixels = bilinear(np.asarray(faces, dtype=np.float32), self.height, self.width)
        scaled = self.low + pixels * ((self.high - self.low) / 255)
        if self.mean != 0 or self.std != 1:
            scaled = (scaled - self.mean) / self.std
        return np.repeat(scaled[..., None], self.channels, axis=-1).astype(np.float32, copy=False)
