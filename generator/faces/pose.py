"""From muscles to shapes: where brows, lids, nose, mouth and chin lie for given action units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.faces.canvas import Canvas
from generator.faces.identity import Identity
from generator.faces.nuisance import Nuisance
from generator.faces.units import AUS

Array = np.ndarray


@dataclass(frozen=True)
class Units:
    """Intensities 0 to 1 of the action units of n pictures, by FACS number.

    ``units[12]`` has shape (n, 1, 1).
    """

    values: Array

    def __getitem__(self, number: int) -> Array:
        return self.values[:, AUS.index(number), None, None]


@dataclass(frozen=True)
class Shape:
    """Measures of the features of n pictures after the muscles moved them; shape (n, 1, 1) each."""

    chin_y: Array
    brow_y: Array
    brow_in: Array
    brow_out: Array
    brow_inner_rise: Array
    brow_outer_rise: Array
    brow_sink: Array
    lid_up: Array
    lid_low: Array
    lid_slant: Array
    wing_y: Array
    wing_x: Array
    mouth_y: Array
    mouth_w: Array
    corner: Array
    gap_up: Array
    gap_low: Array
    gap_power: Array
    lip_up: Array
    lip_low: Array


def shape_of(person: Identity, units: Units, chance: Nuisance) -> Shape:
    """The shape of every face: identity, moved by its action units."""
    smile, drop, stretch = units[12], units[26], units[20]
    part, tight, sneer = units[25], units[23], np.maximum(units[10], 0.7 * units[9])
    squeeze = 0.42 * units[7] + 0.3 * units[6] + 0.2 * units[9]
    lid_up = person.eye_open * chance.lids * (1 + 0.75 * units[5] - 0.75 * squeeze)
    lid_low = person.eye_open * 0.62 * (1 + 0.22 * units[5] - 1.15 * squeeze)
    open_smile = part * smile
    gap = part * (0.035 + 0.035 * smile + 0.03 * stretch) + drop * 0.2 * (1 - 0.35 * stretch) * (0.4 + 0.6 * part)
    return Shape(
        chin_y=person.chin_y + 0.13 * drop + 0.008 * part - 0.02 * units[17],
        brow_y=person.eye_y - person.brow_gap,
        brow_in=0.14 - 0.045 * units[4] + 0.01 * units[1],
        brow_out=person.eye_x + 0.2,
        brow_inner_rise=0.13 * units[1] * (1 - 0.25 * units[4]),
        brow_outer_rise=0.125 * units[2],
        brow_sink=0.1 * units[4] * (1 - 0.85 * units[1]) + 0.035 * units[9],
        lid_up=np.clip(lid_up, 0.008, None),
        lid_low=np.clip(lid_low, 0.004, None),
        lid_slant=0.4 * units[1] * (1 - units[2]) - 0.25 * units[4] * (1 - units[1]),
        wing_y=person.nose_y - 0.015 - 0.045 * units[9] - 0.015 * units[10],
        wing_x=person.nose_w * (1 + 0.14 * smile + 0.12 * units[9] + 0.06 * units[10]),
        mouth_y=person.mouth_y + 0.045 * drop - 0.02 * smile - 0.025 * sneer - 0.02 * units[17] + 0.01 * units[15],
        mouth_w=person.mouth_w
        * (1 + 0.4 * smile + 0.24 * stretch - 0.14 * tight - 0.2 * drop * (1 - smile) - 0.06 * units[17]),
        corner=person.mouth_curve - 0.15 * smile + 0.115 * units[15] + 0.03 * stretch + 0.03 * units[17],
        gap_up=gap * (0.45 - 0.2 * smile) + 0.035 * sneer * part + 0.015 * open_smile,
        gap_low=gap * (0.55 + 0.2 * smile) + 0.075 * open_smile,
        gap_power=0.55 - 0.3 * stretch + 0.05 * drop,
        lip_up=person.lip_up * (1 - 0.6 * tight - 0.3 * smile - 0.15 * stretch + 0.05 * sneer - 0.15 * units[17]),
        lip_low=person.lip_low * (1 - 0.55 * tight - 0.15 * smile - 0.15 * stretch + 0.15 * units[15]),
    )


@dataclass(frozen=True)
class Face:
    """All that is drawn of n faces: who, with which muscles moved, in what shape, under what circumstances."""

    person: Identity
    units: Units
    shape: Shape
    chance: Nuisance

    @classmethod
    def posed(cls, person: Identity, values: Array, chance: Nuisance) -> Face:
        """The faces of `person` with action units `values` (n, len(AUS))."""
        units = Units(values)
        return cls(person, units, shape_of(person, units, chance), chance)

    def of(self, faces: Array) -> Face:
        """Some of the faces."""
        person, chance = self.person.of(faces), self.chance.of(faces)
        return Face.posed(person, self.units.values[faces], chance)


def brow_line(c: Canvas, face: Face) -> tuple[Array, Array]:
    """Place along the brow (0 inner, 1 outer end) and height of its middle line at every pixel of `c`."""
    person, shape = face.person, face.shape
    s = c.m - shape.brow_in
    s *= 1 / (shape.brow_out - shape.brow_in)
    np.clip(s, -0.3, 1.2, out=s)
    inside = np.clip(s, 0, 1)
    outer = 1 - inside
    rise = shape.brow_inner_rise * (0.15 + 0.85 * outer * outer) + shape.brow_outer_rise * (0.3 + 2.2 * s * (1.08 - s))
    rise -= shape.brow_sink * (0.3 + 0.7 * outer)
    bend = (s - 0.62) * np.float32(1 / 0.62)
    y = person.brow_arch * (bend * bend - 1) + person.brow_tilt * (s - 0.5) + (shape.brow_y + 0.012)
    y -= rise * (1 + face.chance.uneven * c.side)
    return s, y
