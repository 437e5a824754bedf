"""One build at a time in one checkout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import BuildError

try:
    import fcntl
except ImportError:  # Windows has no flock; there two builds at once are the user's to avoid.
    fcntl = None  # type: ignore[assignment]


@contextmanager
def build_lock(cache: Path) -> Iterator[None]:
    """Hold the checkout's build lock; wait, with a line of explanation, while another build holds it.

    The kernel releases the lock when its holder dies, however it dies.

    Raises:
        BuildError: when the cache's folder cannot be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        handle = (cache / "lock").open("a")
    except OSError as error:
        raise BuildError(f"{cache}: cannot be written ({error.strerror}); results are kept there") from None
    with handle:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("another build is running in this folder; waiting for it", file=sys.stderr)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
