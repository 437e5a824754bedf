"""Server-sent events to every open tab."""

from __future__ import annotations

import json
import queue
import threading
from typing import Any

HEARTBEAT = 10.0
"""Seconds after which a quiet connection is written to, so that a closed tab is noticed."""


class Broker:
    """Hands each event to every subscriber, and the latest state to those who come later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: set[queue.SimpleQueue[str | None]] = set()
        self._state: dict[str, Any] = {"version": 0, "problems": [], "working": ""}
        self._closed = False

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
        """Change the state and tell everybody: ``version`` (counts up), ``problems`` (lines), ``working`` (words)."""
        with self._lock:
            self._state |= changes
            text = self._text()
            for subscriber in self._subscribers:
                subscriber.put(text)

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            self._closed = True
            for subscriber in self._subscribers:
                subscriber.put(None)

    def __len__(self) -> int:
        return len(self._subscribers)

    def _text(self) -> str:
        return f"data: {json.dumps(self._state, ensure_ascii=False)}\n\n"
