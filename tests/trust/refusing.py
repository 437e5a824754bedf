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
from generator.pipeline.messages import Finished, Job, Message, Refused
from generator.pipeline.refusal import refusal

HEAD = "site: {title: {en: a, zh-Hant: b}}\nprofile: tiny\nprofiles:\n  tiny:\n"


def in_process(*taken: str) -> Any:
    """Stands for `generator.pipeline.runner._drive`: the worker's own code without a process's seconds.

    Args:
        taken: stages that may go through; a build that gets further was not refused.
    """

    def drive(jobs: list[Job], loaded: Loaded, *_: Any) -> Exception | None:
        done: set[str] = set()
        for job in jobs:
            if not done.issuperset(job.inputs):
                return None  # of the other worker, which waits for what this one does not make
            channel = io.StringIO()
            if not worker._run(job, channel):
                last: Message = msgspec.json.decode(channel.getvalue().splitlines()[-1], type=Message)
                assert isinstance(last, Refused), last
                return refusal(last, loaded)
            assert isinstance(msgspec.json.decode(channel.getvalue().splitlines()[-1], type=Message), Finished)
            if job.stage not in taken:
                return AssertionError(f"stage {job.stage} took it")
            done.add(job.stage)
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
