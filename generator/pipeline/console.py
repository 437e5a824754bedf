"""How far the work is: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO

from generator.pipeline.messages import Advanced, Finished, Message, Started


class Console:
    """Prints the worker's messages to standard error.

    Args:
        total: number of stages that run.
        stream: where to; a terminal gets one live line, anything else a line per stage.
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._total = total
        self._started: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._width = 0

    def __call__(self, message: Message) -> None:
        """Show one message; two workers may talk at once."""
        with self._lock:
            if isinstance(message, Started):
                self._started[message.stage] = (len(self._started) + 1, time.monotonic())
                self._show(f"{self._head(message.stage)} …")
            elif isinstance(message, Advanced):
                self._advance(message)
            elif isinstance(message, Finished):
                self._line(f"{self._head(message.stage)}: {message.seconds:.1f} s")

    def _head(self, stage: str) -> str:
        return f"[{self._started[stage][0]}/{self._total}] {stage}"

    def _advance(self, message: Advanced) -> None:
        if not self._live:
            return
        part = message.done / message.total if message.total else 0.0
        spent = time.monotonic() - self._started[message.stage][1]
        left = f", {spent / part - spent:.0f} s left" if part > 0.05 else ""
        what = f" {message.what}" if message.what else ""
        self._show(f"{self._head(message.stage)}:{what} {message.done}/{message.total} ({part:.0%}{left})")

    def _show(self, text: str) -> None:
        if self._live:
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
            self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(("\r" + text.ljust(self._width) if self._live else text) + "\n")
        self._width = 0
        self._stream.flush()
