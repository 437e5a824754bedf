"""Small pictures as PNG bytes: faces, maps in colour, overlays. No text is ever drawn into them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def png(pixels: np.ndarray) -> bytes:
    """Encode grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4) uint8 pixels, without metadata."""
    if pixels.dtype != np.uint8:
        raise TypeError(f"png takes uint8 pixels, got {pixels.dtype}")
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def coloured(values: np.ndarray, low: float, high: float, colormap: str = "magma") -> np.ndarray:
    """Map values (h, w) linearly from [low, high] to the named matplotlib colour map, as uint8 RGB (h, w, 3)."""
    import matplotlib

    span = high - low if high > low else 1.0
    scaled = np.clip((np.asarray(values, dtype=np.float64) - low) / span, 0, 1)
    rgba = matplotlib.colormaps[colormap](scaled, bytes=True)
    return np.asarray(rgba[..., :3], dtype=np.uint8)


def overlay(face: np.ndarray, colour: np.ndarray, alpha: np.ndarray | float) -> np.ndarray:
    """Blend RGB colour (h, w, 3) over a grey face (h, w) with opacity `alpha` (0 to 1, scalar or (h, w))."""
    base = np.repeat(np.asarray(face, dtype=np.float64)[..., None], 3, axis=2)
    weight = np.asarray(alpha, dtype=np.float64)
    weight = weight[..., None] if weight.ndim == 2 else weight
    return np.clip(np.rint(base * (1 - weight) + colour * weight), 0, 255).astype(np.uint8)
