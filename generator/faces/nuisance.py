"""What has nothing to do with the expression: pose, light, lens, backdrop, things before the face."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from generator.faces.draws import Draws

Array = np.ndarray


@dataclass(frozen=True)
class Nuisance:
    """Circumstances of n pictures; every field has shape (n, 1, 1)."""

    shift_x: Array
    shift_y: Array
    scale: Array
    angle: Array
    yaw: Array
    pitch: Array
    light_x: Array
    light_y: Array
    light: Array
    ambient: Array
    gaze_x: Array
    gaze_y: Array
    lids: Array
    """How far the lids happen to be open, about 1."""
    uneven: Array
    """How much stronger the expression is on one side, about 0."""
    back: Array
    back_x: Array
    back_y: Array
    clutter: Array
    clothes: Array
    hat: Array
    hat_shade: Array
    hand: Array
    hand_side: Array
    hand_y: Array
    strand: Array
    exposure: Array
    contrast: Array
    blur: Array
    noise: Array
    texture_x: Array
    texture_y: Array

    def of(self, faces: Array) -> Nuisance:
        """Those of some of the pictures."""
        return Nuisance(**{field.name: getattr(self, field.name)[faces] for field in fields(self)})


def nuisances(d: Draws) -> Nuisance:
    """Draw the circumstances of every image from its own numbers."""
    return Nuisance(
        shift_x=d.normal(0, 0.045),
        shift_y=d.normal(0, 0.04),
        scale=d.normal(1.0, 0.055),
        angle=d.normal(0, 0.075),
        yaw=d.normal(0, 0.13),
        pitch=d.normal(0, 0.06),
        light_x=d.normal(0, 0.45),
        light_y=d.normal(-0.4, 0.28),
        light=d.uniform(0.75, 1.1),
        ambient=d.uniform(0.25, 0.55),
        gaze_x=d.normal(0, 0.022),
        gaze_y=d.normal(0, 0.01),
        lids=d.normal(1.0, 0.1),
        uneven=d.normal(0, 0.12),
        back=d.uniform(0.03, 0.8) ** 1.3,
        back_x=d.normal(0, 0.12),
        back_y=d.normal(0, 0.12),
        clutter=d.uniform(0, 0.35),
        clothes=d.uniform(0.03, 0.7),
        hat=d.chance(0.05),
        hat_shade=d.uniform(0.04, 0.6),
        hand=d.chance(0.05),
        hand_side=d.chance(0.5) * 2 - 1,
        hand_y=d.uniform(0.3, 0.75),
        strand=d.chance(0.12),
        exposure=d.normal(1.0, 0.13),
        contrast=d.normal(1.0, 0.12),
        blur=d.uniform(0.25, 0.65),
        noise=d.uniform(1.0, 4.5),
        texture_x=d.uniform(0, 1),
        texture_y=d.uniform(0, 1),
    )
