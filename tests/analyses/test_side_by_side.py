"""Two pieces of work at a time: in order, at once, and ended by the first that fails."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from generator.analyses.side_by_side import side_by_side


def test_two_jobs_run_at_once_and_their_results_come_in_order() -> None:
    meet = threading.Barrier(2, timeout=30)
    told: list[tuple[int, int]] = []

    def job(number: int) -> int:
        meet.wait()
        return number

    found = side_by_side([partial(job, n) for n in range(6)], lambda count: told.append((count, threading.get_ident())))
    assert found == list(range(6))
    assert told == [(count, threading.get_ident()) for count in range(1, 7)]
    assert side_by_side([]) == []


def test_the_first_failure_is_raised_and_what_has_not_begun_is_left_out() -> None:
    begun: list[int] = []

    def job(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise ValueError("no")
        # All of them would take 20 seconds of two threads, however slow the machine.
        time.sleep(0.02)

    with pytest.raises(ValueError, match="no"):
        side_by_side([partial(job, n) for n in range(2000)])
    assert len(begun) < 2000
