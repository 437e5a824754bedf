"""Data of any known layout, told apart by content."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from generator.dataset.csvfile import read_csv
from generator.dataset.folders import read_tree
from generator.dataset.labelled import Labelled
from generator.dataset.names import shown
from generator.dataset.trees import Archive, Folder
from generator.errors import InputError, nearest
from generator.pipeline.artifact import Progress, silent

_OTHER_KINDS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
)


def load(path: Path, classes: Sequence[str] | None = None, progress: Progress = silent) -> Labelled:
    """Read a data set: a zip archive or folder of images by class, or a CSV file in one of FER2013's layouts.

    Args:
        path: file or folder.
        classes: ``dataset.classes``, or None.
        progress: called with how much is read.

    Raises:
        InputError: the path is missing, or its content is none of these or is damaged.
    """
    try:
        if path.is_dir():
            return read_tree(Folder(path), classes, progress)
        with path.open("rb") as stream:
            start = stream.read(8)
            size = stream.seek(0, 2)
            stream.seek(0)
            if start.startswith(b"PK") or zipfile.is_zipfile(path):
                tree = Archive(path)
                with tree.archive:
                    return read_tree(tree, classes, progress)
            for magic, kind in _OTHER_KINDS:
                if start.startswith(magic):
                    raise InputError(f"is a {kind} archive; unpack it and give the folder or the CSV file", path)
            if path.suffix.lower() == ".zip":
                raise InputError("is no zip archive in spite of its name", path)
            return read_csv(stream, shown(str(path), 4096), classes, size, progress)
    except FileNotFoundError:
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = nearest(path.name, siblings) if siblings else ""
        raise InputError(f"there is no file or folder '{shown(path.name)}'{hint}", path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None
