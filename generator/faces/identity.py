"""Who is drawn: everything that stays the same over all pictures of one person."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from generator.faces.draws import IDENTITY, Draws

Array = np.ndarray
STYLES = ("bald", "cropped", "short", "parted", "fringe", "long", "curly", "bun", "receding")
_WOMEN = (0.0, 0.03, 0.09, 0.14, 0.16, 0.34, 0.12, 0.12, 0.0)
_MEN = (0.12, 0.2, 0.26, 0.2, 0.07, 0.02, 0.06, 0.0, 0.07)


@dataclass(frozen=True)
class Identity:
    """Measures of n persons, shape (n, 1, 1) each: lengths in face units, shades as reflectance 0 to 1."""

    skin: Array
    age: Array
    soft: Array
    """0 a heavy-boned, 1 a fine-boned face."""
    face_w: Array
    jaw: Array
    square: Array
    chin_y: Array
    top_y: Array
    cheek: Array
    eye_x: Array
    eye_y: Array
    eye_w: Array
    eye_open: Array
    eye_tilt: Array
    iris: Array
    socket: Array
    brow_gap: Array
    brow_thick: Array
    brow_arch: Array
    brow_tilt: Array
    brow_dark: Array
    nose_y: Array
    nose_w: Array
    nose_h: Array
    mouth_y: Array
    mouth_w: Array
    mouth_curve: Array
    lip_up: Array
    lip_low: Array
    lip_dark: Array
    hair: Array
    style: Array
    hairline: Array
    parting: Array
    beard: Array
    moustache: Array
    glasses: Array
    frame: Array
    teeth: Array
    texture_x: Array
    texture_y: Array

    def of(self, faces: Array) -> Identity:
        """Those of some of the faces."""
        return Identity(**{field.name: getattr(self, field.name)[faces] for field in fields(self)})


def identities(seed: int, numbers: Array) -> Identity:
    """The persons with these numbers under this seed."""
    d = Draws(seed, IDENTITY, numbers)
    woman = d.chance(0.5)
    soft = np.clip(woman * 0.7 + d.uniform(0.0, 0.35), 0, 1)
    skin = np.clip(d.choice([0.2, 0.34, 0.24, 0.14, 0.08]) * -0.115 + d.uniform(0.66, 0.76), 0.15, 0.8)
    skin = skin.astype(np.float32)
    age = d.uniform(0, 1) ** 1.6
    dark_hair = d.uniform(0.025, 0.1)
    light_hair = d.uniform(0.15, 0.42)
    fair = d.chance(np.clip((skin - 0.45) * 1.6, 0, 0.5))
    hair = np.where(fair > 0, light_hair, dark_hair)
    grey = d.chance(np.clip(age - 0.45, 0, 1) * 1.1) * d.uniform(0.4, 1.0)
    hair = hair + (d.uniform(0.45, 0.7) - hair) * grey
    weights = np.where(woman[:, 0] > 0, np.array(_WOMEN), np.array(_MEN))
    style = d.choice(weights)
    bearded = (1 - woman) * d.chance(0.42)
    return Identity(
        skin=skin,
        age=age.astype(np.float32),
        soft=soft.astype(np.float32),
        face_w=d.normal(0.79, 0.03),
        jaw=d.normal(0.0, 0.05) + 0.17 + 0.1 * soft,
        square=d.normal(0.25, 0.12) + 0.35 * (1 - soft),
        chin_y=d.normal(1.02, 0.035) - 0.04 * soft,
        top_y=d.normal(-1.06, 0.04),
        cheek=d.uniform(0.3, 1.2),
        eye_x=d.normal(0.345, 0.014),
        eye_y=d.normal(-0.1, 0.02),
        eye_w=d.normal(0.163, 0.008) + 0.008 * soft,
        eye_open=d.normal(0.07, 0.007) + 0.008 * soft,
        eye_tilt=d.normal(0.012, 0.014),
        iris=np.where(fair > 0, d.uniform(0.12, 0.4), d.uniform(0.03, 0.12)),
        socket=d.uniform(0.3, 1.0),
        brow_gap=d.normal(0.205, 0.018) + 0.02 * soft,
        brow_thick=d.normal(0.044, 0.007) - 0.012 * soft,
        brow_arch=d.normal(0.035, 0.014) + 0.015 * soft,
        brow_tilt=d.normal(0.0, 0.018),
        brow_dark=d.uniform(0.6, 0.95) - 0.1 * soft,
        nose_y=d.normal(0.33, 0.022),
        nose_w=d.normal(0.155, 0.014) - 0.015 * soft,
        nose_h=d.normal(0.175, 0.025) - 0.02 * soft,
        mouth_y=d.normal(0.615, 0.02),
        mouth_w=d.normal(0.265, 0.018),
        mouth_curve=d.normal(0.0, 0.012),
        lip_up=d.normal(0.045, 0.01) + 0.012 * soft,
        lip_low=d.normal(0.062, 0.012) + 0.012 * soft,
        lip_dark=d.uniform(0.12, 0.4) + 0.15 * soft * d.chance(0.5),
        hair=hair.astype(np.float32),
        style=style,
        hairline=d.normal(-0.7, 0.05),
        parting=d.uniform(-0.5, 0.5),
        beard=bearded * d.uniform(0.25, 1.0),
        moustache=np.maximum(bearded * d.chance(0.75), (1 - woman) * d.chance(0.06)) * d.uniform(0.4, 1.0),
        glasses=d.chance(0.16),
        frame=d.uniform(0.02, 0.3),
        teeth=d.uniform(0.62, 0.85),
        texture_x=d.uniform(0, 1),
        texture_y=d.uniform(0, 1),
    )
