"""Puts what is shown on the disk too, out of the way of whoever is writing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

PAUSE = 0.4
"""Seconds without a new site before one is published: checking and writing five hundred files takes a while."""


class Publisher:
    """Publishes the last site that it was given, in a thread of its own.

    Args:
        publish: writes a site.
    """

    def __init__(self, publish: Callable[[Mapping[str, bytes]], Any]) -> None:
        self._publish = publish
        self._change = threading.Condition()
        self._writing = threading.Lock()
        self._site: Mapping[str, bytes] | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, site: Mapping[str, bytes]) -> None:
        """Publish a site soon, unless a newer one comes first."""
        with self._change:
            self._site = site
            self._change.notify_all()

    def finish(self) -> None:
        """Publish what still waits, and end."""
        with self._change:
            self._ended = True
            self._change.notify_all()
        self._write()

    def _run(self) -> None:
        while not self._ended:
            with self._change:
                self._change.wait_for(lambda: self._ended or self._site is not None)
                while not self._ended and self._change.wait(PAUSE):
                    pass  # another one came
            if not self._ended:
                self._write()

    def _write(self) -> None:
        with self._writing:
            with self._change:
                site, self._site = self._site, None
            if site is not None:
                self._publish(site)
