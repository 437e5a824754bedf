"""Hair and hats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.faces.canvas import Canvas, blob, cover, line, ramp
from generator.faces.identity import STYLES
from generator.faces.pose import Face
from generator.faces.texture import noise

Array = np.ndarray


def _styles(**values: float) -> Array:
    """One measure of every style, in the order of `STYLES`."""
    return np.array([values[name] for name in STYLES], dtype=np.float32)


_DENSITY = _styles(bald=0, cropped=0.75, short=1, parted=1, fringe=1, long=1, curly=1, bun=1, receding=0.9)
_ABOVE = _styles(
    bald=0, cropped=0.02, short=0.08, parted=0.11, fringe=0.09, long=0.1, curly=0.17, bun=0.07, receding=0.04
)
_BESIDE = _styles(
    bald=0, cropped=0, short=0.015, parted=0.03, fringe=0.07, long=0.12, curly=0.15, bun=0.01, receding=0.01
)
_LENGTH = _styles(
    bald=-0.1, cropped=-0.05, short=0, parted=0.02, fringe=0.3, long=1.6, curly=0.35, bun=-0.05, receding=0
)
_FRINGE = _styles(
    bald=0, cropped=0, short=0.02, parted=0.03, fringe=0.24, long=0.05, curly=0.05, bun=-0.02, receding=-0.17
)
_RAGGED = _styles(
    bald=0, cropped=0.012, short=0.03, parted=0.02, fringe=0.04, long=0.012, curly=0.05, bun=0.01, receding=0.02
)
_CURL = _styles(bald=0, cropped=1, short=0.3, parted=0.1, fringe=0.05, long=0, curly=1, bun=0, receding=0.4)


@dataclass(frozen=True)
class Hair:
    """Coverage 0 to 1 of the hair behind and before the head, and its light-and-dark pattern, about -1 to 1."""

    back: Array
    front: Array
    pattern: Array


def hair_of(c: Canvas, face: Face) -> Hair:
    """The hair on the canvas `c`."""
    person, style = face.person, face.person.style
    ragged, curl, beside = _RAGGED[style], _CURL[style], _BESIDE[style]
    # Strands leave the parting in a fan and hang straight down from the height of the eyes.
    fan = (c.x - 0.35 * person.parting) / np.maximum(0.45 - c.y, 0.45)
    fan = fan / (1 + 0.35 * np.abs(fan))
    radius = np.sqrt(c.x * c.x + (c.y - 0.1) ** 2)
    pattern = noise(fan * 0.45 + person.texture_x, radius * 0.1 + person.texture_y, 40)
    curls = noise(c.x * 0.4 + person.texture_x, c.y * 0.4 + person.texture_y, 13)
    pattern += (curls - pattern) * curl

    up = np.clip(c.y, None, 0) / (person.top_y - _ABOVE[style])
    out = c.x / (person.face_w + beside + 0.03 + 0.05 * np.clip(c.y, 0, None))
    skull = 1 - np.sqrt(out * out + up * up) + 0.8 * ragged * pattern
    edge = 0.015 + 0.02 * curl
    back = ramp(skull, -edge, edge) * ramp(c.y, _LENGTH[style] + 0.12, _LENGTH[style] - 0.05)
    back *= _DENSITY[style] > 0

    # The face looks out of an opening that is squarer than an ellipse: hairline, temples, sideburns.
    hairline = person.hairline + _FRINGE[style]
    half = person.face_w * (0.99 - 0.05 * ramp(c.y, 0.1, -0.5)) - 0.6 * beside
    across = np.abs(c.x - 0.25 * person.parting * ramp(c.y, 0.1, -0.6)) / half
    up = np.clip(c.y - 0.05, None, 0) / (hairline - 0.05)
    outside = (across * across * across + up * up * up - 1) / 3 + 2.2 * ragged * pattern
    front = back * ramp(outside, -0.05, 0.06) * (0.55 + 0.45 * _DENSITY[style])
    bun = blob(c.x, c.y, (0.0, person.top_y - 0.05), (0.2, 0.12)) * (style == STYLES.index("bun"))
    return Hair(np.maximum(back, ramp(bun, 0.5, 0.6)), front, pattern)


def draw_hair(picture: Array, c: Canvas, alpha: Array, pattern: Array, lit: tuple[Face, Array]) -> None:
    """Lay hair over `picture` with opacity `alpha`; `lit` are the faces and the light on them."""
    face, light = lit
    person = face.person
    shine = line(c.y - person.top_y - 0.29, 0.16) * np.clip(0.4 + pattern, 0, None)
    shade = person.hair * (0.9 + 0.35 * pattern) + (0.04 + 0.12 * person.hair) * shine
    shade *= light
    cover(picture, np.clip(shade, 0.008, 1), alpha)


def draw_hat(picture: Array, c: Canvas, face: Face) -> Array:
    """Lay knitted caps over the heads in `picture`; returns their coverage."""
    person = face.person
    brim = c.y - person.hairline - 0.1 - 0.12 * (c.x * c.x)
    out = c.x / (person.face_w + 0.09)
    up = np.clip(c.y, None, 0) / (person.top_y - 0.12)
    r2 = out * out + up * up
    alpha = ramp(r2, 1.03, 0.97) * ramp(brim, 0.012, -0.012)
    round_ = np.sqrt(np.clip(1 - r2, 0, 1))
    knit = 0.85 + 0.12 * np.cos(c.x * np.float32(70)) + 0.25 * noise(c.x * 0.4, c.y * 0.4, 40)
    fold = 1 - 0.35 * line(brim + 0.2, 0.018)
    cover(picture, face.chance.hat_shade * knit * fold * (0.45 + 0.7 * round_), alpha)
    shadow = ramp(brim, 0.14, 0.0) * ramp(brim, -0.01, 0.01) * ramp(round_, 0.2, 0.45)
    picture *= 1 - 0.35 * shadow
    return np.asarray(alpha)
