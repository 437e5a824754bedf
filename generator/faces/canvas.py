"""The picture plane: where every supersampled pixel lies on the face, and the soft shapes drawn with it.

Face coordinates: the origin lies between nose root and nose tip, x to the picture's right, y down; the face
is about 1.6 wide, the chin at y = 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generator.faces.nuisance import Nuisance

Array = np.ndarray
SIDE = 48
SUPER = 2
"""Samples per pixel and axis; edges are softened analytically besides (`EDGE`)."""
UNIT = 25.0
"""Pixels of the finished picture per unit of face coordinates."""
CENTRE = 0.085
"""The y that lies in the middle of the picture."""
EDGE = 0.6 / UNIT
"""Half the width of the ramp that stands for a sharp edge: about the reach of one finished pixel."""
_FIELDS = ("x", "y", "u", "v", "m", "side")
_HALF = np.float32(np.sqrt(0.5))


@dataclass(frozen=True)
class Canvas:
    """Coordinates of the pixels of n pictures, float32, shape (n, height, width) each.

    Attributes:
        x, y: on the picture plane, shift, scale and in-plane rotation undone.
        u, v: on the face's surface, yaw and pitch undone too.
        m: distance from the face's middle line, ``abs(u)``.
        side: -1 left of the middle line in the picture, 1 right.
        at: where this part lies in arrays over the whole picture: ``height[c.at]``.
    """

    x: Array
    y: Array
    u: Array
    v: Array
    m: Array
    side: Array
    at: tuple[slice, slice, slice] = (slice(None), slice(None), slice(None))

    def window(self, top: float, bottom: float, left: float = 0, right: float = 1) -> Canvas:
        """The part of the whole canvas between fractions of its height and width, as views."""
        _, height, width = self.x.shape
        columns = slice(round(left * width), round(right * width))
        return self._part((slice(None), slice(round(top * height), round(bottom * height)), columns))

    def thinned(self) -> Canvas:
        """The canvas at one sample per finished pixel."""
        grid = slice(SUPER // 2, None, SUPER)
        return self._part((slice(None), grid, grid))

    def _part(self, at: tuple[slice, slice, slice]) -> Canvas:
        return replace(self, at=at, **{name: getattr(self, name)[at] for name in _FIELDS})

    def of(self, faces: Array) -> Canvas:
        """The canvas of some of the faces."""
        return replace(self, **{name: getattr(self, name)[faces] for name in _FIELDS})


def canvas(chance: Nuisance) -> Canvas:
    """Place faces as their pose says."""
    steps = ((np.arange(SIDE * SUPER, dtype=np.float32) + 0.5) / SUPER - SIDE / 2) / UNIT
    dx = steps[None, None, :] - chance.shift_x
    dy = steps[None, :, None] - chance.shift_y
    cos, sin = np.cos(chance.angle) / chance.scale, np.sin(chance.angle) / chance.scale
    x = cos * dx + sin * dy
    y = cos * dy - sin * dx + np.float32(CENTRE)
    # Turning the head is turning a ball: a point of the picture lies at this depth of it.
    depth = np.sqrt(np.clip(1.05 - x * x - 0.45 * y * y, 0.05, None))
    u = x * np.cos(chance.yaw) - depth * np.sin(chance.yaw)
    v = y - depth * (np.sin(chance.pitch) * np.float32(0.8))
    return Canvas(x, y, u, v, np.abs(u), np.where(u < 0, np.float32(-1), np.float32(1)))


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


def line(distance: Array, width: Array | float) -> Array:
    """Gaussian profile of a soft line: 1 on it, falling off with the distance from it."""
    t = np.asarray(distance * (_HALF / width))
    t *= t
    np.negative(t, out=t)
    return np.asarray(np.exp(t, out=t))


def blob(
    x: Array, y: Array, centre: tuple[Array | float, Array | float], size: tuple[Array | float, Array | float]
) -> Array:
    """Gaussian of height 1 around `centre` with deviations `size` along x and y."""
    a = x - centre[0]
    a *= _HALF / size[0]
    a *= a
    b = y - centre[1]
    b *= _HALF / size[1]
    b *= b
    a += b
    np.negative(a, out=a)
    return np.asarray(np.exp(a, out=a))


def cover(under: Array, colour: Array | float, alpha: Array) -> None:
    """Lay `colour` over `under` in place with opacity `alpha`."""
    change = colour - under
    change *= alpha
    under += change


def slopes(height: Array) -> tuple[Array, Array]:
    """Derivatives of a height field (n, height, width) along x and y, in height per face unit."""
    scale = np.float32(SUPER * UNIT / 2)
    dx, dy = np.empty_like(height), np.empty_like(height)
    np.subtract(height[:, :, 2:], height[:, :, :-2], out=dx[:, :, 1:-1])
    np.subtract(height[:, 2:], height[:, :-2], out=dy[:, 1:-1])
    dx[:, :, 0], dx[:, :, -1] = dx[:, :, 1], dx[:, :, -2]
    dy[:, 0], dy[:, -1] = dy[:, 1], dy[:, -2]
    dx *= scale
    dy *= scale
    return dx, dy


def shrink(picture: Array) -> Array:
    """Average the samples of every pixel: (n, SUPER * 48, SUPER * 48) to (n, 48, 48)."""
    # Added one by one, in the same order for every picture: a sum over axes may depend on how many there are.
    parts = [picture[:, a::SUPER, b::SUPER] for a in range(SUPER) for b in range(SUPER)]
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    total *= np.float32(1 / SUPER**2)
    return total
