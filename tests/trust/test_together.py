"""Two builds at once in one checkout."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from generator.pipeline.lock import build_lock
from tests.trust.project import CONFIG, TITLE, build, is_whole, start, tree


@pytest.mark.slow
def test_a_build_waits_for_another_and_says_so(project: Path) -> None:
    (project / "config.yaml").write_text(CONFIG.replace(TITLE, "The second build"), "utf-8")
    before = tree(project / "site")
    with build_lock(project / ".cache"):
        waiting = start(project)
        assert waiting.stderr is not None
        assert "another build is running in this folder; waiting for it" in waiting.stderr.readline()
        assert tree(project / "site") == before
    _, said = waiting.communicate(timeout=300)
    assert waiting.returncode == 0, said
    assert "The second build" in (project / "site/en/index.html").read_text("utf-8")


@pytest.mark.slow
def test_builds_at_once_never_mix_their_sites(project: Path) -> None:
    """Three at once, of two configurations, one of which computes."""
    other = CONFIG.replace(TITLE, "The other one").replace("pairs: 5", "pairs: 4")
    (project / "other.yaml").write_text(other, "utf-8")
    stop, mixed = threading.Event(), []

    def look() -> None:
        while not stop.wait(0.01):
            titles = set()
            try:
                for name in ("index", "1-saliency", "methods"):
                    titles.add("The other one" in (project / f"site/en/{name}.html").read_text("utf-8"))
            except OSError:
                titles = {True, False}
            mixed.append(len(titles) > 1)

    looking = threading.Thread(target=look)
    looking.start()
    builds = [start(project, "build", "--config", name) for name in ("config.yaml", "other.yaml", "config.yaml")]
    said = [process.communicate(timeout=300)[1] for process in builds]
    stop.set()
    looking.join()
    assert [process.returncode for process in builds] == [0, 0, 0], said
    assert is_whole(project / "site")
    # A reader who opens three pages may see the swap once between two of them, but never a site that stays mixed.
    assert sum(mixed) <= len(builds)
    assert build(project, "--explain").returncode == 0
