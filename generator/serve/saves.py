"""Saves that come close together, as one."""

from __future__ import annotations

import threading
import time

GATHER = 0.05
"""Seconds after a save in which another joins it."""
PATIENCE = 0.5
"""Seconds after which saves are shown although more keep coming."""


class Saves:
    """Counts saves, for the one thread that shows them.

    What is saved is rendered at once and shown when no other save came in the meantime: the time that a page takes
    is spent while one has to wait anyway.
    """

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._count = self._shown = 0
        self._first = self._due = 0.0
        self._ended = False

    def note(self, ago: float = 0.0) -> None:
        """Something was saved.

        Args:
            ago: seconds since then; `GATHER` or more for what no other save can join, such as new results.
        """
        with self._change:
            now = time.monotonic()
            if self._count == self._shown:
                self._first = now
            self._count += 1
            self._due = max(self._due, now + GATHER - ago)
            self._change.notify_all()

    def wait(self) -> int | None:
        """Wait for a save that is not shown yet; its number, or None at the end."""
        with self._change:
            self._change.wait_for(lambda: self._ended or self._count > self._shown)
            return None if self._ended else self._count

    def settled(self, number: int) -> bool:
        """Wait as long as more may come; whether `number` is to be shown, since it was the last one.

        Args:
            number: from `wait`.
        """
        with self._change:
            while not self._ended:
                left = min(self._due, self._first + PATIENCE) - time.monotonic()
                late = time.monotonic() >= self._first + PATIENCE
                if self._count > number and not late:
                    return False
                if left <= 0:
                    self._shown = number
                    self._first = time.monotonic()
                    return True
                self._change.wait(left)
            return False

    def end(self) -> None:
        """Nobody waits any longer."""
        with self._change:
            self._ended = True
            self._change.notify_all()
