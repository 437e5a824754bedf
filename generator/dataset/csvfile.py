"""FER2013 as a table: ``fer2013.csv``, ``icml_face_data.csv`` and the course's ``train.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generator.dataset.digits import mistake, pixels_of
from generator.dataset.labelled import Labelled
from generator.dataset.names import FER2013, checked_classes, shown, split_of
from generator.dataset.trees import Stream
from generator.errors import InputError, nearest
from generator.pipeline.artifact import Progress, silent

ROWS_AT_ONCE = 32
BLOCK = 1 << 20
LONGEST_LINE = 1 << 16
LABEL_COLUMNS = ("emotion", "label")
PIXEL_COLUMNS = ("pixels", "feature")
SPLIT_COLUMN = "usage"


@dataclass(frozen=True)
class Header:
    """Where the columns are.

    Attributes:
        count: number of columns.
        label, pixels: their positions.
        usage: position of the column that names the split, or None.
    """

    count: int
    label: int
    pixels: int
    usage: int | None


def read_csv(
    stream: Stream,
    file: str,
    classes: Sequence[str] | None = None,
    size: int = 0,
    progress: Progress = silent,
) -> Labelled:
    """Read a table of faces, whatever the order of its columns.

    Args:
        stream: the file, open for reading bytes.
        file: its name in messages.
        classes: names of the labels 0, 1, …; None: FER2013's seven.
        size: of the file in bytes, for the progress report.
        progress: called with the bytes read.

    Returns:
        Labelled images, named ``#0``, ``#1`` … after their row, counted from 0 as NumPy and pandas do.

    Raises:
        InputError: with the line of the first mistake.
    """
    names = FER2013 if classes is None else checked_classes(classes)
    lines = _lines(stream, file, size, progress)
    first = next(lines, None)
    if first is None:
        raise InputError("is empty; expected columns emotion,pixels,Usage or label,feature", file)
    header = header_of(first[1], file)
    rows = _Rows(header, names, file)
    for number, line in lines:
        rows.add(number, line)
    rows.decode()
    if not rows.labels:
        raise InputError("holds column names and no rows", file, 1)
    return Labelled(
        images=np.concatenate(rows.images).reshape(-1, 48, 48),
        labels=np.array(rows.labels, dtype=np.int64),
        names=tuple(f"#{row}" for row in range(len(rows.labels))),
        splits=None if header.usage is None else tuple(rows.splits),
        classes=names,
        kind="csv",
    )


class _Rows:
    """Rows as they come: labels and splits at once, pixels a few rows at a time."""

    def __init__(self, header: Header, classes: Sequence[str], file: str) -> None:
        self.header = header
        self.file = file
        self.classes = classes
        self.known_labels = {str(label).encode(): label for label in range(len(classes))}
        self.known_splits: dict[bytes, str] = {}
        self.labels: list[int] = []
        self.splits: list[str] = []
        self.images: list[np.ndarray] = []
        self.waiting: list[bytes] = []
        self.waiting_lines: list[int] = []

    def add(self, number: int, line: bytes) -> None:
        fields = line.split(b",")
        try:
            if len(fields) != self.header.count:
                raise InputError(f"{len(fields)} fields, expected {self.header.count}", self.file, number)
            if b'"' in line:
                fields = [_unquoted(field) for field in fields]
            label = self._label(fields[self.header.label], number)
            split = "" if self.header.usage is None else self._split(fields[self.header.usage], number)
        except InputError:
            self.decode()  # A mistake in the rows before this one is reported first.
            raise
        self.labels.append(label)
        self.splits.append(split)
        self.waiting.append(fields[self.header.pixels])
        self.waiting_lines.append(number)
        if len(self.waiting) == ROWS_AT_ONCE:
            self.decode()

    def decode(self) -> None:
        if not self.waiting:
            return
        pixels = pixels_of(self.waiting)
        if pixels is None:
            for number, field in zip(self.waiting_lines, self.waiting, strict=True):
                message = mistake(field)
                if message:
                    raise InputError(message, self.file, number)
            raise AssertionError("pixels_of refused rows in which mistake finds nothing")
        self.images.append(pixels)
        self.waiting, self.waiting_lines = [], []

    def _label(self, field: bytes, number: int) -> int:
        label = self.known_labels.get(field)
        if label is None:
            label = self.known_labels.get(field.strip())
        if label is None:
            found = shown(field.decode("utf-8", errors="replace"), 30)
            expected = f"0 to {len(self.classes) - 1} ({', '.join(self.classes)})"
            raise InputError(f"label '{found}', expected {expected}", self.file, number)
        return label

    def _split(self, field: bytes, number: int) -> str:
        split = self.known_splits.get(field)
        if split is None:
            text = shown(field.decode("utf-8", errors="replace").strip(), 30)
            split = split_of(text)
            if split is None:
                near = nearest(text, ("Training", "PublicTest", "PrivateTest"))
                raise InputError(f"unknown Usage '{text}'{near}", self.file, number)
            self.known_splits[field] = split
        return split


def _lines(stream: Stream, file: str, size: int, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers, without line ends and byte-order mark."""
    number = done = 0
    rest = b""
    while block := stream.read(BLOCK):
        done += len(block)
        progress(min(done, size or done), size or done, "reading rows")
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            yield from _line(number, line, file)
        if len(rest) > LONGEST_LINE:
            _line_too_long(number + 1, rest, file)
    if rest:
        yield from _line(number + 1, rest, file)


