"""Beards, glasses, hands and strands of hair."""

from __future__ import annotations

import numpy as np

from generator.faces.canvas import Canvas, cover, line, ramp
from generator.faces.pose import Face
from generator.faces.texture import noise

Array = np.ndarray


def beard_cover(c: Canvas, face: Face) -> Array:
    """Coverage of beard and moustache on the skin."""
    person, shape = face.person, face.shape
    jaw = c.v - shape.mouth_y - 0.02 + 0.7 * ramp(c.m, 0.2, 0.85)
    inner = 0.12 + 0.2 * ramp(c.v, shape.mouth_y + 0.16, shape.mouth_y)
    chin = c.v - shape.mouth_y - shape.gap_low
    beard = np.maximum(ramp(jaw, -0.1, 0.42) * ramp(c.m, 0.05, inner), ramp(chin, 0.13, 0.19))
    s = np.clip(c.m / shape.mouth_w, 0, 1.1)
    bar = c.v - shape.mouth_y + shape.gap_up + 0.045 - 0.8 * shape.corner * s * s
    moustache = line(bar, 0.045) * ramp(s, 1.1, 0.7)
    grain = 0.8 + 0.3 * noise(c.u * 0.6 + person.texture_x, c.v * 0.4 + person.texture_y, 50)
    cover_ = np.maximum(beard * person.beard, moustache * person.moustache)
    return np.asarray(np.clip(cover_ * grain, 0, 0.92))


def draw_glasses(picture: Array, c: Canvas, face: Face) -> Array:
    """Lay frames and a little glare over the eyes in `picture`; covers nothing that counts as hidden."""
    person, chance = face.person, face.chance
    dx = (c.m - person.eye_x - 0.005) / 0.215
    dy = (c.v - person.eye_y - 0.03) / 0.155
    a, b = dx * dx, dy * dy
    r = np.sqrt(np.sqrt(a * a + b * b))
    rim = line((r - 1) * 0.17, 0.015)
    bridge = line(c.v - person.eye_y - 0.6 * c.m * c.m, 0.016) * ramp(c.m, 0.15, 0.11)
    temple = line(c.v - person.eye_y + 0.01, 0.018) * ramp(c.m, 0.54, 0.57) * ramp(np.abs(c.x), 0.9, 0.82)
    glare = ramp(r, 0.98, 0.85) * line(dx * 0.8 + dy - 0.9 * np.sign(chance.light_x) * c.side, 0.22)
    picture += 0.1 * glare * chance.light
    cover(picture, person.frame, np.maximum(np.maximum(rim, bridge), temple) * np.float32(0.9))
    return np.zeros_like(picture)


def draw_hand(picture: Array, c: Canvas, face: Face) -> Array:
    """Lay a hand over one side of the lower face in `picture`; returns its coverage."""
    chance = face.chance
    y = c.y - chance.hand_y
    x = (c.x * chance.hand_side - 0.4) * np.float32(0.95) + 0.4 * y
    light = (0.5 + 0.5 * chance.light) * face.person.skin
    total = np.zeros_like(picture)
    for k in range(4):
        centre, tip = (k - 1.5) * 0.155, -0.3 + 0.045 * (k - 1.7) ** 2
        across = (x - centre * (1 - 0.22 * y)) / 0.088
        along = np.clip(tip - y, 0, None) / 0.088
        r2 = across * across + along * along
        alpha = ramp(r2, 1.04, 0.78) * ramp(y, 0.6, 0.4)
        knuckle = 1 - 0.12 * line(y + 0.02 - 0.3 * centre * centre, 0.03)
        cover(picture, light * (0.42 + 0.55 * np.sqrt(np.clip(1 - 0.8 * r2, 0, 1))) * knuckle, alpha)
        total = np.maximum(total, alpha)
    palm = (x / 0.36) ** 2 + ((y - 0.52) / 0.36) ** 2
    alpha = ramp(palm, 1.04, 0.88)
    cover(picture, light * (0.55 + 0.4 * np.sqrt(np.clip(1 - palm, 0, 1))), alpha)
    return np.asarray(np.maximum(total, alpha))


def draw_strand(picture: Array, c: Canvas, face: Face) -> Array:
    """Lay a strand of hair across the forehead in `picture`; returns its coverage."""
    path = face.chance.hand_side * (0.2 + 0.25 * np.sin(c.y * 2 + 2.2))
    alpha = line(c.x - path, 0.045) * ramp(c.y, -0.2, -0.4) * ramp(c.y, -0.85, -0.7) * np.float32(0.85)
    cover(picture, face.person.hair * 0.8, alpha)
    return np.asarray(alpha)
