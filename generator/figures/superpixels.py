"""Superpixels drawn on a face: signed weights in two colours, borders, and the top ones alone."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from generator.figures.pixels import overlay

SCALE = 4
"""Pictures with borders are drawn this much larger, so that a border is thinner than a pixel of the face."""
FOR = np.array([224.0, 82.0, 6.0])
"""Orange: speaks for the class."""
AGAINST = np.array([28.0, 88.0, 196.0])
"""Blue: speaks against it. The two differ for all common kinds of colour blindness."""
STRONGEST = 0.8
"""Opacity of the strongest weight."""


def palette_png(pixels: np.ndarray) -> bytes:
    """Encode RGB (h, w, 3) uint8 pixels with at most 256 colours, at 3/5 of the size: tints of greys need no more."""
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def enlarged(picture: np.ndarray) -> np.ndarray:
    """Every pixel of (h, w) or (h, w, 3) as a square of `SCALE`."""
    return picture.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def borders(segments: np.ndarray) -> np.ndarray:
    """Where one superpixel meets the next, bool (h * SCALE, w * SCALE), one thin line each."""
    large = enlarged(segments)
    edge = np.zeros(large.shape, dtype=bool)
    edge[:, 1:] |= large[:, 1:] != large[:, :-1]
    edge[1:] |= large[1:] != large[:-1]
    return edge


def signed_weights(face: np.ndarray, segments: np.ndarray, weights: np.ndarray, scale: float) -> np.ndarray:
    """The face with every superpixel coloured by its weight, and all borders.

    Args:
        face: uint8 (h, w).
        segments: (h, w), 0 to k - 1.
        weights: (k,).
        scale: the weight that gets the full colour.

    Returns:
        uint8 (h * SCALE, w * SCALE, 3).
    """
    return _bordered(_tinted(face, weights[segments], scale), borders(segments))


def top_alone(face: np.ndarray, segments: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Only the `count` superpixels with the largest positive weights; all else is flat grey.

    Returns:
        uint8 (h * SCALE, w * SCALE, 3).
    """
    order = np.argsort(-weights, kind="stable")[:count]
    keep = np.isin(segments, order[weights[order] > 0])
    picture = np.where(keep, face, 128 + (face.astype(np.int64) - 128) // 8).astype(np.uint8)
    outline = borders(np.where(keep, segments + 1, 0))
    return _bordered(overlay(picture, FOR, 0.0), outline)


def outlined(face: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """The face with the borders of all superpixels, uint8 (h * SCALE, w * SCALE, 3)."""
    return _bordered(overlay(face, FOR, 0.0), borders(segments), np.array([255.0, 214.0, 10.0]), 0.85)


def colour_bar(steps: int = 128, height: int = 8) -> np.ndarray:
    """From the strongest weight against to the strongest for, as they look on mid-grey, uint8 (height, steps, 3)."""
    values = np.repeat(np.linspace(-1, 1, steps)[None], height, axis=0)
    return _tinted(np.full(values.shape, 128, dtype=np.uint8), values, 1.0)


def _tinted(face: np.ndarray, values: np.ndarray, scale: float) -> np.ndarray:
    colour = np.where((values > 0)[..., None], FOR, AGAINST)
    strength = np.clip(np.abs(values) / scale, 0, 1) if scale > 0 else np.zeros_like(values)
    return overlay(face, colour, STRONGEST * strength)


def _bordered(
    picture: np.ndarray, edge: np.ndarray, colour: np.ndarray | None = None, opacity: float = 0.55
) -> np.ndarray:
    large = enlarged(picture).astype(np.float64)
    line = np.array([255.0, 255.0, 255.0]) if colour is None else colour
    large[edge] = large[edge] * (1 - opacity) + line * opacity
    return np.asarray(np.rint(large), dtype=np.uint8)
