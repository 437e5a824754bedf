"""Same input, same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.project import build, make_project, tree


@pytest.mark.slow
def test_two_builds_from_nothing_give_the_same_bytes(first_build: Path, tmp_path: Path) -> None:
    """Other folder, locale (ASCII files and output by default), time zone, hash seed and umask."""
    second = make_project(tmp_path / "another folder")
    done = build(
        second,
        umask=0o077,
        LC_ALL="POSIX",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        TZ="America/St_Johns",
        PYTHONHASHSEED="4242",
    )
    assert done.returncode == 0, done.stderr
    one, two = tree(first_build / "site"), tree(second / "site")
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []
    assert len(one) > 100
