"""Saves are gathered, shown once, and written behind the writer's back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from generator.serve import publisher
from generator.serve.publisher import Publisher
from generator.serve.saves import GATHER, PATIENCE, Saves

SLACK = 0.25
"""Seconds that a busy machine may be late."""


class Shown:
    """Shows saves as the preview does; notes how often it rendered and showed."""

    def __init__(self, render: float = 0.0) -> None:
        self.saves, self.render = Saves(), render
        self.rendered, self.shown = 0, [0.0]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while (number := self.saves.wait()) is not None:
            self.rendered += 1
            time.sleep(self.render)
            if self.saves.settled(number):
                self.shown.append(time.monotonic())

    def __len__(self) -> int:
        return len(self.shown) - 1


@pytest.fixture
def shown() -> Iterator[Shown]:
    found = Shown()
    yield found
    found.saves.end()
    found.thread.join(5)
    assert not found.thread.is_alive()


def test_saves_within_50_ms_make_one_build(shown: Shown) -> None:
    for _ in range(3):
        shown.saves.note()
        time.sleep(0.01)
    time.sleep(GATHER + SLACK)
    assert len(shown) == 1


def test_saves_far_apart_are_shown_each(shown: Shown) -> None:
    for _ in range(3):
        shown.saves.note()
        time.sleep(GATHER + SLACK)
    assert len(shown) == 3


def test_a_page_is_rendered_while_one_waits_for_more_saves() -> None:
    shown = Shown(render=GATHER * 0.8)
    begun = time.monotonic()
    shown.saves.note()
    time.sleep(GATHER * 2 + SLACK)
    assert GATHER <= shown.shown[1] - begun < GATHER * 1.6 + SLACK
    assert (shown.rendered, len(shown)) == (1, 1)
    shown.saves.end()


def test_what_is_no_save_is_shown_at_once(shown: Shown) -> None:
    for _ in range(5):
        shown.saves.note(ago=GATHER)
        begun = time.monotonic()
        while shown.shown[-1] < begun - 0.001 and time.monotonic() < begun + SLACK:
            time.sleep(0.001)
    assert len(shown) >= 1


def test_somebody_who_never_stops_saving_sees_something(shown: Shown) -> None:
    begun = time.monotonic()
    while time.monotonic() < begun + 2 * PATIENCE + SLACK:
        shown.saves.note()
        time.sleep(0.005)
    assert len(shown) >= 1


def test_the_last_site_is_published_and_those_before_it_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "PAUSE", 0.1)
    written: list[dict[str, bytes]] = []
    one = Publisher(lambda site: written.append(dict(site)))
    for number in range(5):
        one.put({"a": bytes([number])})
    for _ in range(100):
        if written:
            break
        time.sleep(0.02)
    assert written == [{"a": b"\x04"}]
    one.put({"a": b"last"})
    one.finish()
    assert written[1:] == [{"a": b"last"}]
    one.finish()
    assert len(written) == 2
