"""Files that nobody meant to put where they are: what file managers and editors leave beside one's own."""

from __future__ import annotations

_FILE_MANAGERS = (".DS_Store", "Thumbs.db", "desktop.ini")


def is_litter(name: str) -> bool:
    """Whether a file manager (macOS, Windows) writes files of this name unasked into any folder that it shows."""
    return name in _FILE_MANAGERS or name.startswith("._")


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is no part of a data set: hidden, or a file manager's."""
    return name.startswith(".") or name == "__MACOSX" or is_litter(name)


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is not to be published: hidden, or an editor's copy (``x~``, ``#x#``)."""
    return is_hidden(name) or name.startswith("#") or name.endswith("~")
