"""Pieces of work that do not depend on each other, two at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def side_by_side(jobs: Sequence[Callable[[], T]], done: Callable[[int], None] = lambda count: None) -> list[T]:
    """Do all jobs, two at once, each with one thread for its linear algebra.

    One thread each because more only wait for each other on so few points, and because the order in which threads add
    up would show in the last digits. While one job draws or fits, the other can keep the model busy.

    Args:
        jobs: must not change what another one reads.
        done: called with the number of finished jobs, in order, by the caller's thread.

    Returns:
        What the jobs gave, in their order.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    made: list[T] = []
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        for one in pool.map(lambda job: job(), jobs):
            made.append(one)
            done(len(made))
    return made
