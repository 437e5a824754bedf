"""Eyes and brows."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import EDGE, Canvas, blob, cover, line, ramp
from generator.faces.pose import Face
from generator.faces.texture import noise

Array = np.ndarray
IRIS = 0.07
PUPIL = 0.03


def lids(c: Canvas, face: Face) -> tuple[Array, Array, Array]:
    """Place across the eye (-1 inner to 1 outer corner) and heights of the upper and the lower lid's edge."""
    person, shape = face.person, face.shape
    e = (c.m - person.eye_x) / person.eye_w
    inner = np.clip(e, -1, 1)
    bow = 1 - inner * inner
    root = np.sqrt(bow)
    base = person.eye_y - person.eye_tilt * inner
    upper = base - shape.lid_up * root * (0.35 + 0.65 * root) * (1 - (shape.lid_slant + 0.12) * inner)
    lower = base + shape.lid_low * bow * (1 + 0.25 * inner)
    return e, upper, lower


def draw_eyes(picture: Array, c: Canvas, face: Face) -> None:
    """Lay lid crease, eyeballs, lid edges and lashes over the shaded skin in `picture` (window `c`)."""
    person, chance = face.person, face.chance
    e, upper, lower = lids(c, face)
    beyond = np.abs(e)
    across = ramp(beyond, 1.08, 0.96)
    from_upper = c.v - upper
    opening = ramp(from_upper, -EDGE, EDGE) * ramp(c.v - lower, EDGE, -EDGE) * across

    fold = (0.032 + 0.012 * person.soft) * (1 - 0.35 * face.units[5])
    picture *= 1 - 0.3 * line(from_upper + fold, 0.013) * ramp(beyond, 1.15, 0.5)
    picture *= 1 - 0.16 * ramp(from_upper, -0.005, -0.03) * ramp(from_upper + fold, -0.02, 0.0) * across

    from_y = c.v - (person.eye_y - 0.012 + chance.gaze_y)
    from_x = c.m - (person.eye_x + chance.gaze_x * c.side)
    radius = np.sqrt(from_x * from_x + from_y * from_y)
    light = 0.42 + 0.35 * chance.light
    lidded = 1 - 0.4 * ramp(from_upper, 0.045, -0.01)
    ball = (0.62 + 0.2 * person.skin) * light * (1 - 0.35 * e * e) * lidded
    iris = person.iris * (0.8 + 0.5 * ramp(radius, PUPIL, 0.055)) * (0.9 + 2.0 * from_y)
    iris *= 1 - 0.5 * ramp(radius, 0.05, IRIS)
    cover(ball, np.clip(iris, 0.012, 1), ramp(radius, IRIS + EDGE, IRIS - EDGE))
    cover(ball, 0.01, ramp(radius, PUPIL + EDGE, PUPIL - EDGE))
    glint = blob(from_x * c.side, from_y, (0.022 * np.sign(chance.light_x), -0.022), (0.0135, 0.0135))
    ball += 0.85 * glint * chance.light
    cover(picture, ball, opening)

    lash = (0.75 - 0.1 * person.skin + 0.2 * person.soft) * ramp(beyond, 1.12, 0.9)
    lash = lash * line(from_upper + 0.004, 0.013 + 0.006 * person.soft)
    cover(picture, 0.02, np.clip(lash, 0, 1))
    cover(picture, 0.09, 0.4 * line(c.v - lower - 0.004, 0.009) * across)


def draw_brows(picture: Array, c: Canvas, place: tuple[Array, Array], light: Array, face: Face) -> None:
    """Lay the brows over the skin in `picture` (window `c`).

    Args:
        picture: linear brightness, changed in place.
        c: the window.
        place: `brow_line` there.
        light: the light that falls on the skin there.
        face: the faces.
    """
    person = face.person
    s, line_y = place
    inside = np.clip(s, 0, 1)
    thick = person.brow_thick * (0.72 + 0.5 * inside - 0.85 * inside * inside * inside)
    hairs = noise(c.u * 0.9 + 0.35 * c.v * c.side + person.texture_x, c.v * 0.35 + person.texture_y, 60)
    alpha = ramp(np.abs(c.v - line_y), thick + 0.022, thick * 0.35)
    alpha *= ramp(s, -0.1, 0.12) * ramp(s, 1.04, 0.78)
    alpha *= np.clip(person.brow_dark + 0.28 * hairs, 0, 1)
    cover(picture, np.minimum(0.75 * person.hair, 0.36 * person.skin) * light, alpha)
