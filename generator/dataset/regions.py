"""Boxes of the configuration to masks of regions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from generator.errors import InputError

if TYPE_CHECKING:
    import numpy as np

NAMES = ("eyes", "brows", "nose", "mouth", "cheeks", "forehead")
"""Regions of a face, for which there are display names; boxes may describe others. What no box covers is background."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = ("background", "region")
"""What no box covers; and where ``results.json`` keeps the region that all methods name."""

Boxes = Mapping[str, Sequence[Sequence[int]]]

_ROWS, _COLUMNS = ("top", "", "bottom"), ("left", "", "right")
NINTHS: Boxes = {
    "_".join(filter(None, (row, column))) or "centre": [(16 * x, 16 * y, 16 * x + 16, 16 * y + 16)]
    for y, row in enumerate(_ROWS)
    for x, column in enumerate(_COLUMNS)
}
"""What is asked of images for which no regions are configured: in which ninth of the image? A watermark in a corner, or
a hospital's mark, that a model goes by (Lapuschkin et al. 2019) shows even there."""


def check_boxes(regions: Boxes) -> None:
    """Check ``dataset.regions``.

    Args:
        regions: name to boxes of left, top, right and bottom, 0 to 48, right and bottom exclusive.

    Raises:
        InputError: a name that cannot be quoted or all but is that of a region of the face, an empty box, or two
            boxes that overlap.
    """
    covered: dict[tuple[int, int], str] = {}
    for name, boxes in regions.items():
        _check_name(name)
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


def _check_name(name: str) -> None:
    if name in NAMES:
        return
    if name in _TAKEN:
        raise InputError(f"dataset.regions: '{name}' is taken, since results have something else by that name")
    if not _NAME.fullmatch(name):
        message = "is no name for a region; expected small letters, digits and _, such as left_eye"
        raise InputError(f"dataset.regions: '{name}' {message}")
    if meant := difflib.get_close_matches(name, NAMES, n=1, cutoff=0.85):
        raise InputError(f"dataset.regions: there is no region '{name}' (did you mean '{meant[0]}'?)")


def masks_of(regions: Boxes | None) -> dict[str, np.ndarray]:
    """Masks of the regions, bool, shape (48, 48), and of the background, if there is any.

    Args:
        regions: as in `check_boxes`; empty: no masks at all; None: `NINTHS`.

    Raises:
        InputError: as `check_boxes`.
    """
    import numpy as np

    regions = NINTHS if regions is None else regions
    check_boxes(regions)
    if not regions:
        return {}
    # The regions of a face in the order in which they are always shown, others after them as they are configured.
    ordered = sorted(regions, key=lambda name: NAMES.index(name) if name in NAMES else len(NAMES))
    masks = {name: np.zeros((48, 48), dtype=bool) for name in ordered}
    for name, mask in masks.items():
        for left, top, right, bottom in regions[name]:
            mask[top:bottom, left:right] = True
    rest = ~np.logical_or.reduce(list(masks.values()))
    return masks | {"background": rest} if rest.any() else masks
