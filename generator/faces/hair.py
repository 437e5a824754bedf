"""Hair, hats and everything that frames the face."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import Canvas, blob, ramp
from generator.faces.identity import STYLES, Identity
from generator.faces.nuisance import Nuisance
from generator.faces.texture import noise

Array = np.ndarray

# Per style: does hair grow on top, how thick it is on top and at the sides, how far down it hangs, how low the
# hairline sits against the identity's own, how ragged its edge is, how curly.
_TOP = (0.0, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9)
_VOLUME = (0.0, 0.02, 0.08, 0.11, 0.09, 0.1, 0.17, 0.07, 0.04)
_SIDES = (0.0, 0.0, 0.015, 0.03, 0.07, 0.12, 0.15, 0.01, 0.01)
_LENGTH = (-0.1, -0.05, 0.0, 0.02, 0.3, 1.6, 0.35, -0.05, 0.0)
_DROP = (0.0, 0.0, 0.02, 0.03, 0.24, 0.05, 0.05, -0.02, -0.17)
_RAGGED = (0.0, 0.01, 0.045, 0.03, 0.06, 0.02, 0.07, 0.01, 0.02)
_CURL = (0.0, 1.0, 0.3, 0.1, 0.05, 0.0, 1.0, 0.0, 0.4)


def _of(table: tuple[float, ...], style: Array) -> Array:
    assert len(table) == len(STYLES)
    return np.asarray(table, dtype=np.float32)[style]


def hair_masks(c: Canvas, person: Identity) -> tuple[Array, Array, Array]:
    """Coverage of the hair behind the head and of that before it, and its light-and-dark pattern."""
    style = person.style
    ragged, curl = _of(_RAGGED, style), _of(_CURL, style)
    angle = np.arctan2(c.x - 0.35 * person.parting, 0.35 - c.y)
    radius = np.sqrt(c.x * c.x + (c.y - 0.1) ** 2)
    strands = noise(angle * 0.75 + person.texture_x, radius * 0.1 + person.texture_y, 40)
    curls = noise(c.x * 0.5 + person.texture_x, c.y * 0.5 + person.texture_y, 20)
    pattern = strands + (curls - strands) * curl

    volume, sides = _of(_VOLUME, style), _of(_SIDES, style)
    width = person.face_w + sides + 0.03
    top = person.top_y - volume
    below = np.clip(c.y, 0, None)
    outer_r = np.sqrt((c.x / (width + 0.05 * below)) ** 2 + (np.clip(c.y, None, 0) / top) ** 2.0)
    outer = (1 - outer_r) + ragged * 0.8 * pattern
    length = _of(_LENGTH, style)
    mass = ramp(outer, -0.015, 0.02) * ramp(c.y, length + 0.12, length - 0.05) * (_of(_TOP, style) > 0)

    line_y = person.hairline + _of(_DROP, style)
    shifted = c.x - 0.25 * person.parting * ramp(c.y, 0.1, -0.6)
    half = person.face_w * (0.93 - 0.1 * ramp(-c.y, -0.6, 0.3)) - sides * 0.45
    opening = np.sqrt(
        (np.abs(shifted) / half) ** 2 + (np.clip(c.y - 0.05, None, 0) / (line_y - 0.05)) ** 2 * 1.0
    )
    edge = opening - 1 + ragged * 2.2 * pattern
    front = mass * ramp(edge, -0.02, 0.035) * (0.55 + 0.45 * _of(_TOP, style))
    bun = blob(c.x, c.y, 0.0, person.top_y - 0.05, 0.2, 0.12) * (style == STYLES.index("bun"))
    back = np.maximum(mass, ramp(bun, 0.5, 0.6))
    return back, front, pattern


def draw_hair(
    picture: Array, c: Canvas, alpha: Array, pattern: Array, person: Identity, light: Array
) -> None:
    """Lay hair over `picture`; `light` is the light that falls on the head there."""
    shine = np.exp(-(((c.y - person.top_y) * 2.6 - 0.75) ** 2) * 3)
    shade = person.hair * (0.9 + 0.5 * pattern) * light
    shade += (0.04 + 0.12 * person.hair) * shine * np.clip(0.4 + pattern, 0, None) * light
    picture += (np.clip(shade, 0.008, 1) - picture) * alpha


def draw_hat(picture: Array, c: Canvas, person: Identity, chance: Nuisance) -> Array:
    """Lay knitted caps over the heads that wear one; returns their coverage."""
    brim = person.hairline + 0.1 + 0.12 * (c.x * c.x)
    r = np.sqrt(
        (c.x / (person.face_w + 0.09)) ** 2 + (np.clip(c.y - 0.0, None, 0) / (person.top_y - 0.12)) ** 2
    )
    alpha = ramp(r, 1.015, 0.985) * ramp(c.y, brim + 0.012, brim - 0.012) * chance.hat
    knit = 0.85 + 0.12 * np.cos(c.x * np.float32(70)) + 0.25 * noise(c.x * 0.4, c.y * 0.4, 40)
    fold = 1 - 0.35 * np.exp(-(((c.y - brim + 0.2) / 0.025) ** 2))
    shade = chance.hat_shade * knit * fold * (0.45 + 0.7 * np.sqrt(np.clip(1 - r * r, 0, 1)))
    picture += (shade - picture) * alpha
    picture *= 1 - 0.35 * chance.hat * ramp(c.y, brim + 0.14, brim) * ramp(c.y, brim - 0.01, brim + 0.01)
    return np.asarray(alpha)
