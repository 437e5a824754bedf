"""What is shown while results are computed, and what the disk gets of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from generator.config.load import Overrides
from generator.errors import BuildError
from generator.serve import live as module
from generator.serve import publisher
from generator.serve.live import RECOMPUTING, LiveSite
from generator.site.publish import publish
from generator.site.render import RenderedSite

PAGE = "en/index.html"


@dataclass
class Stages:
    """Stands in for the computing: results are words, and pages show them beside what is saved."""

    root: Path
    previous: str | None = None
    stale: bool = False
    fails: str = ""
    go_on: threading.Event = field(default_factory=threading.Event)
    result: str = "new"

    def compute(self, loaded: Any, cache: Path, forced: Any, explain: bool, when_stale: Callable[[Any], None]) -> str:
        if self.stale:
            when_stale(self.previous)
            assert self.go_on.wait(20)
        if self.fails:
            raise BuildError(self.fails)
        return self.result

    def render(self, computed: str, root: Path, memo: object) -> RenderedSite:
        text = (root / "content" / "text").read_text("utf-8")
        return RenderedSite({PAGE: f"{computed}: {text}".encode(), "en/other.html": b"always", "results.json": b""})


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stages:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "text").write_text("one", "utf-8")
    found = Stages(tmp_path)
    monkeypatch.setattr(module, "load_config", lambda *_: None)
    monkeypatch.setattr(module, "compute", found.compute)
    monkeypatch.setattr(module, "render", found.render)
    monkeypatch.setattr(module, "publish_checked", lambda out, files: publish(out, files, lambda folder: []))
    monkeypatch.setattr(publisher, "PAUSE", 0.05)
    return found


@pytest.fixture
def live(stages: Stages) -> Iterator[LiveSite]:
    root = stages.root
    found = LiveSite(root / "config.yaml", Overrides(), root / "site", root, root / ".cache")
    yield found
    stages.go_on.set()
    found.end()


def _until(what: Callable[[], bool]) -> None:
    for _ in range(1000):
        if what():
            return
        time.sleep(0.01)
    raise AssertionError("never came true")


def _shows(live: LiveSite, text: str) -> bool:
    return live.files().get(PAGE) == text.encode()


def _save(live: LiveSite, stages: Stages, text: str) -> None:
    file = stages.root / "content" / "text"
    file.write_text(text, "utf-8")
    live.content_changed([str(file)])


def _state(live: LiveSite) -> dict[str, Any]:
    return dict(live.broker._state)


def test_results_that_are_fresh_are_never_marked_as_recomputing(live: LiveSite, stages: Stages) -> None:
    told = live.broker.subscribe()
    live.start()
    _until(lambda: _shows(live, "new: one"))
    _until((stages.root / "site" / PAGE).is_file)
    events = []
    while not told.empty():
        events.append(told.get())
    assert len(events) >= 2
    assert not any(RECOMPUTING[:6] in event for event in events)


def test_the_first_save_during_a_recompute_is_shown_at_once_and_the_second_too(live: LiveSite, stages: Stages) -> None:
    stages.stale, stages.previous = True, "old"
    live.start()
    _until(lambda: _shows(live, "old: one"))
    for text in ("two", "three", "four"):
        _save(live, stages, text)
        _until(lambda text=text: _shows(live, f"old: {text}"))  # type: ignore[misc]
    assert _state(live)["working"] == RECOMPUTING
    stages.go_on.set()
    _until(lambda: _shows(live, "new: four"))
    _until(lambda: _state(live)["working"] == "")
    _until((stages.root / "site" / PAGE).is_file)
    assert (stages.root / "site" / PAGE).read_bytes() == b"new: four"


def test_without_results_of_before_the_page_comes_with_the_new_ones(live: LiveSite, stages: Stages) -> None:
    stages.stale = True
    live.start()
    _until(lambda: _state(live)["working"] == RECOMPUTING)
    _save(live, stages, "two")
    time.sleep(0.3)
    assert live.files() == {}
    stages.go_on.set()
    _until(lambda: _shows(live, "new: two"))


def test_only_pages_that_changed_have_a_new_version(live: LiveSite, stages: Stages) -> None:
    live.start()
    _until(lambda: _shows(live, "new: one"))
    before = _state(live)["versions"]
    _save(live, stages, "two")
    _until(lambda: _shows(live, "new: two"))
    after = _state(live)["versions"]
    assert after[PAGE] > before[PAGE]
    assert after["en/other.html"] == before["en/other.html"]
    _save(live, stages, "two")  # saved again without a change
    time.sleep(0.3)
    assert _state(live)["versions"] == after


def test_a_failed_stage_is_told_until_it_is_mended_whatever_is_saved(live: LiveSite, stages: Stages) -> None:
    live.start()
    _until(lambda: _shows(live, "new: one"))
    stages.fails = "stage lime failed"
    live.config_changed()
    _until(lambda: _state(live)["problems"] == ["stage lime failed"])
    _save(live, stages, "two")
    _until(lambda: _shows(live, "new: two"))
    assert _state(live)["problems"] == ["stage lime failed"]
    stages.fails, stages.result = "", "mended"
    live.config_changed()
    _until(lambda: _shows(live, "mended: two"))
    assert _state(live)["problems"] == []


def test_a_file_put_into_the_site_meanwhile_is_not_touched(live: LiveSite, stages: Stages) -> None:
    live.start()
    own = stages.root / "site" / "CNAME"
    _until((stages.root / "site" / PAGE).is_file)
    own.write_text("example.org", "utf-8")
    _save(live, stages, "two")
    _until(lambda: any("CNAME" in line for line in _state(live)["problems"]))
    assert own.read_text("utf-8") == "example.org"
    assert (stages.root / "site" / PAGE).read_bytes() == b"new: one"
    assert _shows(live, "new: two")


def test_the_end_publishes_what_was_shown_last(live: LiveSite, stages: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "PAUSE", 60)
    live.start()
    _until(lambda: _shows(live, "new: one"))
    live.end()
    assert (stages.root / "site" / PAGE).read_bytes() == b"new: one"


def test_the_end_does_not_wait_for_a_worker(live: LiveSite, stages: Stages) -> None:
    stages.stale, stages.previous = True, "old"
    live.start()
    _until(lambda: _shows(live, "old: one"))
    begun = time.monotonic()
    live.end()
    assert time.monotonic() - begun < 3


def test_the_end_ends_what_is_being_computed(live: LiveSite, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []
    monkeypatch.setattr("generator.pipeline.runner.end_runs", lambda: ended.append(1))
    live.end()
    assert ended
