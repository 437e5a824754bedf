"""One picture from backdrop to lens: light on the relief, then everything laid over it, back to front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from generator.faces import extras, eyes, head, mouth
from generator.faces.canvas import SUPER, Canvas, blob, canvas, cover, ramp, shrink, slopes
from generator.faces.hair import draw_hair, draw_hat, hair_of
from generator.faces.pose import Face, brow_line
from generator.faces.texture import noise

Array = np.ndarray
HOLLOW = 4 * SUPER + 1
"""Width in samples of the neighbourhood against which a point of the relief counts as a hollow."""


@dataclass(frozen=True)
class Scene:
    """Painted faces before the camera.

    Attributes:
        light: linear brightness, supersampled (n, 96, 96).
        relief: height of the face towards the camera, the same shape.
        skin: how much of the face's own surface is seen, 0 to 1, the same shape.
        canvas: where its samples lie on the faces.
    """

    light: Array
    relief: Array
    skin: Array
    canvas: Canvas


def paint(face: Face) -> Scene:
    """Paint faces."""
    c = canvas(face.chance)
    inside = head.outline(c, face)
    shown = ramp(inside, -0.012, 0.02)
    brow = brow_line(c, face)
    lower = c.window(*head.MOUTH)
    lips = mouth.lips_of(lower, face)
    relief = head.relief(c, inside, brow[1], face)
    relief[lower.at] += mouth.lip_relief(lower, lips, face)
    diffuse, gloss = lit(relief, face)
    _shade_hollows(diffuse, c, relief, face)

    skin = _albedo(c, brow[1], lips, face)
    skin *= diffuse
    skin += (0.1 * (0.4 + face.person.skin) * face.chance.light) * gloss
    upper = c.window(*head.EYES)
    eyes.draw_eyes(skin[upper.at], upper, face)
    upper = c.window(*head.BROWS)
    eyes.draw_brows(skin[upper.at], upper, (brow[0][upper.at], brow[1][upper.at]), diffuse[upper.at], face)
    mouth.draw_mouth(skin[lower.at], lower, lips, face)

    hair = hair_of(c, face)
    glow = np.clip(0.35 + 0.65 * diffuse, 0.25, 1.3)
    picture = _backdrop(c, face)
    draw_hair(picture, c, hair.back, 0.5 * hair.pattern, (face, 0.6 * glow))
    _lay_body(picture, c, hair.back, face)
    cover(picture, skin, shown)
    draw_hair(picture, c, hair.front, hair.pattern, (face, glow))
    hidden = hair.front.copy()
    layers: tuple[tuple[Array, Callable[[Array, Canvas, Face], Array]], ...] = (
        (face.person.glasses, extras.draw_glasses),
        (face.chance.strand * (face.person.style > 1), extras.draw_strand),
        (face.chance.hat, draw_hat),
        (face.chance.hand, extras.draw_hand),
    )
    for worn, draw in layers:
        some = np.flatnonzero(worn[:, 0, 0])
        if some.size:
            part = picture[some]
            covered = draw(part, c.of(some), face.of(some))
            picture[some] = part
            hidden[some] = np.maximum(hidden[some], covered)
    return Scene(picture, relief, shown * (1 - hidden), c)


def _backdrop(c: Canvas, face: Face) -> Array:
    chance = face.chance
    picture = chance.back + chance.back_x * c.x + chance.back_y * c.y
    blurred = noise(c.x * 0.22 + chance.texture_x, c.y * 0.22 + chance.texture_y, 7)
    return np.asarray(np.clip(picture * (1 + chance.clutter * 1.6 * blurred), 0.01, 1.0))


def _lay_body(picture: Array, whole: Canvas, hair: Array, face: Face) -> None:
    """Lay neck, clothes and ears over `picture`."""
    person, chance = face.person, face.chance
    c = whole.window(0.5, 1)
    out = np.abs(c.x)
    lit = 0.25 + 0.5 * chance.light * (0.6 + 0.3 * c.x * chance.light_x)
    beside = out - person.face_w * (0.72 - 0.12 * person.soft) - 0.25 * ramp(c.y, 1.0, 1.6)
    skin = person.skin * lit * (0.55 + 0.4 * ramp(c.y, 0.95, 1.4)) * (1 - 0.4 * ramp(beside, -0.25, 0))
    cover(picture[c.at], skin, ramp(beside, 0.015, -0.015))
    shoulder = c.y - 1.2 + 0.3 * ramp(out, 0.35, 0.75) - 0.05 * out
    cloth = ramp(shoulder, -0.015, 0.015) * ramp(out, 0.2, 0.3)
    cover(picture[c.at], chance.clothes * (0.5 + 0.5 * lit), cloth)
    c = whole.window(0.2, 0.85)
    ear = blob(np.abs(c.x), c.y, (person.face_w + 0.03, 0.03), (0.05, 0.15))
    bare = 1 - 0.95 * (hair[c.at] > 0.5) * (person.style >= 4)
    cover(picture[c.at], person.skin * (0.35 + 0.4 * chance.light) * (0.6 + 0.6 * ear), ramp(ear, 0.35, 0.5) * bare)


def lit(relief: Array, face: Face) -> tuple[Array, Array]:
    """Light that white skin reflects, and the gloss on it, from the slopes of the relief.

    Lambert's law, wrapped a little round the edge of the shadow as in skin, under one lamp and a bright sky; the
    gloss is Blinn's (1977).
    """
    chance = face.chance
    dx, dy = slopes(relief)
    length = 1 / np.sqrt(dx * dx + dy * dy + 1)
    # y points down, so a lamp above has a negative light_y; the surface's normal is (-dx, -dy, 1).
    toward = 1 - dx * chance.light_x - dy * chance.light_y
    away = 1 / np.sqrt(chance.light_x**2 + chance.light_y**2 + 1)
    wrapped = toward * length * away
    wrapped += 0.28
    wrapped *= np.float32(1 / 1.28)
    np.clip(wrapped, 0, 1, out=wrapped)
    sky = 0.775 + 0.225 * dy * length
    diffuse = chance.ambient * sky + (1.02 - 0.5 * chance.ambient) * chance.light * wrapped
    half = 0.5 * (1 + toward) * length
    half *= 1 / np.sqrt(0.25 * chance.light_x**2 + 0.25 * chance.light_y**2 + 1)
    gloss = np.clip(half, 0, 1)
    for _ in range(4):
        gloss *= gloss
    gloss *= np.sqrt(gloss)
    return diffuse, gloss


def _shade_hollows(diffuse: Array, whole: Canvas, relief: Array, face: Face) -> None:
    """Darken what lies in hollows or under the nose."""
    surround = relief
    for _ in range(2):
        surround = ndimage.uniform_filter(surround, size=(0, HOLLOW, HOLLOW), mode="nearest")
    hollow = surround - relief
    hollow *= 3.6
    diffuse *= 1 - np.clip(hollow, -0.12, 0.4)
    shape, chance = face.shape, face.chance
    c = whole.window(*head.NOSE)
    nostril = blob(c.m, c.v, (0.5 * shape.wing_x, shape.wing_y + 0.048), (0.032, 0.017))
    under = blob(c.u, c.v, (0, shape.wing_y + 0.075), (shape.wing_x * 0.62, 0.03))
    cast = blob(c.u, c.v, (-0.156 * chance.light_x, shape.wing_y + 0.05), (0.1, 0.08))
    inner = blob(c.m, c.v, (0.13, face.person.eye_y - 0.02), (0.06, 0.12))
    diffuse[c.at] *= (1 - 0.6 * nostril) * (1 - 0.16 * under) * (1 - 0.25 * chance.light * cast) * (1 - 0.2 * inner)


def _albedo(whole: Canvas, line_y: Array, lips: mouth.Lips, face: Face) -> Array:
    """Reflectance of the skin: complexion, blush, beard, lips, creases."""
    person = face.person
    mottled = noise(whole.u * 0.45 + person.texture_x, whole.v * 0.45 + person.texture_y, 26)
    albedo = person.skin * (1 + (0.025 + 0.045 * person.age) * mottled)
    c = whole.window(*head.CHEEKS)
    albedo[c.at] *= 1 - 0.09 * blob(c.m, c.v, (0.45, 0.26), (0.16, 0.13))
    some = np.flatnonzero((person.beard + person.moustache)[:, 0, 0])
    if some.size:
        bearded = face.of(some)
        part = albedo[some]
        hairs = np.minimum(bearded.person.hair, 0.6 * bearded.person.skin)
        cover(part, hairs, extras.beard_cover(whole.of(some), bearded))
        albedo[some] = part
    c = whole.window(*head.MOUTH)
    albedo[c.at] *= 1 - (person.lip_dark + 0.08) * np.maximum(lips.upper_lip, 0.85 * lips.lower_lip)
    c = whole.window(0, head.EYES[1])
    albedo[c.at] *= 1 - head.wrinkles(c, line_y[c.at], face)
    return np.asarray(albedo)


def exposed(light: Array, face: Face) -> Array:
    """What a camera makes of linear brightness: lens blur, then `tone`; float32 (n, 48, 48), 0 to 255, no grain."""
    small = shrink(np.clip(light, 0, 1.6))
    for picture, blur in zip(small, face.chance.blur[:, 0, 0], strict=True):
        ndimage.gaussian_filter(picture, float(blur), mode="nearest", truncate=3.0, output=picture)
    return tone(small, face)


def tone(light: Array, face: Face) -> Array:
    """Grey values of linear brightness: exposure metered on the skin, display gamma, soft shoulder, contrast."""
    chance = face.chance
    metered = face.person.skin * (0.6 * chance.ambient + 0.75 * chance.light)
    gain = chance.exposure * (0.42 / metered) ** 0.55
    grey = np.clip(light * gain, 0.0, None) ** np.float32(1 / 1.75)
    grey = np.clip(grey / (1 + 0.16 * grey**4), 0, 1)
    grey += (grey * grey * (3 - 2 * grey) - grey) * 0.55
    return np.asarray(255 * (0.5 + (grey - 0.5) * chance.contrast))
