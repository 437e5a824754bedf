"""The head's outline and relief: a smooth skull, nose, lips and chin, and the folds that muscles pull up."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import Canvas, blob, line, ramp
from generator.faces.identity import Identity
from generator.faces.pose import Shape, Units

Array = np.ndarray


def outline(c: Canvas, person: Identity, shape: Shape) -> Array:
    """1 at the middle of the head, 0 on its outline, negative outside; roughly in units of half its width."""
    lower = np.clip(c.y, 0, None)
    width = person.face_w * (1 - person.jaw * lower * np.sqrt(lower)) + 0.02
    a = np.abs(c.x) / width
    below = np.clip(lower / shape.chin_y, 0, 1.5)
    above = np.clip(c.y / person.top_y, 0, 1.5)
    power = 2.1 + 1.2 * person.square
    b = below**power + above * above
    return 1 - np.sqrt(a * a + b)


def relief(c: Canvas, inside: Array, person: Identity, units: Units, shape: Shape, line_y: Array) -> Array:
    """Height of the face towards the camera, float32 (n, rows, columns).

    Args:
        c: the whole canvas.
        inside: `outline` there.
        line_y: height of the brow's middle line above every pixel.
    """
    u, v, m = c.u, c.v, c.m
    r = np.clip(inside, 0.004, 1)
    height = 0.92 * np.sqrt(r * (2 - r) + 0.02)
    height *= 0.85

    nose = np.clip((v + 0.2) / (person.nose_y + 0.2), 0, 1)
    width = 0.058 + 0.055 * nose * nose + 0.02 * (1 - nose) ** 2
    fall = 1 - ramp(v, person.nose_y - 0.02, person.nose_y + 0.12)
    height += person.nose_h * (0.12 + 0.88 * nose**1.4) * ramp(v, -0.45, 0.05) * fall * line(u, width)
    wings = blob(m, v, shape.wing_x * 0.8, shape.wing_y, 0.055, 0.06)
    height += (0.075 + 0.02 * units[9]) * wings

    brow_bone = 0.035 + 0.035 * (1 - person.soft) + 0.03 * units[4]
    height += brow_bone * line(v - line_y - 0.02, 0.085) * line(m - 0.3, 0.22)
    height -= 0.075 * (0.5 + person.socket) * blob(m, v, person.eye_x - 0.04, person.eye_y - 0.03, 0.17, 0.09)
    height += 0.045 * blob(m, v, person.eye_x, person.eye_y, 0.13, 0.075)

    raise_ = np.clip(units[12] * 0.75 + units[6] * 0.6, 0, 1.2)
    height += (0.03 * person.cheek + 0.085 * raise_) * blob(
        m, v, 0.43 + 0.02 * raise_, 0.27 - 0.06 * raise_, 0.15, 0.12
    )
    height -= 0.02 * (1.3 - person.cheek) * blob(m, v, 0.52, 0.5, 0.12, 0.16)

    fold = (
        0.012 + 0.03 * person.age + 0.07 * units[12] + 0.06 * units[10] + 0.065 * units[9] + 0.02 * units[15]
    )
    t = np.clip((v - shape.wing_y + 0.03) / (shape.mouth_y - shape.wing_y + 0.08), -0.3, 1.4)
    reach = shape.mouth_w + 0.09
    path = shape.wing_x + 0.03 + (reach - shape.wing_x) * np.clip(t, 0, 1.2) ** 1.3
    along = ramp(t, -0.15, 0.15) * (1 - ramp(t, 0.9, 1.3))
    height += fold * along * ramp(m - path, -0.02, 0.045) * (1 - ramp(m - path, 0.06, 0.3))

    height += 0.045 * blob(u, v, 0, shape.mouth_y - 0.02, 0.2, 0.14)
    height -= 0.03 * blob(u, v, 0, shape.mouth_y + shape.gap_low + 0.125, 0.13, 0.035)
    chin = shape.chin_y - 0.15
    height += (0.06 + 0.05 * units[17]) * blob(u, v, 0, chin, 0.15, 0.09)
    height -= 0.012 * line(u, 0.02) * line(v - (person.nose_y + 0.16), 0.05)
    return height


def wrinkles(c: Canvas, person: Identity, units: Units, shape: Shape, line_y: Array) -> Array:
    """Darkening 0 to about 0.6 by creases of the skin, float32 (n, rows, columns) of the canvas `c`."""
    u, v, m = c.u, c.v, c.m
    age = person.age
    above = line_y - v
    lines = 0.5 + 0.5 * np.cos((above - 0.02 - 0.1 * m * m) * np.float32(2 * np.pi / 0.135))
    furrow = 0.4 * units[1] * line(m, 0.2) + 0.34 * units[2] * line(m - 0.38, 0.16) + 0.1 * age * line(m, 0.4)
    dark = furrow * lines * lines * ramp(above, 0.05, 0.12) * (1 - ramp(above, 0.3, 0.52))
    glabella = (0.6 * units[4] + 0.12 * age) * line(v - line_y - 0.01, 0.085)
    dark += glabella * line(m - 0.055 + 0.012 * units[4], 0.02)
    bridge = 0.5 + 0.5 * np.cos((v - 0.1 * m) * np.float32(2 * np.pi / 0.085))
    dark += 0.55 * units[9] * bridge * blob(u, v, 0, person.eye_y + 0.045, 0.1, 0.08)
    beside = m - person.eye_x - person.eye_w
    crow = 0.5 + 0.5 * np.cos((v - person.eye_y) / (0.35 + np.clip(beside, -0.1, 0.5)) * np.float32(38))
    dark += (0.34 * units[6] + 0.12 * age) * crow * blob(beside, v, 0.09, person.eye_y + 0.01, 0.05, 0.07)
    bag = v - person.eye_y - shape.lid_low - 0.045 - 0.25 * (m - person.eye_x) ** 2
    dark += (
        (0.1 + 0.16 * age + 0.2 * units[6] + 0.14 * units[7])
        * line(bag, 0.016)
        * line(m - person.eye_x + 0.03, 0.09)
    )
    return dark
