"""Ratios of two ways to do the same work, timed in turn so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        work: what is done.
        ours, theirs: names of the two ways.
        seconds: medians of the two, in seconds.
        ratios: theirs over ours, run by run.
    """

    work: str
    ours: str
    theirs: str
    seconds: tuple[float, float]
    ratios: tuple[float, ...]

    def __str__(self) -> str:
        low, middle, high = min(self.ratios), statistics.median(self.ratios), max(self.ratios)
        mine, other = (f"{value:.3g} s" for value in self.seconds)
        return f"| {self.work} | {self.ours}: {mine} | {self.theirs}: {other} | {middle:.2f} ({low:.2f}–{high:.2f}) |"


def compare(
    work: str,
    ours: tuple[str, Callable[[], object]],
    theirs: tuple[str, Callable[[], object]],
    runs: int,
    warm: bool = True,
) -> Row:
    """Time both ways `runs` times in turn, after one run of each that is not counted (if `warm`)."""
    if warm:
        ours[1]()
        theirs[1]()
    times = [(timed(ours[1]), timed(theirs[1])) for _ in range(runs)]
    medians = statistics.median(a for a, _ in times), statistics.median(b for _, b in times)
    return Row(work, ours[0], theirs[0], medians, tuple(b / a for a, b in times))


def absolute(work: str, seconds: Sequence[float], unit: str = "s") -> str:
    """A row for which there is nothing to compare with: median (lowest–highest)."""
    scale, form = (1000, ".0f") if unit == "ms" else (1, ".2f")
    low, middle, high = (
        format(value * scale, form) for value in (min(seconds), statistics.median(seconds), max(seconds))
    )
    return f"| {work} | {middle} {unit} ({low}–{high}) | – | – |"


def timed(what: Callable[[], object]) -> float:
    """Seconds that a call takes; a call that returns a float has taken its own time, without what is around it."""
    begun = time.perf_counter()
    own = what()
    return own if isinstance(own, float) else time.perf_counter() - begun
