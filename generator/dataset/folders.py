"""Images by class, in a folder or a zip archive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from generator.dataset.csvfile import LONGEST_LINE, header_of, read_csv
from generator.dataset.faces48 import SUFFIXES, face_of
from generator.dataset.labelled import Labelled
from generator.dataset.layout import arrange
from generator.dataset.names import ordered_classes, shown
from generator.dataset.trees import MOST_FILES, Tree
from generator.errors import InputError
from generator.pipeline.artifact import Progress, silent


def read_tree(tree: Tree, classes: Sequence[str] | None = None, progress: Progress = silent) -> Labelled:
    """Read all images of a tree, sorted by path; a tree with no image but one CSV file is read as that.

    Args:
        tree: a folder or an archive.
        classes: the classes in the order that is wanted; None: FER2013's order or the alphabet's.
        progress: called with the images read.

    Raises:
        InputError: for the first thing that is wrong.
    """
    paths = [path for path in tree.paths if path.lower().endswith(SUFFIXES)]
    if not paths:
        return _only_table(tree, classes, progress)
    if len(paths) > MOST_FILES:
        raise InputError(f"holds {len(paths):,} images, expected at most {MOST_FILES:,}", tree.file)
    placed = arrange(paths, tree.file)
    names, labels = ordered_classes((image.folder for image in placed), classes, tree.file)
    if len(names) < 2:
        only = shown(placed[0].folder)
        raise InputError(f"has one class folder ('{only}'); a classifier tells at least 2 classes apart", tree.file)
    images = np.empty((len(placed), 48, 48), dtype=np.uint8)
    converted = coloured = 0
    for index, image in enumerate(placed):
        if index % 256 == 0:
            progress(index, len(placed), "reading images")
        try:
            face = face_of(tree.read(image.path))
        except ValueError as error:
            raise InputError(str(error), f"{tree.file}/{shown(image.path)}") from None
        images[index] = face.pixels
        converted += face.converted
        coloured += face.coloured
    progress(len(placed), len(placed), "reading images")
    splits = tuple(image.split for image in placed if image.split is not None)
    return Labelled(
        images=images,
        labels=np.array([labels[image.folder] for image in placed], dtype=np.int64),
        names=tuple(image.name for image in placed),
        splits=splits or None,
        classes=names,
        kind=tree.kind,
        converted=converted,
        coloured=coloured,
    )


def _only_table(tree: Tree, classes: Sequence[str] | None, progress: Progress) -> Labelled:
    tables = [path for path in tree.paths if path.lower().endswith(".csv")]
    if not tables:
        found = f"holds no images but {len(tree.paths):,} other files" if tree.paths else "is empty"
        raise InputError(f"{found}; expected folders of .jpg, .png … by class", tree.file)
    if len(tables) > 1:
        tables = _with_faces(tree, tables)
    with tree.stream(tables[0]) as stream:
        return read_csv(stream, f"{tree.file}/{shown(tables[0])}", classes, tree.size(tables[0]), progress)


def _with_faces(tree: Tree, tables: list[str]) -> list[str]:
    """The one table with labels and pixels, as Kaggle's and the course's archives hold it beside ``test.csv``."""
    headers = {}
    for path in tables:
        with tree.stream(path) as stream, suppress(InputError):
            headers[path] = header_of(stream.read(LONGEST_LINE).split(b"\n")[0], tree.file)
    whole = [path for path, header in headers.items() if header.usage is not None] or list(headers)
    if len(whole) == 1:
        return whole
    listed = ", ".join(shown(path) for path in (whole or tables)[:5])
    problem = "holds several tables of faces" if whole else "none of its tables has columns of labels and pixels"
    raise InputError(f"{problem} ({listed}); give the path of one", tree.file)
