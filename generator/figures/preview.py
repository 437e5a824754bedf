"""The picture that stands for the report where its address is shared: the mean maps, enlarged, and no text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.figures.maps import palette_png

WIDTH, HEIGHT = 1200, 630
"""What services that show previews ask for (1.91 to 1)."""
_GAP = 16
_PAPER = np.array([251, 250, 247], dtype=np.uint8)


def preview(pictures: Sequence[np.ndarray]) -> bytes:
    """Up to three pictures side by side, more in two rows; enlarged or thinned out by a whole number.

    Args:
        pictures: at least one, RGB (h, w, 3) uint8, all of one size; those beyond the eighth are left out.

    Returns:
        A PNG of WIDTH x HEIGHT.
    """
    shown = pictures[:8]
    rows = 1 if len(shown) <= 3 else 2
    columns = -(-len(shown) // rows)
    fits = min((WIDTH - _GAP) // columns - _GAP, (HEIGHT - _GAP) // rows - _GAP)
    side = max(shown[0].shape[:2])
    zoom, every = max(1, fits // side), max(1, -(-side // fits))
    large = [each[::every, ::every].repeat(zoom, axis=0).repeat(zoom, axis=1) for each in shown]
    high, wide = large[0].shape[:2]
    canvas = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    canvas[:] = _PAPER
    top = (HEIGHT - rows * (high + _GAP) + _GAP) // 2
    for row in range(rows):
        part = large[row * columns : (row + 1) * columns]
        left = (WIDTH - len(part) * (wide + _GAP) + _GAP) // 2
        for picture in part:
            canvas[top : top + high, left : left + wide] = picture
            left += wide + _GAP
        top += high + _GAP
    return palette_png(canvas, 128)
