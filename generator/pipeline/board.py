"""Which results are still to come, so that two workers can wait for each other's."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from generator.pipeline.messages import Job

ASIDE = ("dataset", "filters", "tsne", "confusion")
"""Stages of the second worker: what keeps one core busy at best, beside the passes of the model in the first."""


def beside(jobs: Iterable[Job]) -> tuple[list[Job], list[Job]]:
    """Share jobs out: those of the first worker, and those of the second.

    The second loads the data while the first imports TensorFlow, and draws all figures but those of the last stage.
    """
    first: list[Job] = []
    second: list[Job] = []
    for job in jobs:
        drawn = job.stage.removesuffix("-figures") != job.stage and job.stage != "lime-figures"
        (second if job.stage in ASIDE or drawn else first).append(job)
    return first, second


class Board:
    """The stages that are not finished yet; lanes take from it what can be done.

    Args:
        stages: all that will be run.
    """

    def __init__(self, stages: Iterable[str]) -> None:
        self._missing = set(stages)
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._stopped

    def stop(self) -> None:
        """Let nothing more be begun; who waits, waits no longer."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def finished(self, stage: str) -> None:
        """A stage's result is there."""
        with self._changed:
            self._missing.discard(stage)
            self._changed.notify_all()

    def take(self, jobs: list[Job]) -> Job | None:
        """Take the first of `jobs` whose inputs are there out of the list; waits until there is one.

        Returns:
            None if no jobs are left, or after `stop`.
        """
        with self._changed:
            while jobs and not self._stopped:
                for job in jobs:
                    if not self._missing & job.inputs.keys():
                        jobs.remove(job)
                        return job
                self._changed.wait()
        return None
