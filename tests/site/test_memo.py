"""What a rendering takes over from the one before, and what it must not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.pipeline.artifact import Artifact
from generator.site.memo import RenderMemo


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for part in ("figures", "strings"):
        (tmp_path / "templates" / part).mkdir(parents=True)
        (tmp_path / "templates" / part / "one.html").write_text("one", "utf-8")
    return tmp_path


class Counted:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def test_what_was_made_of_the_same_is_kept(root: Path) -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    for _ in range(3):
        memo.begin(artifacts, root)
        assert memo.of("key", make) == 1
    assert make.made == 1


def test_another_key_is_made_anew(root: Path) -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    memo.begin(artifacts, root)
    assert (memo.of(("page", b"old text"), make), memo.of(("page", b"new text"), make)) == (1, 2)


def test_new_results_make_everything_anew(root: Path) -> None:
    memo, make = RenderMemo(), Counted()
    for expected in (1, 2):
        memo.begin({"lime": Artifact()}, root)
        assert memo.of("key", make) == expected


@pytest.mark.parametrize("part", ["figures", "strings"])
def test_a_template_of_figures_or_a_string_makes_everything_anew(root: Path, part: str) -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    memo.begin(artifacts, root)
    memo.of("key", make)
    file = root / "templates" / part / "one.html"
    stamp = file.stat().st_mtime_ns
    file.write_text("two", "utf-8")
    os.utime(file, ns=(stamp + 1, stamp + 1))
    memo.begin(artifacts, root)
    assert memo.of("key", make) == 2


def test_texts_that_are_gone_are_not_kept_for_ever(root: Path) -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    for key in ("first", "second", "third"):
        memo.begin(artifacts, root)
        memo.of(key, make)
    memo.begin(artifacts, root)
    assert memo.of("third", make) == 3
    assert memo.of("first", make) == 4
