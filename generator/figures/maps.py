"""Saliency maps as small pictures: in colour, over the face, and as the part of the face that they name."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from generator.figures.pixels import coloured, overlay
from generator.figures.superpixels import AGAINST, FOR

REMOVED = np.array([70.0, 86.0, 120.0])
"""Slate blue, which no grey face has: what was taken away."""
_NEUTRAL = np.array([247.0, 247.0, 245.0])
_CLIP = 99.0
"""Percentile of the absolute values at which the scale ends: a single pixel would leave the rest dark."""


def palette_png(pixels: np.ndarray, colours: int = 64) -> bytes:
    """Encode RGB (h, w, 3) uint8 with a palette, a third of the size."""
    image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(
        colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def scale_of(values: np.ndarray) -> float:
    """The value at the end of the colour scale of a map."""
    clipped = float(np.percentile(np.abs(values), _CLIP))
    return clipped or float(np.abs(values).max()) or 1.0


def in_colour(values: np.ndarray, scale: float, signed: bool) -> np.ndarray:
    """A map as RGB: signed from blue (against) through white to orange (for), else from black to light (magma)."""
    if not signed:
        return coloured(values, 0, scale)
    part = np.clip(np.asarray(values, dtype=np.float64) / scale, -1, 1)[..., None]
    colours = _NEUTRAL + np.abs(part) * (np.where(part > 0, FOR, AGAINST) - _NEUTRAL)
    return np.asarray(np.rint(colours), dtype=np.uint8)


def over_face(face: np.ndarray, values: np.ndarray, scale: float, strongest: float = 0.8) -> np.ndarray:
    """The face with the map laid over it, the more opaque the stronger: orange for, blue against the class."""
    part = np.clip(np.asarray(values, dtype=np.float64) / scale, -1, 1)
    return overlay(face, np.where(part[..., None] > 0, FOR, AGAINST), strongest * np.abs(part))


def kept_alone(face: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The face where `kept`, flat slate blue elsewhere."""
    return np.where(kept[..., None], np.repeat(face[..., None], 3, axis=2), REMOVED).astype(np.uint8)


def bars() -> dict[str, bytes]:
    """The two colour bars, ``bar-absolute.png`` and ``bar-signed.png``."""
    ramp = np.linspace(0, 1, 96)[None].repeat(6, axis=0)
    return {
        "bar-absolute.png": palette_png(in_colour(ramp, 1, signed=False), 96),
        "bar-signed.png": palette_png(in_colour(2 * ramp - 1, 1, signed=True), 96),
        "bar-overlay.png": palette_png(over_face(np.full(ramp.shape, 128.0), ramp, 1), 96),
    }
