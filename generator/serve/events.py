"""Server-sent events to every open tab."""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Iterable
from typing import Any

HEARTBEAT = 10.0
"""Seconds after which a quiet connection is written to, so that a closed tab is noticed."""


class Broker:
    """Hands each event to every subscriber, and the latest state to those who come later.

    The state: ``run``, another one for every start of the preview; ``version``, which counts up, and ``versions`` of
    the pages that changed since then; ``problems`` (lines); ``working`` (words, empty when nothing is computed).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: set[queue.SimpleQueue[str | None]] = set()
        self._state: dict[str, Any] = {
            "run": secrets.token_hex(8),
            "version": 0,
            "versions": {},
            "problems": [],
            "working": "",
        }
        self._closed = False

    @property
    def run(self) -> str:
        """Names this start of the preview."""
        return str(self._state["run"])

    def version_of(self, page: str) -> int:
        """When a page changed last; of a page that is not there, when anything did."""
        with self._lock:
            return int(self._state["versions"].get(page, self._state["version"]))

    def show(self, site: Iterable[str], changed: Iterable[str], **state: Any) -> None:
        """Tell that pages have changed.

        Args:
            site: names of all pages.
            changed: names of those that are new; there may be none.
            state: what changes with it: ``problems``, ``working``.
        """
        with self._lock:
            changed = set(changed)
            version = self._state["version"] + bool(changed)
            known = self._state["versions"]
            versions = {page: version if page in changed else known.get(page, 0) for page in site}
            self._tell({"version": version, "versions": versions, **state})

    def subscribe(self) -> queue.SimpleQueue[str | None]:
        """A queue of ready event texts; None ends it. Holds the present state at once."""
        own: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with self._lock:
            own.put(self._text())
            if self._closed:
                own.put(None)
            self._subscribers.add(own)
        return own

    def leave(self, own: queue.SimpleQueue[str | None]) -> None:
        """Forget a subscriber."""
        with self._lock:
            self._subscribers.discard(own)

    def tell(self, **changes: Any) -> None:
        """Change ``problems`` or ``working`` and tell everybody."""
        with self._lock:
            self._tell(changes)

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            self._closed = True
            for subscriber in self._subscribers:
                subscriber.put(None)

    def __len__(self) -> int:
        return len(self._subscribers)

    def _tell(self, changes: dict[str, Any]) -> None:
        if all(self._state[key] == value for key, value in changes.items()):
            return
        self._state |= changes
        text = self._text()
        for subscriber in self._subscribers:
            subscriber.put(text)

    def _text(self) -> str:
        return f"data: {json.dumps(self._state, ensure_ascii=False)}\n\n"
