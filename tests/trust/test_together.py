"""Two builds at once in one checkout, or into one folder."""

from __future__ import annotations

import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from generator.pipeline import lock
from generator.pipeline.lock import build_lock, folder_lock
from tests.trust.project import CONFIG, TITLE, build, environment, is_whole, start, tree


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


PUBLISHES = """
import sys, time
from pathlib import Path
from generator.site.publish import publish
name, out = sys.argv[1], Path(sys.argv[2])
for turn in range(15):
    # Every file says who wrote it and when; a check that takes its time widens the gap between writing and swapping.
    files = {f"{number}.html": f"{name} {turn}".encode() for number in range(40)}
    publish(out, files, lambda folder: time.sleep(0.01) or [])
"""


def test_checkouts_that_publish_into_one_folder_never_mix_their_sites(tmp_path: Path) -> None:
    out = tmp_path / "site"
    command = [sys.executable, "-c", PUBLISHES]
    pipe = subprocess.PIPE
    three = [subprocess.Popen([*command, name, str(out)], env=environment(), stderr=pipe, text=True) for name in "abc"]
    said = [process.communicate(timeout=120)[1] for process in three]
    assert [process.returncode for process in three] == [0, 0, 0], said
    assert is_whole(out)
    contents = set(tree(out).values()) - {(out / ".manifest.json").read_bytes()}
    assert len(contents) == 1
    assert contents.pop().split()[1] == b"14"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert any("another build is publishing into" in words for words in said)


def test_where_windows_has_no_folder_locks_a_file_stands_for_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Windows' own module is played by one that remembers which files are locked."""
    taken: set[tuple[int, int]] = set()

    def locking(handle: int, mode: int, count: int) -> None:
        status = lock.os.fstat(handle)
        key = status.st_dev, status.st_ino
        if mode == 0:
            taken.discard(key)
        elif key in taken:
            raise PermissionError(13, "Permission denied")
        else:
            taken.add(key)

    windows = types.SimpleNamespace(locking=locking, LK_NBLCK=2, LK_UNLCK=0)
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "folder").mkdir()
    order: list[str] = []

    def second() -> None:
        with folder_lock(tmp_path / "folder", "another build is publishing into"):
            order.append("second")

    waiting = threading.Thread(target=second)
    with build_lock(tmp_path / "cache"), folder_lock(tmp_path / "folder", "another build is publishing into"):
        assert len(taken) == 2
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    assert taken == set()
    assert "another build is publishing into" in capsys.readouterr().err
    assert list((tmp_path / "folder").iterdir()) == []
