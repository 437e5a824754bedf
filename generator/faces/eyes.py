"""Eyes and brows."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import SUPER, UNIT, Canvas, blob, cover, line, ramp
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.pose import Shape, Units
from generator.faces.texture import noise

Array = np.ndarray
EDGE = np.float32(0.8 / (SUPER * UNIT) * 1.6)


def lids(c: Canvas, person: Identity, shape: Shape) -> tuple[Array, Array, Array]:
    """Place across the eye (-1 inner to 1 outer corner) and heights of the upper and the lower lid's edge."""
    e = (c.m - person.eye_x) / person.eye_w
    inner = np.clip(e, -1, 1)
    bow = np.clip(1 - inner * inner, 0, None)
    root = np.sqrt(bow)
    base = person.eye_y - person.eye_tilt * inner
    upper = base - shape.lid_up * root * (0.35 + 0.65 * root) * (1 - shape.lid_slant * inner - 0.12 * inner)
    lower = base + shape.lid_low * bow * (1 + 0.25 * inner)
    return e, upper, lower


def draw_eyes(
    picture: Array, c: Canvas, person: Identity, units: Units, shape: Shape, chance: Nuisance
) -> None:
    """Lay eyeballs, lid edges, lashes and the lid crease over the shaded skin in `picture` (canvas `c`)."""
    e, upper, lower = lids(c, person, shape)
    across = ramp(np.abs(e), 1.08, 0.96)
    opening = ramp(c.v, upper - EDGE, upper + EDGE) * ramp(c.v, lower + EDGE, lower - EDGE) * across

    crease = upper - (0.032 + 0.012 * person.soft) * (1 - 0.35 * units[5])
    skin = 0.3 * line(c.v - crease, 0.013) * ramp(np.abs(e), 1.15, 0.5)
    picture *= 1 - skin
    picture *= 1 - 0.16 * ramp(c.v, upper - 0.005, upper - 0.03) * ramp(c.v, crease - 0.02, crease) * across

    cx = person.eye_x + chance.gaze_x * c.side
    cy = person.eye_y - 0.012 + chance.gaze_y
    radius = np.sqrt((c.m - cx) ** 2 + (c.v - cy) ** 2)
    size = np.float32(0.066)
    light = np.float32(0.42) + 0.35 * chance.light
    ball = 0.82 * light * (1 - 0.35 * e * e) * (1 - 0.4 * ramp(c.v, upper + 0.045, upper - 0.01))
    iris = person.iris * (0.8 + 0.5 * ramp(radius, 0.03, 0.055)) * (0.9 + 2.0 * (c.v - cy))
    ring = ramp(radius, size + EDGE, size - EDGE)
    cover(ball, np.clip(iris * (1 - 0.5 * ramp(radius, 0.05, 0.066)), 0.012, 1), ring)
    cover(ball, 0.01, ramp(radius, 0.03 + EDGE, 0.03 - EDGE))
    spot = blob(c.u, c.v, cx * c.side + 0.022 * np.sign(chance.light_x), cy - 0.022, 0.0135, 0.0135)
    ball += 0.85 * spot * chance.light
    cover(picture, ball, opening)

    lash = (0.75 - 0.1 * person.skin + 0.2 * person.soft) * ramp(np.abs(e), 1.12, 0.9)
    thick = 0.013 + 0.006 * person.soft
    cover(picture, 0.02, np.clip(lash * line(c.v - upper + 0.004, thick), 0, 1))
    cover(picture, 0.09, 0.4 * line(c.v - lower - 0.004, 0.009) * across)


def draw_brows(picture: Array, c: Canvas, person: Identity, s: Array, line_y: Array, light: Array) -> None:
    """Lay the brows over the skin in `picture`."""
    inside = np.clip(s, 0, 1)
    thick = person.brow_thick * (0.72 + 0.5 * inside - 0.85 * inside * inside * inside)
    distance = np.abs(c.v - line_y)
    hairs = noise(c.u * 0.9 + 0.35 * c.v * c.side + person.texture_x, c.v * 0.35 + person.texture_y, 60)
    alpha = ramp(distance, thick + 0.022, thick * 0.35) * ramp(s, -0.1, 0.12) * ramp(s, 1.04, 0.78)
    alpha *= np.clip(person.brow_dark + 0.28 * hairs, 0, 1)
    shade = np.minimum(person.hair, 0.75 * person.skin) * 0.75 * light
    cover(picture, shade, alpha)
