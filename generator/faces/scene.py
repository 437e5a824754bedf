"""One picture from backdrop to lens: light on the relief, then everything laid over it, back to front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from generator.faces import extras, eyes, hair, head, mouth
from generator.faces.canvas import CENTRE, Canvas, blob, canvas, cover, line, ramp, shrink, slopes
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.pose import Shape, Units, brow_line, shape_of
from generator.faces.texture import noise

Array = np.ndarray
UPPER = (0.0, 0.72)
"""Rows (of the picture's height) in which brows and eyes can lie, whatever the pose."""
LOWER = (0.42, 1.0)
"""Rows in which the mouth can lie."""


@dataclass(frozen=True)
class Scene:
    """A drawn chunk before the camera, and what the region masks are made from.

    Attributes:
        light: linear brightness, supersampled (n, 144, 144).
        canvas: where its pixels lie on the faces.
        shape: measures of the features.
        covered: how much of the skin is seen, 0 hidden (or no face) to 1, supersampled.
    """

    light: Array
    canvas: Canvas
    shape: Shape
    covered: Array


def _backdrop(c: Canvas, person: Identity, chance: Nuisance) -> Array:
    x, y = c.x, c.y
    picture = chance.back + chance.back_x * x + chance.back_y * y
    blurred = noise(x * 0.22 + chance.texture_x, y * 0.22 + chance.texture_y, 7)
    picture = np.clip(picture * (1 + chance.clutter * 1.6 * blurred), 0.01, 1.0)
    neck = person.face_w * (0.62 - 0.1 * person.soft) + 0.25 * ramp(y, 1.0, 1.6)
    lit = 0.25 + 0.5 * chance.light * (0.6 + 0.3 * x * chance.light_x)
    skin = (
        person.skin * lit * (0.35 + 0.5 * ramp(y, 0.95, 1.4)) * (1 - 0.4 * ramp(np.abs(x), neck - 0.25, neck))
    )
    cover(picture, skin, ramp(np.abs(x), neck + 0.015, neck - 0.015) * ramp(y, 0.3, 0.4))
    shoulder = y - 1.2 + 0.3 * ramp(np.abs(x), 0.35, 0.75) - 0.05 * np.abs(x)
    cover(
        picture, chance.clothes * (0.5 + 0.5 * lit), ramp(shoulder, -0.015, 0.015) * ramp(np.abs(x), 0.2, 0.3)
    )
    return picture


def _lit(c: Canvas, height: Array, chance: Nuisance) -> tuple[Array, Array]:
    """Light reflected by white skin, and the gloss on it, from the slopes of the relief."""
    dx, dy = slopes(height)
    length = np.sqrt(dx * dx + dy * dy + 1)
    norm = np.sqrt(chance.light_x**2 + chance.light_y**2 + 1)
    # y points down, so a light from above has negative light_y; the surface's normal is (-dx, -dy, 1).
    facing = (1 - dx * chance.light_x - dy * chance.light_y) / (length * norm)
    wrapped = np.clip((facing + 0.15) / 1.15, 0, 1)
    sky = 0.5 + 0.5 * dy / length
    diffuse = chance.ambient * (0.55 + 0.45 * sky) + (1.02 - 0.5 * chance.ambient) * chance.light * wrapped
    half = (1 - dx * 0.5 * chance.light_x - dy * 0.5 * chance.light_y) / (
        length * np.sqrt(0.25 * chance.light_x**2 + 0.25 * chance.light_y**2 + 1)
    )
    gloss = np.clip(half, 0, 1) ** 2
    gloss = gloss * gloss
    gloss = gloss * gloss * gloss
    return diffuse, gloss * gloss


def paint(person: Identity, values: Array, chance: Nuisance) -> Scene:
    """Paint n faces with action units `values` (n, len(AUS)); see `Scene`."""
    units = Units(values)
    c = canvas(chance.shift_x, chance.shift_y, chance.scale, chance.angle, chance.yaw, chance.pitch)
    shape = shape_of(person, units, chance)
    picture = _backdrop(c, person, chance)
    inside = head.outline(c, person, shape)
    face = ramp(inside, -0.012, 0.02)
    s, line_y = brow_line(c.m, c.side, person, shape, chance)

    lower = c.band(*LOWER)
    lips = mouth.lip_masks(lower, person, shape, chance)
    height = head.relief(c, inside, person, units, shape, line_y)
    height[:, lower.rows] += mouth.lip_relief(lower, lips, shape, units)
    diffuse, gloss = _lit(c, height, chance)

    cavity = ndimage.uniform_filter(height, size=(0, 21, 21), mode="nearest") - height
    diffuse *= 1 - np.clip(4.2 * cavity, -0.12, 0.5)

    mottled = noise(c.u * 0.45 + person.texture_x, c.v * 0.45 + person.texture_y, 26)
    albedo = person.skin * (1 + (0.025 + 0.045 * person.age) * mottled)
    albedo *= 1 - 0.09 * blob(c.m, c.v, 0.45, 0.26, 0.16, 0.13)
    beard = extras.beard_cover(c, person, shape)
    albedo += (np.minimum(person.hair, 0.6 * person.skin) - albedo) * beard * face
    lip = np.maximum(lips["upper_lip"], lips["lower_lip"] * 0.85)
    albedo[:, lower.rows] *= 1 - (person.lip_dark + 0.08) * lip
    albedo *= 1 - head.wrinkles(c, person, units, shape, line_y)

    nostril = blob(c.m, c.v, 0.075 * shape.wing_x / 0.15, shape.wing_y + 0.048, 0.032, 0.017)
    under = line(c.v - shape.wing_y - 0.065, 0.03) * ramp(c.m, shape.wing_x * 1.15, shape.wing_x * 0.5)
    cast = blob(c.u, c.v, -0.13 * chance.light_x * 1.2, shape.wing_y + 0.05, 0.1, 0.08)
    diffuse *= (1 - 0.7 * nostril) * (1 - 0.28 * under) * (1 - 0.25 * cast * chance.light)
    diffuse *= 1 - 0.2 * blob(c.m, c.v, 0.13, person.eye_y - 0.02, 0.06, 0.12)

    skin = albedo * diffuse + (0.1 * (0.4 + person.skin)) * gloss * chance.light * (1 - 0.8 * beard)
    upper = c.band(*UPPER)
    eyes.draw_eyes(skin[:, upper.rows], upper, person, units, shape, chance)
    eyes.draw_brows(
        skin[:, upper.rows], upper, person, s[:, upper.rows], line_y[:, upper.rows], diffuse[:, upper.rows]
    )
    mouth.draw_mouth(skin[:, lower.rows], lower, lips, person, units, shape, chance)

    back, front, pattern = hair.hair_masks(c, person)
    glow = np.clip(0.35 + 0.65 * diffuse, 0.25, 1.3)
    hair.draw_hair(picture, c, back * (1 - face), pattern, person, 0.75 * glow)
    ear = blob(np.abs(c.x), c.y, person.face_w + 0.03, 0.03, 0.05, 0.15)
    cover(
        picture,
        person.skin * (0.35 + 0.4 * chance.light) * (0.6 + 0.6 * ear),
        ramp(ear, 0.35, 0.5) * (1 - 0.95 * (back > 0.5) * (person.style >= 4)),
    )
    cover(picture, skin, face)
    if person.glasses.any():
        extras.draw_glasses(picture, c, person, chance)
    hair.draw_hair(picture, c, front, pattern, person, glow)
    hidden = front
    if chance.strand.any():
        hidden = np.maximum(hidden, extras.draw_strand(picture, c, person, chance))
    if chance.hat.any():
        hidden = np.maximum(hidden, hair.draw_hat(picture, c, person, chance))
    if chance.hand.any():
        hidden = np.maximum(hidden, extras.draw_hand(picture, c, person, chance))
    return Scene(picture, c, shape, face * (1 - hidden))


def exposed(scene: Scene, chance: Nuisance) -> Array:
    """Grey values 0 to 255 (float32, not yet rounded or noisy) as a camera gives them: lens blur, tone curve."""
    small = shrink(np.clip(scene.light, 0, 1.6))
    blurred = np.stack(
        [
            ndimage.gaussian_filter(p, float(b), mode="nearest", truncate=3.0)
            for p, b in zip(small, chance.blur[:, 0, 0], strict=True)
        ]
    )
    tone = np.clip(blurred * chance.exposure, 0.0, None) ** np.float32(1 / 1.9)
    tone = tone / (1 + 0.18 * tone**4)
    return np.asarray(255 * (0.47 + (tone - 0.5) * chance.contrast))


__all__ = ["CENTRE", "Scene", "exposed", "paint"]
