from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.errors import BuildError, InputError, Problem
from generator.site import publish as module
from generator.site.publish import MANIFEST, check_owned, check_target, publish

ROOT = Path(__file__).resolve().parents[2]


def _no_check(folder: Path) -> list[Problem]:
    return []


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


ONE = {"index.html": b"one", "en/a.html": b"1", "assets/x.css": b"c"}
TWO = {"index.html": b"two", "zh-Hant/b.html": b"2"}


def test_a_new_site_replaces_the_old_one_whole(tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert publish(out, ONE, _no_check)
    assert _tree(out) == ONE
    assert publish(out, TWO, _no_check)
    assert _tree(out) == TWO
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_unchanged_site_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    before = (out / "index.html").stat().st_mtime_ns
    assert not publish(out, ONE, _no_check)
    assert (out / "index.html").stat().st_mtime_ns == before


def test_without_an_exchange_call_it_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_exchange", lambda one, other: False)
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    publish(out, TWO, _no_check)
    assert _tree(out) == TWO
    out.rename(tmp_path / ".site.old")
    check_owned(out)
    assert _tree(out) == TWO


def test_faults_found_by_the_check_keep_the_old_site(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    with pytest.raises(BuildError, match=r"1 faults.*\n.*b.html:3: broken link"):
        publish(out, TWO, lambda folder: [Problem("broken link", folder / "zh-Hant/b.html", 3)])
    assert _tree(out) == ONE
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", ["CNAME", "en/mine.html", ".hidden"])
def test_foreign_files_stop_the_build_and_are_named(tmp_path: Path, name: str) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    (out / name).write_text("mine")
    with pytest.raises(InputError, match=name):
        check_owned(out)
    with pytest.raises(InputError, match=name):
        check_owned(out, overwrite=True)
    assert (out / name).read_text() == "mine"


@pytest.mark.parametrize("name", [".DS_Store", "en/.DS_Store", "assets/._x.css", "Thumbs.db", "assets/desktop.ini"])
def test_what_a_file_manager_leaves_in_the_site_stops_no_build(tmp_path: Path, name: str) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    (out / name).write_bytes(b"\0\0\0\1Bud1")
    check_owned(out)
    assert not publish(out, ONE, _no_check)
    assert publish(out, TWO, _no_check)
    assert _tree(out) == TWO


def test_a_link_is_foreign_whatever_its_name(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    (out / ".DS_Store").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="DS_Store"):
        check_owned(out)


def test_a_folder_that_is_no_site_is_foreign_altogether(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"thesis.docx"):
        check_owned(tmp_path)


def test_a_file_that_was_put_there_while_the_build_ran_stops_it_too(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)

    def put(folder: Path) -> list[Problem]:
        (out / "CNAME").write_text("mine")
        return []

    with pytest.raises(InputError, match="CNAME"):
        publish(out, TWO, put)
    assert _tree(out) == ONE | {"CNAME": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_hand_edited_files_need_a_word(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    (out / "en/a.html").write_text("edited")
    with pytest.raises(InputError, match=r"edited by hand: en/a.html"):
        check_owned(out)
    check_owned(out, overwrite=True)
    publish(out, ONE, _no_check)
    assert _tree(out) == ONE


def test_links_in_the_site_are_foreign(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    (out / "index.html").unlink()
    (out / "index.html").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match=r"index.html"):
        check_owned(out)


@pytest.mark.parametrize(
    "place", ["/", str(Path.home()), ".", "..", "content", "generator/x", ".git", "tests", ".cache/a"]
)
def test_places_where_no_site_belongs(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match="folder of its own"):
        check_target(Path(place), ROOT)


def test_a_user_without_a_home_can_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # as in a container that was given a number for a user
    assert check_target(tmp_path / "site", ROOT) == tmp_path / "site"


def test_symlinks_on_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for out in (tmp_path / "link", tmp_path / "link" / "site"):
        with pytest.raises(InputError, match="symbolic link"):
            check_target(out, ROOT)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        check_target(tmp_path / "file", ROOT)
    assert check_target(tmp_path / "real" / "site", ROOT) == tmp_path / "real" / "site"


def test_a_full_disk_keeps_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    publish(out, ONE, _no_check)
    written = 0
    write = Path.write_bytes

    def failing(path: Path, content: bytes) -> int:
        nonlocal written
        written += 1
        if written == 2:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(BuildError, match="No space left"):
        publish(out, TWO, _no_check)
    assert _tree(out) == ONE


KILLED = """
import sys
from pathlib import Path
from generator.site.publish import publish
one = {f"{i}.html": b"1" * 2000 for i in range(60)}
two = {f"{i}.html": b"2" * 2000 for i in range(60)}
print("ready", flush=True)
while True:
    publish(Path(sys.argv[1]), one, lambda folder: [])
    publish(Path(sys.argv[1]), two, lambda folder: [])
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_site_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "site"
    for attempt in range(40):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(out)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.02 + 0.003 * attempt)
        child.kill()
        child.wait()
        if not out.is_dir():
            continue
        contents = set(_tree(out).values())
        assert len(contents) == 1, f"a mixed site after attempt {attempt}"
        assert len(_tree(out)) == 60
        check_owned(out)
    assert out.is_dir()
