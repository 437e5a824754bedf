"""What the worker process tells the renderer, one JSON object per line."""

from __future__ import annotations

from typing import Any

import msgspec


class Job(msgspec.Struct, frozen=True):
    """A stage to run, as the renderer asks for it.

    Attributes:
        stage: its name.
        module: holds its ``run``.
        section: the profile's section that its options belong to, or None.
        options: its options as JSON builtins, or None.
        seed: the profile's seed.
        entry: where the result goes.
        inputs: stage name to the entry to read.
        parts: the parts of its fingerprint, kept with the result.
        scratch: folder that survives a killed run.
    """

    stage: str
    module: str
    section: str | None
    options: dict[str, Any] | None
    seed: int
    entry: str
    inputs: dict[str, str]
    parts: dict[str, Any]
    scratch: str


class Started(msgspec.Struct, frozen=True, tag="started"):
    """A stage begins."""

    stage: str


class Advanced(msgspec.Struct, frozen=True, tag="advanced"):
    """A stage has done some of its work."""

    stage: str
    done: int
    total: int
    what: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """A stage's result is in the store."""

    stage: str
    seconds: float


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A stage found its input bad: problems as (message, file, line)."""

    stage: str
    problems: list[tuple[str, str | None, int | None]]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A stage raised an exception."""

    stage: str
    reason: str
    traceback: str


Message = Started | Advanced | Finished | Refused | Failed
