"""A disk that is full or cannot be written: one line, exit code 1, the old site in place; then all is well again."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.trust.project import CONFIG, TITLE, build, command, environment, is_whole, tree

# Mounts of its own, which end with the command; root's rights or a namespace of users make them possible.
NAMESPACE = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])


def _mounts() -> bool:
    try:
        return subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], check=False).returncode == 0
    except OSError:
        return False


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix" or not _mounts(), reason="may not mount anything here"),
]


def _with_mounts(project: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script with mounts of its own; ``BUILD`` stands for the build's command."""
    return subprocess.run(
        [*NAMESPACE, "sh", "-c", script.replace("BUILD", shlex.join(command("build")))],
        check=False,
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def _changed(project: Path) -> dict[str, bytes]:
    """Give the report another title; the site as it is now."""
    assert build(project).returncode == 0
    (project / "config.yaml").write_text(CONFIG.replace(TITLE, "Changed"), "utf-8")
    return tree(project / "site")


def _went_well_in_the_end(project: Path) -> None:
    done = build(project, "--explain")
    assert done.returncode == 0, done.stderr
    assert "damaged" not in done.stderr
    assert is_whole(project / "site")
    assert "Changed" in (project / "site/en/index.html").read_text("utf-8")
    assert [path.name for path in project.glob(".site*")] == []


@pytest.mark.parametrize("place", ["site", ".", ".cache"])
def test_what_cannot_be_written(project: Path, place: str) -> None:
    old = _changed(project)
    done = _with_mounts(
        project,
        f'mount --bind "$PWD/{place}" "$PWD/{place}"; mount -o remount,bind,ro "$PWD/{place}"; cd "$PWD"; BUILD',
    )
    if place == ".cache":
        # Only what was kept there stays unwritten; but without its lock there is no build.
        assert "cannot be written (Read-only file system)" in done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert tree(project / "site") == old
    _went_well_in_the_end(project)


def test_no_room_for_the_site(project: Path) -> None:
    """The disk holds the old site and a part of what the new one has anew; what did not change takes no room twice."""
    old = _changed(project)
    part = sum(len(content) for name, content in old.items() if name.endswith(".html")) // 2
    done = _with_mounts(
        project,
        f"""
        mkdir disk; mount -t tmpfs -o size=64m none disk; cp -r site disk/site
        dd if=/dev/zero of=disk/filler bs=4096 2>/dev/null; truncate -s -{part} disk/filler
        BUILD --out disk/site; echo "code $?"
        diff -r site disk/site && ls -A disk
        rm disk/filler
        BUILD --out disk/site; echo "code $?"; grep -c Changed disk/site/en/index.html; ls -A disk
        """,
    )
    assert "No space left on device); the old one is in place" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    first, second = done.stdout.split("code 1\n")
    assert first == ""
    assert second.startswith("filler\nsite\n")
    assert "code 0\n" in second
    assert second.endswith("site\n")


def test_no_room_for_results(project: Path) -> None:
    old = _changed(project)
    text = (project / "config.yaml").read_text("utf-8").replace("pairs: 5", "pairs: 3")
    (project / "config.yaml").write_text(text, "utf-8")
    done = _with_mounts(
        project,
        """
        mv .cache kept; mkdir .cache; mount -t tmpfs -o size=64m none .cache; cp -r kept/. .cache/
        dd if=/dev/zero of=.cache/filler bs=4096 2>/dev/null
        BUILD; echo "code $?"
        rm .cache/filler
        find .cache/store -mindepth 2 -maxdepth 2 -name '.*'
        rm -r kept/*; cp -r .cache/. kept/; umount .cache; rmdir .cache; mv kept .cache
        """,
    )
    assert done.stdout == "code 1\n"
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(project / "site") == old
    _went_well_in_the_end(project)
