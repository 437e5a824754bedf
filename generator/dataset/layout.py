"""Which folder is a split, which is a class: FER2013's archive, and any folders of images by class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.dataset.names import shown, split_of
from generator.errors import InputError


@dataclass(frozen=True)
class Placed:
    """One image file.

    Attributes:
        path: from the top of the tree.
        split: as in `Labelled`, or None if the tree has no splits.
        folder: the class folder's name.
        name: by which a reader finds the image again.
    """

    path: str
    split: str | None
    folder: str
    name: str


def arrange(paths: Sequence[str], file: str) -> list[Placed]:
    """Find split and class of every image.

    Understood are ``class/x.jpg``, ``split/class/x.jpg`` and ``class/split/x.jpg``, below any number of folders that
    hold everything. In a ``test`` folder, names such as ``PrivateTest_123.jpg`` say which of FER2013's two it is.

    Args:
        paths: of the images, with ``/`` between the parts.
        file: the tree's name in messages.

    Raises:
        InputError: an image stands in no class folder, or splits and classes stand side by side.
    """
    parts = _without_wrapper([path.split("/") for path in paths])
    for path, part in zip(paths, parts, strict=True):
        if len(part) < 2:
            message = f"image '{shown(path)}' stands in no class folder; expected class/image or train/class/image"
            raise InputError(message, file)
    order = _order(parts, file)
    located = [_located(part, order) for part in parts]
    # A file name that two classes share does not find the image again: the folder is put before it.
    times = Counter((split, name) for split, _, name in located)
    return [
        Placed(path, split, folder, name if times[split, name] == 1 else f"{folder}/{name}")
        for path, (split, folder, name) in zip(paths, located, strict=True)
    ]


def _without_wrapper(parts: list[list[str]]) -> list[list[str]]:
    while (
        parts
        and len({part[0] for part in parts}) == 1
        and min(len(part) for part in parts) >= 3
        and split_of(parts[0][0]) is None
    ):
        parts = [part[1:] for part in parts]
    return parts


def _order(parts: list[list[str]], file: str) -> str:
    """``split first``, ``class first`` (a split below it) or ``no split``."""
    deep = {part[0] for part in parts if len(part) >= 3}
    shallow = {part[0] for part in parts if len(part) == 2}
    splits = {top for top in deep if split_of(top)}
    if not splits and all(split_of(top) for top in shallow):
        splits = shallow
    if splits:
        for top in sorted(splits & shallow):
            raise InputError(f"folder '{shown(top)}' holds images and not only class folders", file)
        for top in sorted((deep | shallow) - splits):
            beside = shown(min(splits))
            message = f"folder '{shown(top)}' stands beside '{beside}'; expected only splits (train, test) there"
            raise InputError(message, file)
        return "split first"
    if not shallow and all(split_of(part[1]) for part in parts):
        return "class first"
    return "no split"


def _located(part: list[str], order: str) -> tuple[str | None, str, str]:
    if order == "no split":
        return None, _composed(part[0]), "/".join(part[1:])
    first, second, *rest = part
    split, folder = (first, second) if order == "split first" else (second, first)
    known = split_of(split)
    prefix = re.match(r"(PublicTest|PrivateTest)_", rest[-1])
    if known == "test" and prefix:
        known = prefix.group(1)
    return known, _composed(folder), "/".join(rest)


def _composed(folder: str) -> str:
    """macOS writes decomposed accents; the names in `dataset.classes` are typed composed."""
    return unicodedata.normalize("NFC", folder)
