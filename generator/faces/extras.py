"""Beards, glasses, hands and strands of hair."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import Canvas, cover, line, ramp
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.pose import Shape
from generator.faces.texture import noise

Array = np.ndarray


def beard_cover(c: Canvas, person: Identity, shape: Shape) -> Array:
    """Coverage of beard and moustache on the skin."""
    jaw = shape.mouth_y + 0.02 - 0.75 * ramp(c.m, 0.25, 0.72)
    beard = ramp(c.v, jaw, jaw + 0.16) * ramp(
        c.m, 0.05, 0.12 + 0.2 * ramp(c.v, shape.mouth_y + 0.16, shape.mouth_y)
    )
    beard = np.maximum(
        beard, ramp(c.v, shape.mouth_y + shape.gap_low + 0.13, shape.mouth_y + shape.gap_low + 0.19)
    )
    top = shape.mouth_y - shape.gap_up - 0.045
    bar = top + shape.corner * np.clip(c.m / shape.mouth_w, 0, 1.1) ** 2 * 0.8
    moustache = line(c.v - bar, 0.045) * ramp(c.m, shape.mouth_w * 1.15, shape.mouth_w * 0.7)
    grain = 0.75 + 0.4 * noise(c.u * 0.8 + person.texture_x, c.v * 0.6 + person.texture_y, 70)
    return np.asarray(
        np.clip(np.maximum(beard * person.beard, moustache * person.moustache) * grain, 0, 0.92)
    )


def draw_glasses(picture: Array, c: Canvas, person: Identity, chance: Nuisance) -> None:
    """Lay frames and a little glare over the faces that wear glasses."""
    worn = person.glasses
    dx = (c.m - person.eye_x - 0.005) / 0.215
    dy = (c.v - person.eye_y - 0.03) / 0.155
    r = (np.abs(dx) ** 2.8 + np.abs(dy) ** 2.8) ** np.float32(1 / 2.8)
    rim = line((r - 1) * 0.17, 0.015)
    bridge = line(c.v - person.eye_y - 0.0 - 0.6 * c.m * c.m, 0.016) * ramp(c.m, 0.15, 0.11)
    temple = line(c.v - person.eye_y + 0.01, 0.018) * ramp(c.m, 0.54, 0.57) * ramp(np.abs(c.x), 0.9, 0.82)
    alpha = np.clip(np.maximum(np.maximum(rim, bridge), temple), 0, 1) * worn * 0.9
    glare = ramp(r, 0.98, 0.85) * line(dx * 0.8 + dy - 0.9 * np.sign(chance.light_x) * c.side, 0.22)
    picture += 0.1 * glare * worn * chance.light
    cover(picture, person.frame, alpha)


def draw_hand(picture: Array, c: Canvas, person: Identity, chance: Nuisance) -> Array:
    """Lay a hand over the lower side of the faces that have one; returns its coverage."""
    side = chance.hand_side
    x = (c.x * side - 0.42) * np.float32(0.9) + 0.35 * (c.y - chance.hand_y)
    y = c.y - chance.hand_y
    total = np.zeros_like(picture)
    for k in range(4):
        centre = 0.13 * k - 0.12
        tip = -0.28 + 0.05 * (k - 1.4) ** 2
        across = (x - centre) / 0.072
        along = np.clip(tip - y, 0, None) / 0.072
        r = np.sqrt(across * across + along * along)
        alpha = ramp(r, 1.02, 0.9) * chance.hand
        shade = (
            person.skin
            * (0.22 + 0.62 * np.sqrt(np.clip(1 - 0.9 * r * r, 0, 1)))
            * (0.5 + 0.55 * chance.light)
        )
        cover(picture, shade, alpha)
        total = np.maximum(total, alpha)
    return total


def draw_strand(picture: Array, c: Canvas, person: Identity, chance: Nuisance) -> Array:
    """Lay a strand of hair across the forehead; returns its coverage."""
    path = chance.hand_side * (0.2 + 0.25 * np.sin(c.y * 2 + 2.2))
    alpha = line(c.x - path, 0.045) * ramp(c.y, -0.2, -0.4) * ramp(c.y, -0.85, -0.7)
    alpha = alpha * chance.strand * np.float32(0.85) * (person.style > 1)
    cover(picture, person.hair * 0.8, alpha)
    return np.asarray(alpha)
