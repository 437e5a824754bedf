"""Which part of the face every pixel belongs to."""

from __future__ import annotations

import numpy as np

from generator.dataset.types import REGIONS
from generator.faces.canvas import SUPER
from generator.faces.pose import Face, brow_line
from generator.faces.scene import Scene

Array = np.ndarray


def region_masks(scene: Scene, face: Face) -> dict[str, Array]:
    """Bool masks (n, 48, 48) of all `REGIONS`; every pixel belongs to exactly one.

    The regions follow the features, so a raised brow takes its region along. Whatever covers the skin (hair, hat,
    hand) is background. The eyes' region reaches up to the brow, the mouth's from under the nose down to the chin.
    """
    c = scene.canvas.thinned()
    person, shape = face.person, face.shape
    grid = slice(SUPER // 2, None, SUPER)
    s, line_y = brow_line(c, face)
    bottom = shape.wing_y + 0.085
    top = person.eye_y - 0.06
    t = np.clip((c.v - top) / (shape.wing_y - top), 0, 1)
    below = shape.mouth_y + shape.gap_low + shape.lip_low + 0.1
    across, down = (c.m - person.eye_x) / (person.eye_w + 0.06), c.v - person.eye_y
    mouth = (c.m < shape.mouth_w + 0.1) & (c.v < below) | (c.m < 0.26)
    lid = (np.abs(across) < 0.95) & (down < 0)
    parts = {
        "forehead": c.v < line_y + 0.06,
        "nose": (c.m < 0.09 + (shape.wing_x - 0.05) * t * t) & (c.v > top) & (c.v < bottom),
        "mouth": mouth & (c.v >= bottom),
        "eyes": ((across * across + (down / 0.135) ** 2 < 1) | lid) & (c.v > line_y),
        "brows": (np.abs(c.v - line_y) < person.brow_thick + 0.03) & (s > -0.15) & (s < 1.05),
        "background": scene.skin[:, grid, grid] <= 0.5,
    }
    label = np.full(c.v.shape, REGIONS.index("cheeks"))
    for name, mask in parts.items():
        label[mask] = REGIONS.index(name)
    return {name: label == k for k, name in enumerate(REGIONS)}
