"""Publishing as a transaction: rendered aside, checked, then put in place whole; foreign files are never touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.errors import BuildError, InputError, Problem
from generator.litter import is_litter
from generator.pipeline.lock import folder_lock

MANIFEST = ".manifest.json"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def check_target(out: Path, root: Path) -> Path:
    """Refuse folders that no site belongs in.

    Args:
        out: as given on the command line.
        root: the checkout.

    Returns:
        The absolute path.

    Raises:
        InputError: for ``/``, the home folder, the checkout or a folder above it or of its sources, or a symlink.
    """
    place = Path(os.path.abspath(out))
    for part in (place, *place.parents):
        if part.is_symlink():
            raise InputError(f"--out {out}: {part} is a symbolic link; give the real folder")
    # Not Path.home(): a user that the system does not know, in a container say, has none.
    taken = {Path("/"), Path(os.path.expanduser("~")), root, *root.parents}
    if place in taken:
        raise InputError(f"--out {out}: a site is not written over {place}; give a folder of its own")
    for name in ("generator", "templates", "content", "tests", ".git", ".cache", ".github", ".ci", ".venv"):
        if place == root / name or root / name in place.parents:
            raise InputError(f"--out {out}: {root / name} belongs to the program; give a folder of its own")
    if place.exists() and not place.is_dir():
        raise InputError(f"--out {out}: is a file, not a folder")
    return place


def check_owned(out: Path, overwrite: bool = False) -> None:
    """Make sure that everything in `out` was written by this program and not changed since.

    Args:
        out: the site's folder; it need not exist.
        overwrite: accept generated files that were edited by hand.

    Raises:
        InputError: naming the foreign or edited files.
    """
    _recover(out)
    if not out.is_dir():
        return
    owned = _manifest(out)
    foreign, edited = [], []
    for name, path in _files(out):
        if name == MANIFEST or (is_litter(os.path.basename(path)) and not os.path.islink(path)):
            continue  # what a file manager left is nobody's: it goes with the old site
        if name not in owned or os.path.islink(path) or not os.path.isfile(path):
            foreign.append(name)
        elif hashlib.sha256(_content(path)).hexdigest() != owned[name]:
            edited.append(name)
    if foreign:
        raise InputError(
            f"holds files this program did not write: {_some(foreign)}; move them, or give another --out", out
        )
    if edited and not overwrite:
        raise InputError(f"holds generated files edited by hand: {_some(edited)}; --overwrite replaces them", out)


def publish(out: Path, files: Mapping[str, bytes], check: Callable[[Path], list[Problem]]) -> bool:
    """Put `files` in place of the site in `out`.

    Args:
        out: the site's folder, checked by `check_target` and `check_owned`.
        files: relative name to content.
        check: looks at the folder that is about to be published; any problem stops it.

    Returns:
        Whether anything changed. An unchanged site is left alone.

    Raises:
        BuildError: when the folder cannot be written or its check finds problems; the old site is then untouched.
        InputError: files that this program did not write have come into the folder meanwhile; likewise.
    """
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    aside = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with folder_lock(out.parent, "another build is publishing into"):
            return _publish(out, aside, files, listed, check)
    except OSError as error:
        reason = f"{error.strerror or error}"
        raise BuildError(f"{out}: the new site could not be written ({reason}); the old one is in place") from None


def _publish(
    out: Path,
    aside: Path,
    files: Mapping[str, bytes],
    listed: Mapping[str, str],
    check: Callable[[Path], list[Problem]],
) -> bool:
    if out.is_dir() and _manifest(out) == listed and _intact(out, files):
        _remove(aside, quietly=True)  # left by a build that was killed
        return False
    try:
        _remove(aside)
        _write(aside, files, listed, out)
        problems = check(aside)
        if problems:
            lines = "\n".join(f"  {str(problem).replace(f'{aside}/', '')}" for problem in problems[:20])
            raise BuildError(f"{out}: the new site has {len(problems)} faults; the old one is in place\n{lines}")
        if out.is_dir() and not os.access(out, os.W_OK):
            raise PermissionError(13, "Permission denied", str(out))
        check_owned(out, overwrite=True)  # once more: what was put there while the build ran is no less foreign
        _swap(aside, out)
    finally:
        _remove(aside, quietly=True)
    return True


def _files(folder: Path) -> list[tuple[str, str]]:
    """(name below the folder, path) of everything that is no folder, links to folders included, sorted."""
    found = []
    start = len(str(folder)) + 1
    for above, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]
        for name in (*names, *links):
            path = os.path.join(above, name)
            found.append((path[start:].replace(os.sep, "/"), path))
    return sorted(found)


def _content(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _is(path: str, content: bytes) -> bool:
    """Whether a file is there, is no link and holds exactly this."""
    try:
        return not os.path.islink(path) and os.path.getsize(path) == len(content) and _content(path) == content
    except OSError:
        return False


def _intact(out: Path, files: Mapping[str, bytes]) -> bool:
    return all(_is(f"{out}/{name}", content) for name, content in files.items())


def _write(aside: Path, files: Mapping[str, bytes], listed: Mapping[str, str], old: Path) -> None:
    """Write a site; files that the old one holds just so are linked, which is ten times as quick as writing them."""
    folders = {Path(name).parent for name in files}
    for folder in sorted(folders):
        (aside / folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if not _linked(f"{old}/{name}", f"{aside}/{name}", content):
            (aside / name).write_bytes(content)
    with (aside / MANIFEST).open("w", encoding="utf-8") as manifest:
        json.dump(listed, manifest, indent=0, sort_keys=True, ensure_ascii=False)
        manifest.write("\n")
        manifest.flush()
        # One sync of the last file written; a crash of the machine itself is the file system's affair.
        os.fsync(manifest.fileno())


def _linked(old: str, new: str, content: bytes) -> bool:
    if not _is(old, content):
        return False
    try:
        os.link(old, new)
    except OSError:
        return False  # no hard links here: it is written
    return True


def _swap(new: Path, out: Path) -> None:
    if not out.exists():
        new.rename(out)
        return
    if _exchange(new, out):
        _remove(new, quietly=True)
        return
    old = out.with_name(f".{out.name}.old")
    _remove(old)
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    _remove(old, quietly=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step (Linux renameat2, macOS renamex_np); False where there is no such call."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(one), os.fsencode(other)
    if library is not None and hasattr(library, "renameat2"):
        return bool(library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE) == 0)
    if sys.platform == "darwin" and library is not None and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(first, second, _RENAME_EXCHANGE) == 0)
    return False


def _recover(out: Path) -> None:
    """Finish what a killed build left: without an exchange call, the old site may stand aside."""
    old = out.with_name(f".{out.name}.old")
    if old.is_dir() and not out.exists():
        old.rename(out)


def _manifest(out: Path) -> dict[str, str]:
    try:
        listed = json.loads((out / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return listed if isinstance(listed, dict) else {}


def _remove(folder: Path, quietly: bool = False) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder, ignore_errors=quietly)


def _some(names: list[str], shown: int = 5) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
