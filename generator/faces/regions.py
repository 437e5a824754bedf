"""Which part of the face every pixel belongs to."""

from __future__ import annotations

import numpy as np

from generator.dataset.types import REGIONS
from generator.faces.canvas import SUPER, Canvas
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.pose import brow_line
from generator.faces.scene import Scene

Array = np.ndarray


def _thinned(c: Canvas) -> Canvas:
    """The canvas at the middle of every finished pixel."""
    k = SUPER // 2
    names = ("x", "y", "u", "v", "m", "side")
    parts = {name: getattr(c, name)[:, k::SUPER, k::SUPER] for name in names}
    return Canvas(rows=slice(0, parts["x"].shape[1]), **parts)


def region_masks(scene: Scene, person: Identity, chance: Nuisance) -> dict[str, Array]:
    """Bool masks (n, 48, 48) of all `REGIONS`; every pixel belongs to exactly one.

    The regions follow the features, so a raised brow takes its region along. Whatever covers the skin (hair, hat,
    hand) is background. The mouth's region reaches from under the nose to the chin's dimple.
    """
    c = _thinned(scene.canvas)
    shape = scene.shape
    k = SUPER // 2
    skin = scene.covered[:, k::SUPER, k::SUPER] > 0.5
    s, line_y = brow_line(c.m, c.side, person, shape, chance)
    label = np.full(skin.shape, REGIONS.index("cheeks"))
    label[np.broadcast_to(c.v < line_y + 0.06, label.shape)] = REGIONS.index("forehead")
    nose_top = person.eye_y - 0.06
    t = np.clip((c.v - nose_top) / (shape.wing_y - nose_top), 0, 1)
    nose = (c.m < 0.09 + (shape.wing_x - 0.05) * t * t) & (c.v > nose_top) & (c.v < shape.wing_y + 0.085)
    mouth_top = shape.wing_y + 0.085
    mouth_bottom = shape.mouth_y + shape.gap_low + shape.lip_low + 0.13
    mouth = (c.m < shape.mouth_w + 0.1) & (c.v >= mouth_top) & (c.v < mouth_bottom)
    eye = (
        ((c.m - person.eye_x) / (person.eye_w + 0.06)) ** 2 + ((c.v - person.eye_y - 0.01) / 0.125) ** 2
    ) < 1
    brow = (np.abs(c.v - line_y) < person.brow_thick + 0.03) & (s > -0.15) & (s < 1.05)
    for name, mask in (("nose", nose), ("mouth", mouth), ("eyes", eye), ("brows", brow)):
        label[mask] = REGIONS.index(name)
    label[~skin] = REGIONS.index("background")
    return {name: label == k for k, name in enumerate(REGIONS)}
