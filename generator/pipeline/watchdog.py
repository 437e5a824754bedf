"""Notices a worker that hangs: no message and no work done for a while, or no message for a very long while."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

IDLE = 120
"""Seconds without a message and without use of a processor after which a worker hangs (a deadlock, a dead disk)."""
SILENT = 3600
"""Seconds without a message after which it hangs although it is busy (an endless loop)."""
_TICK = 1.0
_WORKING = 0.01


class Watchdog:
    """Watches one worker from a thread of its own.

    Seconds are counted by ticks and not read off a clock: a machine that slept, or a build that was stopped with
    Ctrl-Z and went on, is no hang.

    Args:
        group: the worker's process group and session, its children's too.
        bite: called once when it hangs, with what was noticed.
        idle, silent: seconds, as `IDLE` and `SILENT`.
        busy: whether it has something to do; a worker that waits for work does not hang.
    """

    def __init__(
        self,
        group: int,
        bite: Callable[[str], None],
        idle: float = IDLE,
        silent: float = SILENT,
        busy: Callable[[], bool] = lambda: True,
    ) -> None:
        self._group, self._bite, self._busy = group, bite, busy
        self._idle, self._silent = idle, silent
        self._heard = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def heard(self) -> None:
        """The worker said something."""
        self._heard.set()

    def _watch(self) -> None:
        tick = min(_TICK, self._idle / 4)
        idle = silent = 0.0
        used = _processor_seconds(self._group)
        while not self._over.wait(tick):
            now = _processor_seconds(self._group)
            # Where the system does not say what a process uses, only the long silence counts.
            idle = idle + tick if now is not None and used is not None and now - used < _WORKING * tick else 0.0
            silent += tick
            used = now
            if self._heard.is_set() or not self._busy():
                self._heard.clear()
                idle = silent = 0.0
            if idle >= self._idle or silent >= self._silent:
                seconds = idle if idle >= self._idle else silent
                self._bite(f"said {'and did ' if idle >= self._idle else ''}nothing for {seconds:.0f} s and was ended")
                return


def _processor_seconds(session: int) -> float | None:
    """Processor time used by all living processes of a session; None where there is no ``/proc``."""
    if not Path("/proc/self/stat").exists():
        return None
    ticks = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            # Fields after the name, which may hold blanks and brackets: 3 is the session, 11 and 12 the times.
            fields = Path(entry.path, "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
