"""Boxes of the configuration to masks of regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from generator.errors import InputError, nearest

if TYPE_CHECKING:
    import numpy as np

NAMES = ("eyes", "brows", "nose", "mouth", "cheeks", "forehead")
"""Regions that boxes may describe; the background is what no box covers."""

Boxes = Mapping[str, Sequence[Sequence[int]]]


def check_boxes(regions: Boxes) -> None:
    """Check ``dataset.regions``.

    Args:
        regions: name to boxes of left, top, right and bottom, 0 to 48, right and bottom exclusive.

    Raises:
        InputError: an unknown name, an empty box, or two boxes that overlap.
    """
    covered: dict[tuple[int, int], str] = {}
    for name, boxes in regions.items():
        if name not in NAMES:
            raise InputError(f"dataset.regions: there is no region '{name}'{nearest(name, NAMES)}")
        if not boxes:
            raise InputError(f"dataset.regions.{name} has no box")
        for box in boxes:
            left, top, right, bottom = box
            if left >= right or top >= bottom:
                message = f"box {list(box)} is empty; expected [left, top, right, bottom]"
                raise InputError(f"dataset.regions.{name}: {message}")
            for cell in ((x, y) for y in range(top, bottom) for x in range(left, right)):
                other = covered.setdefault(cell, name)
                if other != name:
                    at = f"at column {cell[0]}, row {cell[1]}"
                    raise InputError(f"dataset.regions.{name}: box {list(box)} overlaps '{other}' {at}")


def masks_of(regions: Boxes) -> dict[str, np.ndarray]:
    """Masks of the regions and of the background, bool, shape (48, 48); none at all if there are no boxes.

    Raises:
        InputError: as `check_boxes`.
    """
    import numpy as np

    check_boxes(regions)
    if not regions:
        return {}
    masks = {name: np.zeros((48, 48), dtype=bool) for name in NAMES if name in regions}
    for name, mask in masks.items():
        for left, top, right, bottom in regions[name]:
            mask[top:bottom, left:right] = True
    masks["background"] = ~np.logical_or.reduce(list(masks.values()))
    return masks
