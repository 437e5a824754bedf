"""Content hashes of files, remembered so that a large unchanged file costs one ``stat``."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

from generator.litter import is_hidden


class FileDigests:
    """SHA-256 of files, with a memo on disk.

    A file is hashed again when its size, modification time, inode or change time differs from the memo. The change
    time is set by the kernel alone, so a file replaced by one of equal size and equal time stamp is noticed.
    """

    def __init__(self, memo: Path) -> None:
        self._memo_file = memo
        self._memo: dict[str, list[int | str]] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError):
            loaded = json.loads(memo.read_text("utf-8"))
            if isinstance(loaded, dict):
                self._memo = loaded

    def of(self, file: Path, again: bool = False) -> str:
        """Hex SHA-256 of the file's bytes.

        Args:
            file: to hash.
            again: hash it even if the memo knows it: no stamp shows a bit that flipped on the disk.

        Raises:
            OSError: when the file cannot be read.
        """
        status = os.stat(file)
        stamp: list[int | str] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._memo.get(str(file))
        if known is not None and known[:4] == stamp and not again:
            return str(known[4])
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if known != [*stamp, digest]:
            self._memo[str(file)] = [*stamp, digest]
            self._changed = True
        return digest

    def of_tree(self, path: Path) -> str:
        """Hex SHA-256 of a file, or of all files below a folder with their relative names.

        Hidden files do not count, as they do not when a data set is read: a file manager may write one at any time.
        """
        if not path.is_dir():
            return self.of(path)
        total = hashlib.sha256()
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not is_hidden(name))
            for name in sorted(name for name in names if not is_hidden(name)):
                file = Path(folder, name)
                line = f"{file.relative_to(path).as_posix()}\0{self.of(file)}\n"
                # A name that is no UTF-8 is for the reader of the data to refuse, in words.
                total.update(line.encode("utf-8", "surrogateescape"))
        return total.hexdigest()

    def save(self) -> None:
        """Write the memo if it changed; a memo that cannot be written costs time, not correctness."""
        if not self._changed:
            return
        with contextlib.suppress(OSError):
            self._memo_file.parent.mkdir(parents=True, exist_ok=True)
            aside = self._memo_file.with_suffix(f".{os.getpid()}.tmp")
            # Files that are gone, such as results that were pruned, are forgotten: the memo is read by every build.
            there = {file: kept for file, kept in self._memo.items() if os.path.exists(file)}
            aside.write_text(json.dumps(there), "utf-8")
            aside.replace(self._memo_file)
            self._changed = False