def _line(number: int, line: bytes, file: str) -> Iterator[tuple[int, bytes]]:
    if len(line) > LONGEST_LINE:
        _line_too_long(number, line, file)
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
        if line.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError("is UTF-16 text; save it as UTF-8", file, 1)
    line = line.removesuffix(b"\r")
    if line.strip():
        yield number, line


def _line_too_long(number: int, line: bytes, file: str) -> None:
    if b"\r" in line:
        raise InputError("lines end in a lone carriage return; save the file with \\n or \\r\\n", file, number)
    raise InputError(f"is longer than {LONGEST_LINE:,} bytes; a row of 48x48 pixels has at most 9,300", file, number)


def _unquoted(field: bytes) -> bytes:
    inner = field.strip(b" ")
    return inner[1:-1] if len(inner) >= 2 and inner[:1] == inner[-1:] == b'"' else field


def header_of(line: bytes, file: str) -> Header:
    """Find the columns by their names, whatever their order.

    Args:
        line: the first line; a byte-order mark and the line's end do no harm.
        file: the table's name in messages.

    Raises:
        InputError: a column is missing or ambiguous, or the line names no columns at all.
    """
    line = line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    expected = "expected columns emotion,pixels,Usage or label,feature"
    text = line.decode("utf-8", errors="replace")
    columns = [_unquoted(name.strip().encode()).decode().strip().lower() for name in text.split(",")]
    if b"\r" in line:
        raise InputError("lines end in a lone carriage return; save the file with \\n or \\r\\n", file, 1)
    known = (*LABEL_COLUMNS, *PIXEL_COLUMNS, SPLIT_COLUMN)
    if not set(columns) & set(known):
        for separator, name in ((";", "semicolons"), ("\t", "tabs")):
            if set(text.lower().replace('"', "").split(separator)) & set(known):
                raise InputError(f"columns are separated by {name}, expected commas", file, 1)
        if not text.isprintable() and not text.replace("\t", "").isprintable():
            raise InputError("is neither a zip archive, a folder nor a CSV file with columns emotion,pixels", file)
        raise InputError(f"the first line names no columns ('{shown(text, 40)}'); {expected}", file, 1)
    for name in known:
        if columns.count(name) > 1:
            raise InputError(f"column '{name}' stands there twice", file, 1)
    return Header(
        count=len(columns),
        label=_position(columns, LABEL_COLUMNS, file),
        pixels=_position(columns, PIXEL_COLUMNS, file),
        usage=columns.index(SPLIT_COLUMN) if SPLIT_COLUMN in columns else None,
    )


def _position(columns: list[str], wanted: tuple[str, ...], file: str) -> int:
    found = [name for name in wanted if name in columns]
    if len(found) != 1:
        problem = "is missing" if not found else "stand there both"
        names = " and ".join(f"'{name}'" for name in found) or f"column '{wanted[0]}' (or '{wanted[1]}')"
        listed = ", ".join(f"'{shown(name, 30)}'" for name in columns[:8])
        raise InputError(f"{names} {problem}; the columns are {listed}", file, 1)
    return columns.index(found[0])
