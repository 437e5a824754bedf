"""The mouth: lips, teeth, tongue, and what shade they cast."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import SUPER, UNIT, Canvas, blob, cover, line, ramp
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.pose import Shape, Units

Array = np.ndarray
EDGE = np.float32(0.8 / (SUPER * UNIT) * 1.6)


def _lines(c: Canvas, shape: Shape, chance: Nuisance) -> tuple[Array, Array, Array, Array]:
    """Place across the mouth (-1 to 1), height of the middle line, upper and lower edge of the opening."""
    uneven = shape.corner * chance.uneven * 0.8
    s = c.u / shape.mouth_w
    inner = np.clip(s, -1, 1)
    q = inner * inner
    middle = shape.mouth_y + shape.corner * (q * (0.75 + 0.25 * q) - 0.3) + uneven * inner * q
    bow = np.clip(1 - q, 1e-6, None) ** shape.gap_power
    return s, middle, middle - shape.gap_up * bow, middle + shape.gap_low * bow


def lip_masks(c: Canvas, person: Identity, shape: Shape, chance: Nuisance) -> dict[str, Array]:
    """Coverage 0 to 1 of lips and opening, and the lines between them, on the canvas `c`."""
    s, middle, upper, lower = _lines(c, shape, chance)
    inner = np.clip(s, -1, 1)
    bow = np.clip(1 - inner * inner, 0, None)
    root = np.sqrt(bow)
    cupid = 1 - 0.2 * line(inner, 0.13)
    top = upper - (shape.lip_up * root * (0.45 + 0.55 * root) * cupid)
    bottom = lower + shape.lip_low * root * (0.25 + 0.75 * root)
    width = ramp(np.abs(s), 1.06, 0.96)
    soft = EDGE * 1.4
    opening = ramp(c.v, upper - EDGE, upper + EDGE) * ramp(c.v, lower + EDGE, lower - EDGE) * width
    return {
        "s": s,
        "middle": middle,
        "upper": upper,
        "lower": lower,
        "top": top,
        "bottom": bottom,
        "upper_lip": ramp(c.v, top - soft, top + soft) * ramp(c.v, upper + soft, upper - soft) * width,
        "lower_lip": ramp(c.v, lower - soft, lower + soft) * ramp(c.v, bottom + soft, bottom - soft) * width,
        "opening": opening * ramp(lower - upper, 0.004, 0.02),
    }


def lip_relief(c: Canvas, lips: dict[str, Array], shape: Shape, units: Units) -> Array:
    """Height that the lips add to the face."""
    middle_up = 0.5 * (lips["top"] + lips["upper"])
    middle_low = 0.5 * (lips["lower"] + lips["bottom"])
    across = ramp(np.abs(lips["s"]), 1.1, 0.5)
    height = 0.028 * line(c.v - middle_up, 0.6 * shape.lip_up + 0.012) * across
    height += (0.042 + 0.025 * units[17]) * line(c.v - middle_low, 0.6 * shape.lip_low + 0.015) * across
    height -= 0.03 * line(c.v - lips["middle"], 0.018) * across * (1 - lips["opening"])
    return height


def draw_mouth(
    picture: Array,
    c: Canvas,
    lips: dict[str, Array],
    person: Identity,
    units: Units,
    shape: Shape,
    chance: Nuisance,
) -> None:
    """Lay opening, teeth and tongue over the shaded lips in `picture` (canvas `c`)."""
    s, upper, lower = lips["s"], lips["upper"], lips["lower"]
    gap = lower - upper
    light = 0.35 + 0.5 * chance.light
    cavity = np.full_like(picture, 0.018)
    tongue = 0.16 * person.skin + 0.05
    cover(
        cavity,
        tongue * light,
        0.8
        * ramp(gap, 0.1, 0.22)
        * ramp(c.v, lower - 0.5 * gap - 0.02, lower - 0.1 * gap)
        * ramp(np.abs(s), 0.75, 0.45),
    )
    show = np.clip(
        1.25 * units[12] + 0.9 * units[10] + 0.7 * units[20] + 0.8 * units[23] + 0.35 * units[26], 0, 1
    )
    edge = upper + np.clip(0.085 * show, 0.0, None) + 0.0 * s
    teeth = ramp(c.v, edge + 0.012, edge - 0.012) * ramp(np.abs(s), 0.95, 0.7) * ramp(show, 0.05, 0.3)
    gaps = 1 - 0.1 * (0.5 + 0.5 * np.cos(c.u * np.float32(2 * np.pi / 0.075))) ** 4
    cover(cavity, person.teeth * light * (1 - 0.55 * s * s) * gaps, teeth)
    bottom_show = np.clip(0.9 * units[20] + 0.5 * units[23] * units[25], 0, 1)
    low_edge = lower - 0.045 * bottom_show
    low_teeth = (
        ramp(c.v, low_edge - 0.012, low_edge + 0.012)
        * ramp(np.abs(s), 0.8, 0.55)
        * ramp(bottom_show, 0.1, 0.4)
    )
    cover(cavity, 0.8 * person.teeth * light * (1 - 0.5 * s * s) * gaps, low_teeth)
    cavity *= 0.35 + 0.65 * ramp(c.v, upper - 0.01, upper + 0.03)
    cover(picture, cavity, lips["opening"])
    across = ramp(np.abs(s), 1.1, 0.9)
    seam = line(c.v - lips["middle"], 0.013) * across * (1 - lips["opening"])
    cover(picture, 0.025, 0.8 * seam * (1 - ramp(gap, 0.02, 0.05)))
    corner_y = lips["middle"]
    tips = blob(np.abs(s), c.v, 1.03, corner_y, 0.09, 0.022)
    picture *= 1 - (0.35 + 0.3 * units[12] + 0.3 * units[15]) * tips
