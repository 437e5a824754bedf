"""Folders and zip archives as the same thing: paths and the bytes behind them. Nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from generator.dataset.names import readable, shown
from generator.errors import InputError
from generator.litter import is_hidden

MOST_FILES = 500_000
MOST_BYTES = 8 << 30
LARGEST_FILE = 128 << 20


class Stream(Protocol):
    """Bytes, read from the start."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes, or all that are left."""


class Tree(Protocol):
    """Files by their path from the top, with ``/`` between the parts."""

    kind: str
    file: str
    paths: list[str]

    def read(self, path: str) -> bytes:
        """The bytes of one file.

        Raises:
            InputError: it is damaged or cannot be read.
        """

    def size(self, path: str) -> int:
        """Bytes of one file, unpacked."""

    def stream(self, path: str) -> AbstractContextManager[Stream]:
        """One file of any size, open for reading bytes."""


class Folder:
    """Files below a folder; hidden ones are left out."""

    kind = "folder"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.file = shown(str(root), 4096)
        self.paths = sorted(self._walk(root, ""))

    def read(self, path: str) -> bytes:
        with self.stream(path) as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise InputError(f"is larger than {LARGEST_FILE >> 20} MiB", self.root / path)
        return data

    def size(self, path: str) -> int:
        return (self.root / path).stat().st_size

    def stream(self, path: str) -> AbstractContextManager[Stream]:
        try:
            return (self.root / path).open("rb")
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", self.root / path) from None

    def _walk(self, folder: Path, prefix: str) -> Iterator[str]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", folder) from None
        for entry in entries:
            path = prefix + entry.name
            if is_hidden(entry.name):
                continue
            _check_name(path, self.file)
            if entry.is_dir():
                if entry.is_symlink():
                    raise InputError(
                        "is a link to a folder, which is not followed; put the folder there", shown(entry.path, 4096)
                    )
                yield from self._walk(Path(entry.path), f"{path}/")
            elif entry.is_file():
                yield path


class Archive:
    """Files in a zip archive, read in memory; links and hidden files are left out."""

    kind = "zip"

    def __init__(self, file: Path) -> None:
        self.file = shown(str(file), 4096)
        try:
            self.archive = zipfile.ZipFile(file)
            entries = self.archive.infolist()
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", file) from None
        except Exception as error:  # zipfile trusts the sizes and offsets that it finds.
            late = isinstance(error, zipfile.BadZipFile) and str(error) == "File is not a zip file"
            reason = "it ends too early" if late else shown(" ".join(str(error).split()))
            raise InputError(f"is no whole zip archive ({reason}); download or pack it again", file) from None
        self.entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._add(entry)
        if len(self.entries) > MOST_FILES:
            raise InputError(f"holds {len(self.entries):,} files, expected at most {MOST_FILES:,}", file)
        total = sum(entry.file_size for entry in self.entries.values())
        if total > MOST_BYTES:
            raise InputError(f"would unpack to {total >> 20:,} MiB, expected at most {MOST_BYTES >> 20:,}", file)
        self.paths = sorted(self.entries)

    def _add(self, entry: zipfile.ZipInfo) -> None:
        path = _decoded(entry).replace("\\", "/")
        if path.endswith("/"):
            return
        parts = path.split("/")
        if any(is_hidden(part) for part in parts if part != "..") or stat.S_ISLNK(entry.external_attr >> 16):
            return
        _check_name(path, self.file)
        if path.startswith("/") or ".." in parts or "" in parts or ":" in parts[0]:
            raise InputError(f"entry '{shown(path)}' points outside the archive; pack it again", self.file)
        if entry.flag_bits & 1:
            raise InputError(f"entry '{shown(path)}' is encrypted; pack it again without a password", self.file)
        if path in self.entries:
            raise InputError(f"entry '{shown(path)}' stands there twice", self.file)
        self.entries[path] = entry

    def read(self, path: str) -> bytes:
        entry = self.entries[path]
        if entry.file_size > LARGEST_FILE:
            raise InputError(f"is larger than {LARGEST_FILE >> 20} MiB", f"{self.file}/{shown(path)}")
        try:
            return self.archive.read(entry)
        except Exception as error:
            raise _damaged(error, f"{self.file}/{shown(path)}") from None

    def size(self, path: str) -> int:
        return self.entries[path].file_size

    def stream(self, path: str) -> AbstractContextManager[Stream]:
        return _Entry(self.archive, self.entries[path], f"{self.file}/{shown(path)}")


class _Entry:
    """An archive's entry as a stream whose damage is reported with its name."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> None:
        self.file = file
        try:
            self.stream = archive.open(entry)
        except Exception as error:
            raise _damaged(error, file) from None

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stream.read(size)
        except Exception as error:
            raise _damaged(error, self.file) from None

    def __enter__(self) -> _Entry:
        return self

    def __exit__(self, *error: object) -> None:
        self.stream.close()


def _damaged(error: Exception, file: str) -> InputError:
    """What to say of an entry; of any exception, because zipfile and its decompressors raise at least eight kinds."""
    return InputError(f"is damaged in the archive ({shown(' '.join(str(error).split()))})", file)


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The entry's name; UTF-8 even if the archive does not say so, as macOS writes it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _check_name(path: str, file: str) -> None:
    if not readable(path):
        message = f"name '{shown(path)}' holds characters that cannot be shown; rename it"
        raise InputError(message, file)
