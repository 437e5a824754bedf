"""The mouth: lips, teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.faces.canvas import EDGE, Canvas, blob, cover, line, ramp
from generator.faces.pose import Face

Array = np.ndarray


@dataclass(frozen=True)
class Lips:
    """Lines and coverage of the lips on a window, shape (n, height, width) each.

    Attributes:
        s: place across the mouth, -1 to 1 from corner to corner, limited to that.
        beyond: the same without its sign and without the limit.
        middle: height of the line where closed lips meet.
        upper, lower: heights of the opening's edges.
        top, bottom: heights of the lips' outer edges.
        upper_lip, lower_lip, opening: coverage 0 to 1.
    """

    s: Array
    beyond: Array
    middle: Array
    upper: Array
    lower: Array
    top: Array
    bottom: Array
    upper_lip: Array
    lower_lip: Array
    opening: Array


def lips_of(c: Canvas, face: Face) -> Lips:
    """The lips on the window `c`."""
    shape = face.shape
    wide = c.u / shape.mouth_w
    beyond = np.abs(wide)
    s = np.clip(wide, -1, 1)
    q = s * s
    middle = shape.mouth_y + shape.corner * (q * (0.75 + 0.25 * q) - 0.3)
    middle += (shape.corner * face.chance.uneven * 0.8) * s * q
    arch = np.clip(1 - q, 1e-6, None)
    root = np.sqrt(arch)
    bow = np.exp(np.log(arch) * shape.gap_power)
    upper = middle - shape.gap_up * bow
    lower = middle + shape.gap_low * bow
    top = upper - shape.lip_up * root * (0.45 + 0.55 * root) * (1 - 0.2 * line(s, 0.13))
    bottom = lower + shape.lip_low * root * (0.25 + 0.75 * root)
    width = ramp(beyond, 1.06, 0.96)
    soft = EDGE * 1.3
    under, over = c.v - upper, c.v - lower
    return Lips(
        s=s,
        beyond=beyond,
        middle=middle,
        upper=upper,
        lower=lower,
        top=top,
        bottom=bottom,
        upper_lip=ramp(c.v - top, -soft, soft) * ramp(under, soft, -soft) * width,
        lower_lip=ramp(over, -soft, soft) * ramp(c.v - bottom, soft, -soft) * width,
        opening=ramp(under, -EDGE, EDGE) * ramp(over, EDGE, -EDGE) * ramp(lower - upper, 0.004, 0.02) * width,
    )


def lip_relief(c: Canvas, lips: Lips, face: Face) -> Array:
    """Height that the lips add to the face."""
    shape = face.shape
    across = ramp(lips.beyond, 1.1, 0.5)
    height = 0.028 * line(c.v - 0.5 * (lips.top + lips.upper), 0.6 * shape.lip_up + 0.012)
    pout = 0.042 + 0.025 * face.units[17]
    height += pout * line(c.v - 0.5 * (lips.lower + lips.bottom), 0.6 * shape.lip_low + 0.015)
    height -= 0.03 * line(c.v - lips.middle, 0.018) * (1 - lips.opening)
    return np.asarray(height * across)


def draw_mouth(picture: Array, c: Canvas, lips: Lips, face: Face) -> None:
    """Lay opening, teeth and tongue over the shaded lips in `picture` (window `c`)."""
    person, units = face.person, face.units
    light = 0.35 + 0.5 * face.chance.light
    gap = lips.lower - lips.upper
    q = lips.s * lips.s
    above, below = c.v - lips.upper, lips.lower - c.v
    cavity = np.full_like(picture, 0.018)
    tongue = 0.8 * ramp(gap, 0.1, 0.22) * ramp(below - 0.1 * gap, 0.4 * gap + 0.02, 0) * ramp(q, 0.55, 0.2)
    cover(cavity, (0.16 * person.skin + 0.05) * light, tongue)

    shown = 1.25 * units[12] + 0.9 * units[10] + 0.7 * units[20] + 0.8 * units[23] + 0.35 * units[26]
    shown = np.clip(shown, 0, 1)
    enamel = person.teeth * light * (1 - 0.55 * q)
    enamel *= 1 - 0.1 * (0.5 + 0.5 * np.cos(c.u * np.float32(2 * np.pi / 0.075)))
    edge = 0.085 * shown
    sides = ramp(lips.beyond, 0.95, 0.7)
    cover(cavity, enamel, ramp(above, edge + 0.012, edge - 0.012) * sides * ramp(shown, 0.05, 0.3))
    shown = np.clip(0.9 * units[20] + 0.5 * units[23] * units[25], 0, 1)
    edge = 0.045 * shown
    cover(cavity, 0.8 * enamel, ramp(below, edge + 0.012, edge - 0.012) * sides * ramp(shown, 0.1, 0.4))
    cavity *= 0.35 + 0.65 * ramp(above, -0.01, 0.03)
    cover(picture, cavity, lips.opening)

    seam = line(c.v - lips.middle, 0.013) * ramp(lips.beyond, 1.1, 0.9) * ramp(gap, 0.05, 0.02)
    cover(picture, 0.025, 0.8 * seam * (1 - lips.opening))
    tips = blob(lips.beyond, c.v - lips.middle, (1.03, 0), (0.09, 0.022))
    picture *= 1 - (0.35 + 0.3 * units[12] + 0.3 * units[15]) * tips
