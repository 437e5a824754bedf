from __future__ import annotations

import dataclasses
import os
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from generator.config.load import Loaded, load_config
from generator.errors import BuildError, InputError
from generator.pipeline import runner
from generator.pipeline.messages import Finished, Message
from generator.pipeline.plan import Step
from generator.pipeline.runner import end_runs, run_stale
from generator.pipeline.stages import Stage
from generator.pipeline.store import Store
from generator.pipeline.watchdog import Watchdog

CONFIG = """
site: {title: {en: a, zh-Hant: b}}
profile: p
profiles:
  p:
    seed: 7
    filters:
      steps: 3
      layer: x
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)
    return load_config(file)


def _step(store: Store, name: str, kind: str, needs: tuple[str, ...] = ()) -> Step:
    stage = Stage(name, f"tests.pipeline.stand_ins.{kind}", needs, None, ())
    return Step(stage, store.entry(name, kind * 16), {"seed": 7}, False, "test")


def _run(tmp_path: Path, loaded: Loaded, *kinds: str) -> tuple[Store, list[Step], list[Message]]:
    store = Store(tmp_path / "store")
    steps = [_step(store, f"s{i}", kind, (f"s{i - 1}",) if i else ()) for i, kind in enumerate(kinds)]
    said: list[Message] = []
    try:
        run_stale(steps, loaded, tmp_path, said.append)
    finally:
        assert not list(tmp_path.glob("store/*/.*")), "a half-written entry was left"
    return store, steps, said


def test_results_go_from_stage_to_stage(tmp_path: Path, loaded: Loaded) -> None:
    store, steps, said = _run(tmp_path, loaded, "good", "good")
    assert store.read(steps[1].entry).results == {"good": {"sum": 6}}
    assert store.read(steps[1].entry).facts == {"seed": 7}
    assert [m.stage for m in said if isinstance(m, Finished)] == ["s0", "s1"]


def test_an_exception_names_its_stage_and_keeps_what_was_done(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(BuildError, match="stage s1 failed: ZeroDivisionError: one by nought"):
        _run(tmp_path, loaded, "good", "raises")
    assert (tmp_path / "store" / "s0").is_dir()
    log = (tmp_path / "logs" / "worker-1.log").read_text()
    assert "said before the end" in log
    assert "Traceback" in log


def test_bad_input_found_by_a_stage_keeps_its_place(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(InputError) as caught:
        _run(tmp_path, loaded, "refuses")
    assert str(caught.value.problems[0]) == "data.csv:12: label 7; labels are 0 to 6"


@pytest.mark.parametrize(
    ("kind", "words"), [("crashes", "SIGSEGV"), ("killed", "out of memory"), ("exits", "without a result")]
)
def test_a_worker_that_dies_is_reported(tmp_path: Path, loaded: Loaded, kind: str, words: str) -> None:
    with pytest.raises(BuildError, match=words) as caught:
        _run(tmp_path, loaded, "good", kind)
    assert "stage s1" in str(caught.value)
    if kind == "crashes":
        assert "about to crash" in str(caught.value)


@pytest.mark.parametrize(("kind", "words"), [("hangs", "said and did nothing"), ("spins", "said nothing")])
def test_a_worker_that_hangs_is_ended_and_reported(
    tmp_path: Path, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    monkeypatch.setattr(runner, "Watchdog", partial(Watchdog, idle=3 if kind == "hangs" else 1e9, silent=5))
    with pytest.raises(BuildError, match=f"stage s0 {words} for .* old site is still in place") as caught:
        _run(tmp_path, loaded, kind)
    if kind == "hangs":
        assert "waiting for what never comes" in str(caught.value)


def test_what_a_killed_worker_started_ends_with_it(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(BuildError, match="out of memory"):
        _run(tmp_path, loaded, "leaves_a_child")
    child = int((tmp_path / "logs" / "worker-1.log").read_text().split()[1])
    assert _ends(child)


def _ends(process: int) -> bool:
    """Whether a process that was killed is gone in a moment, or waits only for its burial."""
    stat = Path(f"/proc/{process}/stat")
    for _ in range(200):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_bad_option_is_found_in_the_configuration(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(InputError) as caught:
        _run(tmp_path, loaded, "refuses_option")
    assert str(caught.value) == f"{loaded.document.file}:9: filters.layer: the model has no layer 'x'"


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(BuildError, match=r"stage s1 failed: OSError: .*No space left on device"):
        _run(tmp_path, loaded, "good", "no_room")
    assert (tmp_path / "store" / "s0").is_dir()
    assert list((tmp_path / "store" / "s1").iterdir()) == []


def test_what_needs_only_data_and_model_runs_beside_the_rest(tmp_path: Path, loaded: Loaded) -> None:
    store = Store(tmp_path / "store")
    steps = [_step(store, "dataset", "good"), _step(store, "saliency", "raises", ("dataset",))]
    steps.append(_step(store, "tsne", "good", ("dataset",)))
    with pytest.raises(BuildError, match="stage saliency failed"):
        run_stale(steps, loaded, tmp_path, lambda message: None)
    steps[0] = dataclasses.replace(steps[0], fresh=True)
    steps[1] = _step(store, "saliency", "good", ("dataset",))
    run_stale(steps, loaded, tmp_path, lambda message: None)
    assert store.read(steps[1].entry).results == store.read(steps[2].entry).results == {"good": {"sum": 6}}


def test_each_worker_waits_for_what_the_other_makes(tmp_path: Path, loaded: Loaded) -> None:
    store = Store(tmp_path / "store")
    needs = {
        "dataset": (),
        "model": ("dataset",),
        "tsne": ("model",),
        "lime": ("model",),
        "tsne-figures": ("tsne", "lime"),
    }
    steps = [_step(store, name, "good", needed) for name, needed in needs.items()]
    finished: list[str] = []
    run_stale(steps, loaded, tmp_path, lambda said: finished.append(said.stage) if isinstance(said, Finished) else None)
    assert sorted(finished) == sorted(needs)
    assert all(finished.index(need) < finished.index(name) for name, needed in needs.items() for need in needed)
    assert sorted(file.name for file in (tmp_path / "logs").iterdir()) == ["worker-1.log", "worker-2.log"]


def test_a_worker_that_waits_for_the_other_does_not_hang(
    tmp_path: Path, loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "Watchdog", partial(Watchdog, idle=1.5))
    store = Store(tmp_path / "store")
    steps = [_step(store, "model", "slow"), _step(store, "tsne", "good", ("model",))]
    run_stale(steps, loaded, tmp_path, lambda message: None)
    assert store.read(steps[1].entry).results == {"good": {"sum": 3}}


def test_a_process_that_ends_takes_the_workers_of_its_runs_with_it(tmp_path: Path, loaded: Loaded) -> None:
    store = Store(tmp_path / "store")
    steps = [_step(store, "model", "spins"), _step(store, "tsne", "good", ("model",))]
    threading.Timer(1.5, end_runs).start()
    begun = time.monotonic()
    with pytest.raises(BuildError, match="old site is still in place"):
        run_stale(steps, loaded, tmp_path, lambda message: None)
    assert time.monotonic() - begun < 30
    end_runs()  # when nothing is under way


def test_nothing_is_started_when_all_is_fresh(tmp_path: Path, loaded: Loaded) -> None:
    run_stale([], loaded, tmp_path, lambda message: pytest.fail("no message expected"))
    assert not (tmp_path / "logs").exists()
    assert os.listdir(tmp_path) == ["config.yaml"]
