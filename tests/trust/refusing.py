"""Builds that must not go through, in this process: what they say, and that they leave nothing behind."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.cli import main
from generator.config.load import Loaded
from generator.pipeline import worker
from generator.pipeline.board import Board
from generator.pipeline.messages import Finished, Job, Message, Refused
from generator.pipeline.refusal import refusal

HEAD = "site: {title: {en: a, zh-Hant: b}}\nprofile: tiny\nprofiles:\n  tiny:\n"


def in_process(*taken: str) -> Any:
    """Stands for `generator.pipeline.runner._drive`: the worker's own code without a process's seconds.

    Args:
        taken: stages that may go through; a build that gets further was not refused.
    """

    def drive(jobs: list[Job], loaded: Loaded, log: Path, report: Any, begun: Any, board: Board) -> Exception | None:
        waiting = list(jobs)
        while (job := board.take(waiting)) is not None:
            if job.stage.endswith("-figures"):
                continue
            channel = io.StringIO()
            went = worker._run(job, channel)
            last: Message = msgspec.json.decode(channel.getvalue().splitlines()[-1], type=Message)
            if not went:
                assert isinstance(last, Refused), last
                return refusal(last, loaded)
            assert isinstance(last, Finished), last
            if job.stage not in taken:
                return AssertionError(f"stage {job.stage} took it")
            board.finished(job.stage)  # without a word of progress: the only line is to be the refusal
        return None

    return drive


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What a build says that must not go through: one line; there is no site then."""
    code = main(["build", "--config", str(folder / "config.yaml"), "--out", str(folder / "out"), *more])
    said = capsys.readouterr()
    assert code == 2, said.err
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    assert not (folder / "out").exists()
    return said.err
