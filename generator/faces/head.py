"""The head's outline and relief: a smooth skull, nose, lips and chin, and the folds that muscles pull up."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import Canvas, blob, line, ramp
from generator.faces.pose import Face

Array = np.ndarray
BROWS = (0.0, 0.64)
EYES = (0.08, 0.72)
NOSE = (0.1, 0.92, 0.08, 0.92)
CHEEKS = (0.3, 1.0)
MOUTH = (0.44, 1.0)
"""Windows (fractions of the picture: top, bottom, left, right) in which each part can lie, whatever the pose."""


def outline(c: Canvas, face: Face) -> Array:
    """1 at the middle of the head, 0 on its outline, negative outside; in units of half its width."""
    person = face.person
    lower = np.clip(c.y, 0, None)
    width = person.face_w * (1 - person.jaw * lower * np.sqrt(lower)) + 0.02
    a = c.x / width
    above = np.clip(c.y / person.top_y, 0, 1.5)
    lower *= 1 / face.shape.chin_y
    np.clip(lower, 1e-6, 1.5, out=lower)
    below = np.exp(np.log(lower) * (2.1 + 1.2 * person.square))
    return np.asarray(1 - np.sqrt(a * a + below + above * above))


def relief(whole: Canvas, inside: Array, line_y: Array, face: Face) -> Array:
    """Height of the face towards the camera, float32 (n, height, width).

    Args:
        whole: the whole canvas.
        inside: `outline` there.
        line_y: height of the brow's middle line above every pixel of `whole`.
        face: the faces.
    """
    r = np.clip(inside, 0.004, 1)
    height: Array = np.float32(0.78) * np.sqrt(r * (2 - r) + 0.02)
    _add_nose(height, whole.window(*NOSE), face)
    _add_brows(height, whole.window(*BROWS), line_y, face)
    _add_cheeks(height, whole.window(*CHEEKS), face)
    _add_chin(height, whole.window(*MOUTH), face)
    return height


def _add_nose(height: Array, c: Canvas, face: Face) -> None:
    person = face.person
    nose = np.clip((c.v + 0.2) / (person.nose_y + 0.2), 0, 1)
    back = 1 - nose
    width = 0.058 + 0.055 * nose * nose + 0.02 * back * back
    fall = ramp(c.v + 2.2 * c.u * c.u, person.nose_y + 0.2, person.nose_y - 0.04)
    ridge = 0.12 + 0.88 * nose * np.sqrt(nose)
    height[c.at] += person.nose_h * ridge * ramp(c.v, -0.45, 0.05) * fall * line(c.u, width)
    wings = blob(c.m, c.v, (face.shape.wing_x * 0.8, face.shape.wing_y), (0.055, 0.06))
    height[c.at] += (0.055 + 0.02 * face.units[9]) * wings


def _add_brows(height: Array, c: Canvas, line_y: Array, face: Face) -> None:
    person = face.person
    bone = 0.035 + 0.035 * (1 - person.soft) + 0.03 * face.units[4]
    below = c.v - line_y[c.at]
    height[c.at] += bone * blob(c.m, below, (0.3, 0.02), (0.22, 0.085))
    socket = 0.075 * (0.5 + person.socket)
    height[c.at] -= socket * blob(c.m, c.v, (person.eye_x - 0.04, person.eye_y - 0.03), (0.17, 0.09))
    height[c.at] += 0.045 * blob(c.m, c.v, (person.eye_x, person.eye_y), (0.13, 0.075))


def _add_cheeks(height: Array, c: Canvas, face: Face) -> None:
    person, units, shape = face.person, face.units, face.shape
    lift = np.clip(units[12] * 0.75 + units[6] * 0.6, 0, 1.2)
    apple = blob(c.m, c.v, (0.43 + 0.02 * lift, 0.27 - 0.06 * lift), (0.15, 0.12))
    height[c.at] += (0.03 * person.cheek + 0.085 * lift) * apple
    height[c.at] -= 0.02 * (1.3 - person.cheek) * blob(c.m, c.v, (0.52, 0.5), (0.12, 0.16))
    # The nasolabial fold: the cheek stands out along a path from the nose's wing past the corner of the mouth.
    pull = 0.6 * units[12] + 0.45 * units[10] + 0.5 * units[9] + 0.2 * units[15]
    fold = 0.012 + 0.02 * person.age + 0.085 * pull / (1 + 0.5 * pull)
    t = (c.v - shape.wing_y + 0.03) / (shape.mouth_y - shape.wing_y + 0.08)
    down = np.clip(t, 0, 1.2)
    beside = c.m - (shape.wing_x + 0.03) - (shape.mouth_w + 0.09 - shape.wing_x) * down * (0.7 + 0.3 * down)
    along = ramp(t, -0.15, 0.15) * ramp(t, 1.3, 0.9)
    height[c.at] += fold * along * ramp(beside, -0.045, 0.06) * ramp(beside, 0.3, 0.06)


def _add_chin(height: Array, c: Canvas, face: Face) -> None:
    units, shape = face.units, face.shape
    height[c.at] += 0.045 * blob(c.u, c.v, (0, shape.mouth_y - 0.02), (0.2, 0.14))
    height[c.at] -= 0.03 * blob(c.u, c.v, (0, shape.mouth_y + shape.gap_low + 0.125), (0.13, 0.035))
    height[c.at] += (0.06 + 0.05 * units[17]) * blob(c.u, c.v, (0, shape.chin_y - 0.15), (0.15, 0.09))
    height[c.at] -= 0.012 * blob(c.u, c.v, (0, face.person.nose_y + 0.16), (0.02, 0.05))


def _waves(distance: Array, period: float) -> Array:
    return np.asarray(0.5 + 0.5 * np.cos(distance * np.float32(2 * np.pi / period)))


def wrinkles(c: Canvas, line_y: Array, face: Face) -> Array:
    """Darkening 0 to about 0.6 by creases of the skin above the mouth, on the window `c`."""
    person, units, shape = face.person, face.units, face.shape
    age, v, m = person.age, c.v, c.m
    lifted = shape.brow_inner_rise * line(m, 0.25) + shape.brow_outer_rise * (1 - line(m, 0.3))
    above = shape.brow_y - 0.03 - lifted - v
    furrow = 0.4 * units[1] * line(m, 0.2) + 0.34 * units[2] * line(m - 0.38, 0.16) + 0.1 * age * line(m, 0.4)
    lines = _waves(above - 0.02, 0.135)
    dark = furrow * lines * lines * ramp(above, 0.05, 0.12) * ramp(above, 0.52, 0.3)
    frown = blob(m, v - line_y, (0.06 - 0.01 * units[4], 0.01), (0.018, 0.085))
    dark += (0.45 * units[4] + 0.12 * age) * frown
    bridge = blob(m, v, (0, person.eye_y + 0.045), (0.1, 0.08)) * _waves(v - 0.1 * m, 0.085)
    dark += 0.55 * units[9] * bridge
    beside = m - person.eye_x - person.eye_w
    crow = _waves((v - person.eye_y) / (0.35 + np.clip(beside, -0.1, 0.5)), 0.165)
    dark += (0.34 * units[6] + 0.12 * age) * crow * blob(beside, v, (0.09, person.eye_y + 0.01), (0.05, 0.07))
    across = m - person.eye_x
    bag = v - person.eye_y - shape.lid_low - 0.045 - 0.25 * across * across
    depth = 0.1 + 0.16 * age + 0.2 * units[6] + 0.14 * units[7]
    dark += depth * blob(across, bag, (-0.03, 0), (0.09, 0.016))
    return np.asarray(dark)
