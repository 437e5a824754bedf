"""What a rendering takes over from the one before, and what it must not."""

from __future__ import annotations

from generator.pipeline.artifact import Artifact
from generator.site.memo import RenderMemo


class Counted:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def test_what_was_made_of_the_same_is_kept() -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    for _ in range(3):
        memo.begin(artifacts)
        assert memo.of("key", make) == 1
    assert make.made == 1


def test_another_key_is_made_anew() -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    memo.begin(artifacts)
    assert (memo.of(("page", b"old text"), make), memo.of(("page", b"new text"), make)) == (1, 2)


def test_new_results_make_everything_anew() -> None:
    memo, make = RenderMemo(), Counted()
    for expected in (1, 2):
        memo.begin({"lime": Artifact()})
        assert memo.of("key", make) == expected


def test_texts_that_are_gone_are_not_kept_for_ever() -> None:
    memo, make, artifacts = RenderMemo(), Counted(), {"lime": Artifact()}
    for key in ("first", "second", "third"):
        memo.begin(artifacts)
        memo.of(key, make)
    memo.begin(artifacts)
    assert memo.of("third", make) == 3
    assert memo.of("first", make) == 4
