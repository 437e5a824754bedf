"""The picture plane: where every supersampled pixel lies on the face, and the soft shapes drawn with it.

Face coordinates: the origin lies between nose root and nose tip, x to the picture's right, y down; the face is about
1.6 wide, the chin at y = 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray
SIDE = 48
SUPER = 2
"""Supersampling per axis."""
UNIT = 23.0
"""Pixels of the finished picture per unit of face coordinates."""
CENTRE = 0.06
"""The y that lies in the middle of the picture."""


@dataclass(frozen=True)
class Canvas:
    """Coordinates of the pixels of n pictures, float32, shape (n, rows, columns) each.

    Attributes:
        x, y: on the picture plane, shift, scale and in-plane rotation undone.
        u, v: on the face's surface, yaw and pitch undone too.
        m: distance from the face's middle line, ``abs(u)``.
        side: -1 left of the middle line in the picture, 1 right.
        rows: which rows of the whole picture these are.
    """

    x: Array
    y: Array
    u: Array
    v: Array
    m: Array
    side: Array
    rows: slice

    def band(self, top: float, bottom: float) -> Canvas:
        """The part of the canvas between two heights of the picture (0 top, 1 bottom), as views."""
        height = self.x.shape[1]
        rows = slice(round(top * height), round(bottom * height))
        parts = {name: getattr(self, name)[:, rows] for name in ("x", "y", "u", "v", "m", "side")}
        return replace(self, rows=rows, **parts)


def canvas(shift_x: Array, shift_y: Array, scale: Array, angle: Array, yaw: Array, pitch: Array) -> Canvas:
    """Place n faces: shifts in face units, scale about 1, angles in radians; all of shape (n, 1, 1)."""
    steps = ((np.arange(SIDE * SUPER, dtype=np.float32) + 0.5) / SUPER - SIDE / 2) / UNIT
    dx = steps[None, None, :] - shift_x
    dy = steps[None, :, None] - shift_y
    cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
    x = cos * dx + sin * dy
    y = cos * dy - sin * dx + np.float32(CENTRE)
    depth = np.sqrt(np.clip(1.05 - x * x - 0.45 * y * y, 0.05, None))
    u = x * np.cos(yaw) - depth * np.sin(yaw)
    v = y - depth * np.sin(pitch) * 0.8
    return Canvas(
        x, y, u, v, np.abs(u), np.where(u < 0, np.float32(-1), np.float32(1)), slice(0, SIDE * SUPER)
    )


def ramp(value: Array, low: Array | float, high: Array | float) -> Array:
    """Smooth step from 0 at `low` to 1 at `high`."""
    t = value - low
    t *= 1 / (high - low)
    np.clip(t, 0, 1, out=t)
    result = t * t
    t *= -2
    t += 3
    result *= t
    return np.asarray(result)


def blob(
    x: Array, y: Array, cx: Array | float, cy: Array | float, sx: Array | float, sy: Array | float
) -> Array:
    """Gaussian of height 1 around (cx, cy) with deviations sx, sy."""
    a = x - cx
    a *= np.float32(np.sqrt(0.5)) / sx
    a *= a
    b = y - cy
    b *= np.float32(np.sqrt(0.5)) / sy
    b *= b
    a += b
    np.negative(a, out=a)
    return np.asarray(np.exp(a, out=a))


def line(distance: Array, width: Array | float) -> Array:
    """Gaussian profile of a soft line: 1 on it, falling off with the distance from it."""
    t = distance * (np.float32(np.sqrt(0.5)) / width)
    t *= t
    np.negative(t, out=t)
    return np.asarray(np.exp(t, out=t))


def cover(under: Array, colour: Array | float, alpha: Array) -> None:
    """Lay `colour` over `under` in place with opacity `alpha`."""
    change = colour - under
    change *= alpha
    under += change


def slopes(height: Array) -> tuple[Array, Array]:
    """Derivatives of a height field (n, rows, columns) along x and y, in height per face unit."""
    step = np.float32(SUPER * UNIT)
    dx, dy = np.empty_like(height), np.empty_like(height)
    np.subtract(height[:, :, 2:], height[:, :, :-2], out=dx[:, :, 1:-1])
    np.subtract(height[:, 2:], height[:, :-2], out=dy[:, 1:-1])
    dx[:, :, 0], dx[:, :, -1] = dx[:, :, 1], dx[:, :, -2]
    dy[:, 0], dy[:, -1] = dy[:, 1], dy[:, -2]
    dx *= step / 2
    dy *= step / 2
    return dx, dy


def shrink(picture: Array) -> Array:
    """Average blocks of SUPER x SUPER pixels: (n, 96, 96) to (n, 48, 48)."""
    n, height, width = picture.shape
    rows = picture.reshape(n, height // SUPER, SUPER, width)
    total = rows[:, :, 0]
    for k in range(1, SUPER):
        total = total + rows[:, :, k]
    columns = total.reshape(n, height // SUPER, width // SUPER, SUPER)
    result = columns[..., 0]
    for k in range(1, SUPER):
        result = result + columns[..., k]
    return np.asarray(result / np.float32(SUPER * SUPER))
