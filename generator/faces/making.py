"""How one picture comes about, step by step: material for the report's methods page."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from generator.faces.canvas import shrink
from generator.faces.draw import at_rest, draw_faces, faces_of
from generator.faces.nuisance import Nuisance
from generator.faces.pose import Face
from generator.faces.scene import exposed, lit, paint, tone
from generator.faces.units import AUS

Array = np.ndarray
GROUPS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("brows", (1, 2, 4)),
    ("eyes", (5, 6, 7)),
    ("nose", (9, 10)),
    ("mouth", (12, 15, 17, 20, 23, 25, 26)),
)
"""Action units in the order in which `steps` adds them."""


@dataclass(frozen=True)
class Step:
    """One step towards a picture.

    Attributes:
        name: ``relief``, ``rest``, a group of `GROUPS`, ``scene`` or ``camera``.
        units: the action units that this step adds, by FACS number.
        image: the picture so far, uint8 (48, 48).
    """

    name: str
    units: tuple[int, ...]
    image: Array


def steps(number: int, seed: int) -> list[Step]:
    """The steps from the bare relief to image `number` of `seed`, each group of action units by itself."""
    face = faces_of(seed, np.array([number]))
    studio = replace(face, chance=in_studio(face.chance))
    values = face.units.values[0]
    calm = at_rest(studio)
    done = [Step("relief", (), _sculpture(calm)), Step("rest", (), _picture(calm))]
    reached = np.zeros_like(values)
    for name, group in GROUPS:
        added = tuple(au for au in group if values[AUS.index(au)] > 0)
        if added:
            for au in added:
                reached[AUS.index(au)] = values[AUS.index(au)]
            moved = Face.posed(face.person, reached[None].copy(), studio.chance)
            done.append(Step(name, added, _picture(moved)))
    done.append(Step("scene", (), _picture(replace(face, chance=_with(face.chance, blur=0.25)))))
    done.append(Step("camera", (), draw_faces(1, seed, start=number).images[0]))
    return done


def in_studio(chance: Nuisance) -> Nuisance:
    """Circumstances without chance: upright, lit from the front, before a grey wall, nothing in the way."""
    still = {field.name: np.zeros_like(getattr(chance, field.name)) for field in fields(chance)}
    plain = Nuisance(**still)
    return _with(
        plain,
        scale=1.0,
        light_x=0.25,
        light_y=-0.4,
        light=0.95,
        ambient=0.4,
        lids=1.0,
        back=0.35,
        clothes=0.25,
        exposure=1.0,
        contrast=1.0,
        blur=0.25,
        hand_side=1.0,
    )


def _with(chance: Nuisance, **values: float) -> Nuisance:
    return replace(chance, **{name: np.full_like(chance.scale, value) for name, value in values.items()})


def _picture(face: Face) -> Array:
    grey = exposed(paint(face).light, face)[0]
    return np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)


def _sculpture(face: Face) -> Array:
    """The relief alone, as if of plaster."""
    light, _ = lit(paint(face).relief, face)
    grey = tone(0.5 * shrink(light), face)[0]
    return np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)
