"""Whole builds, killed at random points: the old site or the new one, and nothing to clean up."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.trust.project import CONFIG, TITLE, build, is_whole, start, tree

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
PAGES_POINTS = 30
COMPUTE_POINTS = 12


def _children(process: int) -> list[int]:
    """Processes whose parent is `process`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1]) == process:
                found.append(int(stat.parent.name))
    return found


def _kill(processes: Iterable[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _gone(process: int) -> bool:
    """Whether a process ends in a moment, all by itself."""
    stat = Path(f"/proc/{process}/stat")
    for _ in range(200):
        try:
            if stat.read_text("utf-8", "replace").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def _titled(project: Path, title: str) -> None:
    (project / "config.yaml").write_text(CONFIG.replace(TITLE, title), "utf-8")


def _title(project: Path) -> str:
    found = re.search(r"<title>[^<]*</title>", (project / "site/en/index.html").read_text("utf-8"))
    assert found is not None
    return found.group()


@pytest.mark.slow
def test_killed_while_it_writes_pages(project: Path) -> None:
    rng = random.Random(7)
    _titled(project, "Title number 0.")
    begun = time.monotonic()
    assert build(project).returncode == 0
    whole = time.monotonic() - begun
    old, finished = "Title number 0.", 0
    for point in range(1, PAGES_POINTS + 1):
        new = f"Title number {point}."
        _titled(project, new)
        process = start(project)
        # Spread over the whole build, somewhat beyond its end, since the machine is not always equally quick.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(whole * rng.uniform(0.1, 1.3))
        process.kill()
        process.communicate()
        assert is_whole(project / "site"), f"a mixed site after point {point}"
        assert any(title in _title(project) for title in (old, new)), f"neither site after point {point}"
        finished += new in _title(project)
        old = new if new in _title(project) else old
    assert 0 < finished < PAGES_POINTS, "the points do not cover the build"
    done = build(project, "--explain")
    assert done.returncode == 0, done.stderr
    assert ": runs:" not in done.stdout
    assert is_whole(project / "site")
    assert sorted(path.name for path in project.iterdir()) == [".cache", "config.yaml", "site", "templates"]


@pytest.mark.slow
def test_killed_while_it_computes(project: Path) -> None:
    """The renderer, its workers, or all at once, and Ctrl-C."""
    rng = random.Random(11)
    assert build(project).returncode == 0
    old = tree(project / "site")
    reached = {"renderer": 0, "workers": 0, "all": 0, "Ctrl-C": 0}
    for point in range(COMPUTE_POINTS):
        text = CONFIG.replace("pairs: 5", f"pairs: {6 + point}").replace("shuffles: 10", f"shuffles: {11 + point}")
        (project / "config.yaml").write_text(text, "utf-8")
        process = start(project)
        for _ in range(400):  # until its workers are there
            if workers := _children(process.pid):
                break
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 1.5))
        workers = [*{*workers, *_children(process.pid)}]
        running = process.poll() is None
        victim = list(reached)[point % len(reached)]
        if victim == "workers":
            _kill(workers)
        elif victim == "Ctrl-C":
            process.send_signal(signal.SIGINT)
        else:
            _kill([process.pid] if victim == "renderer" else [process.pid, *workers])
        _, said = process.communicate(timeout=60)
        reached[victim] += running
        assert all(_gone(worker) for worker in workers)
        assert is_whole(project / "site")
        if running:
            assert tree(project / "site") == old, f"{victim} killed, and the site is another"
        if running and victim == "workers":
            assert process.returncode == 1
            assert re.search(r"stage [a-z-]+ was killed \(out of memory\?\); the old site is still in place", said)
        if running and victim == "Ctrl-C":
            assert process.returncode == 130, said
    assert min(reached.values()) >= 2, reached
    kept = {path for path in (project / ".cache/store").glob("*/[!.]*") if path.is_dir()}
    done = build(project, "--explain")
    assert done.returncode == 0, done.stderr
    assert "damaged" not in done.stdout + done.stderr
    ran = set(re.findall(r"^([a-z-]+): runs:", done.stdout, re.MULTILINE))
    assert ran <= {"confusion", "confusion-figures", "tsne", "tsne-figures"}
    now = {path for path in (project / ".cache/store").glob("*/[!.]*") if path.is_dir()}
    assert {path.parent.name for path in now - kept} == ran, "a stage that was finished ran again"
    assert not list((project / ".cache/store").glob("*/.*")), "half-written results are left"
