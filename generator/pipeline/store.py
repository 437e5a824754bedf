"""The results store: one folder per stage and fingerprint, whole and verified, or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.litter import is_litter
from generator.pipeline.artifact import Artifact
from generator.pipeline.digest import FileDigests

if TYPE_CHECKING:
    import numpy as np

_MANIFEST = "manifest.json"


class CorruptEntry(Exception):  # noqa: N818 (a state of the store, not a mistake of the caller)
    """A stored entry whose bytes are not those that were written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder.parent.name} in the store is damaged ({reason}); it is computed anew")
        self.folder = folder


class StoredArrays(Mapping[str, "np.ndarray"]):
    """Arrays of an entry, read memory-mapped when asked for."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.npy"))}

    def __getitem__(self, name: str) -> np.ndarray:
        import numpy as np

        array: np.ndarray = np.load(self._files[name], mmap_mode="r", allow_pickle=False)
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class StoredFiles(Mapping[str, bytes]):
    """Files of an entry, read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
        self._names = [name for name in found if not is_litter(name)]

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Store:
    """Entries below one folder.

    Attributes:
        folder: ``.cache/store``.
    """

    folder: Path

    def entry(self, stage: str, fingerprint: str) -> Path:
        """Where the entry of a stage at a fingerprint is, or would be."""
        return self.folder / stage / fingerprint[:32]

    def verify(self, entry: Path, digests: FileDigests, arrays: bool = True) -> bool:
        """Whether the entry is there, with every byte as it was written.

        Args:
            entry: from `entry`.
            digests: hashes of files.
            arrays: hash the arrays too. Without, those that were whole and whose stamps are the same count as whole:
                pages are made without them.

        Raises:
            CorruptEntry: when it is there but damaged.
        """
        if not entry.is_dir():
            return False
        try:
            manifest = json.loads((entry / _MANIFEST).read_bytes())
            listed: dict[str, str] = manifest["files"]
            seal = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
            if seal != manifest["seal"]:
                raise CorruptEntry(entry, "its manifest does not match its seal")
            for name, digest in listed.items():
                if digests.of(entry / name, again=arrays or not name.startswith("arrays/")) != digest:
                    raise CorruptEntry(entry, f"{name} has other bytes than were written")
        except FileNotFoundError as error:
            raise CorruptEntry(entry, f"{Path(str(error.filename)).name} is missing") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorruptEntry(entry, f"{type(error).__name__}: {error}") from None
        return True

    def read(self, entry: Path) -> Artifact:
        """The artifact of a verified entry; arrays and files are read when used."""
        kept = json.loads((entry / "artifact.json").read_bytes())
        return Artifact(
            results=kept["results"],
            facts=kept["facts"],
            arrays=StoredArrays(entry / "arrays"),
            files=StoredFiles(entry / "files"),
        )

    def write(self, entry: Path, artifact: Artifact, inputs: dict[str, Any]) -> None:
        """Write an entry aside, sync it, and rename it into place.

        Args:
            entry: from `entry`.
            artifact: what the stage returned.
            inputs: the parts of its fingerprint, for ``--explain``.

        Raises:
            OSError: when it cannot be written; nothing of it is left then.
            ValueError: for a name that is not plain, or a number that JSON cannot hold.
        """
        aside = entry.with_name(f".{entry.name}.{os.getpid()}")
        shutil.rmtree(aside, ignore_errors=True)
        try:
            _write_whole(aside, artifact, inputs)
            if entry.exists():
                shutil.rmtree(entry)
            aside.rename(entry)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)  # what fills a disk up must not stay on it
            raise

    def drop(self, entry: Path) -> None:
        """Remove an entry, for instance a damaged one."""
        shutil.rmtree(entry, ignore_errors=True)

    def inputs(self, entry: Path) -> dict[str, Any]:
        """The parts of the fingerprint that an entry was computed from; empty if there is none."""
        try:
            kept = json.loads((entry / "inputs.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def prune(self, keep: set[Path], per_stage: int = 4) -> None:
        """Drop leftovers of killed writers and, per stage, all but the newest entries and those in `keep`."""
        if not self.folder.is_dir():
            return
        for stage in _folders(self.folder):
            for aside in stage.glob(".*"):
                shutil.rmtree(aside, ignore_errors=True)
            entries = sorted(_folders(stage), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for entry in entries[per_stage:]:
                if entry not in keep:
                    self.drop(entry)


def _folders(folder: Path) -> list[Path]:
    """What a store is made of; files such as .DS_Store are not its own."""
    return [path for path in folder.iterdir() if path.is_dir()]


def _write_whole(folder: Path, artifact: Artifact, inputs: dict[str, Any]) -> None:
    import numpy as np

    (folder / "arrays").mkdir(parents=True)
    (folder / "files").mkdir()
    body = {"results": artifact.results, "facts": artifact.facts}
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    (folder / "artifact.json").write_text(text, "utf-8")
    (folder / "inputs.json").write_text(json.dumps(inputs, ensure_ascii=False), "utf-8")
    for name, array in artifact.arrays.items():
        _safe(name)
        np.save(folder / "arrays" / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
    for name, content in artifact.files.items():
        _safe(name)
        (folder / "files" / name).write_bytes(content)
    listed = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as stream:
            listed[file.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
    seal = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
    with (folder / _MANIFEST).open("w", encoding="utf-8") as manifest:
        json.dump({"files": listed, "seal": seal}, manifest)
        manifest.flush()
        os.fsync(manifest.fileno())


def _safe(name: str) -> None:
    if Path(name).name != name or name.startswith("."):
        raise ValueError(f"an artifact's parts have plain names, got {name!r}")
