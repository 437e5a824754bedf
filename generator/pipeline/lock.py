"""One build at a time in one checkout, and one at a time into one folder, whichever checkouts they come from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import BuildError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_RETRY = 0.1


@contextmanager
def build_lock(cache: Path) -> Iterator[None]:
    """Hold the checkout's build lock; wait, with a line of explanation, while another build holds it.

    The system releases the lock when its holder dies, however it dies.

    Raises:
        BuildError: when the cache's folder cannot be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        handle = (cache / "lock").open("a")
    except OSError as error:
        raise BuildError(f"{cache}: cannot be written ({error.strerror}); results are kept there") from None
    with handle, _held(handle.fileno(), "another build is running in this folder; waiting for it"):
        yield


@contextmanager
def folder_lock(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder against other processes that write into it; nothing is left behind.

    Args:
        folder: must be there.
        what: the other one may be doing, for the line of explanation: "another build is publishing into".

    A file system without locks (some network drives) is taken as it is.
    """
    try:
        # The folder itself is locked: a lock file beside the site would be one more thing in a stranger's folder.
        handle = os.open(folder, os.O_RDONLY) if fcntl is not None else _stand_in(folder)
    except OSError:
        yield
        return
    try:
        with _held(handle, f"{what} {folder}; waiting for it"):
            yield
    finally:
        os.close(handle)


def _stand_in(folder: Path) -> int:
    """Windows locks files, not folders: a file of the user's temporary folder stands for it."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    return os.open(Path(tempfile.gettempdir(), f"facereport-{name}.lock"), os.O_RDWR | os.O_CREAT)


@contextmanager
def _held(handle: int, waiting: str) -> Iterator[None]:
    locked = _try(handle)
    if locked is False:
        print(waiting, file=sys.stderr)
        while (locked := _try(handle, wait=True)) is False:
            time.sleep(_RETRY)
    try:
        yield
    finally:
        if locked:
            _release(handle)


def _try(handle: int, wait: bool = False) -> bool | None:
    """Lock a file: True it is ours, False another has it, None there are no locks here."""
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True
    import msvcrt

    try:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def _release(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_UN)
        return
    import msvcrt

    with contextlib.suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
