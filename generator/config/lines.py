"""YAML with a memory of lines: plain values plus the line each key stands on."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.errors import InputError, no_text
from generator.sealed import made_by, read_sealed, write_sealed

_MAX_BYTES = 1_000_000
_KEPT = 40

Location = tuple[str | int, ...]


@dataclass
class Document:
    """A YAML document as plain values.

    Attributes:
        file: where it was read from.
        data: mappings, lists and scalars.
        lines: path of keys and indices to 1-based line; a path that is not there falls back to its parents.
        digest: of the bytes that were parsed; empty if they were not, because the values were kept.
    """

    file: Path
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)
    digest: str = ""

    def line(self, path: Location) -> int:
        """Line of the value at `path`, or of the nearest thing above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(file: Path, cache: Path | None = None) -> Document:
    """Read one YAML file safely: no tags, no anchors, no duplicate keys, no NaN.

    Args:
        file: the file.
        cache: folder in which `keep_document` kept the values of files that did not change since; None: there is none.

    Raises:
        InputError: with the line, when the file is missing, not UTF-8, not YAML, or uses what is refused.
    """
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", file) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file) from None
    if len(raw) > _MAX_BYTES:
        raise InputError(f"is {len(raw):,} bytes; a configuration has at most {_MAX_BYTES:,}", file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.of([no_text(error, file)]) from None
    digest = hashlib.sha256(raw).hexdigest()
    known = None if cache is None else read_sealed(_kept(digest, cache), _maker())
    if known is not None:
        data, places = known
        return Document(file, data, {tuple(path): line for *path, line in places})
    # Here alone is YAML imported: a build whose files are as they were does without.
    from generator.config.nodes import parse

    document = Document(file, None, digest=digest)
    parse(text, document)
    return document


def keep_document(document: Document, cache: Path) -> None:
    """Keep the values of a document that turned out good, so that it is not parsed again, nor the parser imported.

    Args:
        document: from `read_document`.
        cache: the folder, which is made if need be.
    """
    if document.digest:
        file = _kept(document.digest, cache)
        write_sealed(file, _maker(), [document.data, [[*path, line] for path, line in document.lines.items()]])
        _forget_oldest(file.parent)


def _kept(digest: str, cache: Path) -> Path:
    return cache / "documents" / f"{digest[:32]}.json"


def _maker() -> str:
    return made_by(__file__, str(Path(__file__).with_name("nodes.py")))


def _forget_oldest(folder: Path) -> None:
    """Keep a bounded number of documents: a file that is edited all day leaves one for every save."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-_KEPT]:
            file.unlink()
