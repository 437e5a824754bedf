"""Names that come with the data: classes and splits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from generator.errors import InputError, nearest

FER2013 = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The seven classes of FER2013 in the order of its labels 0 to 6."""

_SPELLINGS = {
    **{name: name for name in FER2013},
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
}

_DIRECTIONS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}

SPLITS = ("PrivateTest", "PublicTest", "test", "validation")
"""Evaluation splits, the one that is used first."""

_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}


def split_of(name: str) -> str | None:
    """``train`` or one of `SPLITS` for a folder's or a Usage column's name; None for any other name."""
    return _SPLITS.get(name.strip().lower())


def ordered_classes(
    found: Iterable[str], wanted: Sequence[str] | None, file: str
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The classes' names in order, and the label of each folder.

    Folders that are all named after FER2013's classes (any case, `anger` for `angry` …), or after all its labels 0
    to 6, get FER2013's names and order, others keep their names in the order of code points; `wanted` overrides the
    order.

    Args:
        found: folder names, any number of times each.
        wanted: ``dataset.classes``, or None.
        file: where the folders are, for messages.

    Raises:
        InputError: `wanted` and the folders differ.
    """
    folders = sorted(set(found))
    names = [_SPELLINGS.get(folder.lower(), "") for folder in folders]
    order = [name for name in FER2013 if name in names]
    if folders == [str(label) for label in range(len(FER2013))]:
        names = order = list(FER2013)
    elif not all(names):
        names = order = folders
        if pair := _differ_in_case(folders):
            raise InputError(f"folders {pair}", file)
    if wanted is not None:
        chosen = checked_classes(wanted)
        for name in chosen:
            if name not in order:
                hint = nearest(name, order)
                raise InputError(f"no folder for class '{shown(name)}' of dataset.classes{hint}", file)
        for name in order:
            if name not in chosen:
                hint = nearest(name, chosen)
                raise InputError(f"folder '{shown(name)}' is not among dataset.classes{hint}", file)
        order = list(chosen)
    return tuple(order), {folder: order.index(name) for folder, name in zip(folders, names, strict=True)}


def checked_classes(names: Sequence[str]) -> tuple[str, ...]:
    """`names` in Unicode's composed form.

    Raises:
        InputError: fewer than two, one twice, an empty one, one with control characters or one that no file can have.
    """
    composed = tuple(unicodedata.normalize("NFC", name) for name in names)
    if len(composed) < 2:
        raise InputError(f"dataset.classes names {len(composed)} class; a classifier tells at least 2 apart")
    for name in composed:
        if not name.strip() or not readable(name):
            raise InputError(f"dataset.classes: '{shown(name)}' is empty or holds characters that cannot be shown")
        if "/" in name or "\\" in name or name.startswith("."):
            raise InputError(f"dataset.classes: '{name}' names files; it cannot hold / or \\ or begin with a point")
        if composed.count(name) > 1:
            raise InputError(f"dataset.classes names '{name}' twice")
    if pair := _differ_in_case(composed):
        raise InputError(f"dataset.classes: {pair}")
    return composed


def _differ_in_case(names: Sequence[str]) -> str | None:
    """What is wrong with two names whose figures would be one file on a Mac or on Windows; None if there are none."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            both = f"'{shown(other)}' and '{shown(name)}' differ in case alone"
            return f"{both}, and so would files named after them; rename one"
    return None


def readable(name: str) -> bool:
    """Whether `name` is one line of text: no control characters, broken encoding or changes of writing direction."""
    if name.isascii():  # as nearly all of an archive's names are
        return name.isprintable()
    return not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _DIRECTIONS for c in name)


def shown(name: str, limit: int = 80) -> str:
    """`name` on one line: control characters escaped, cut to `limit` characters."""
    plain = "".join(c if readable(c) else f"\\u{ord(c):04x}" for c in name)
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
