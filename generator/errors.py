"""The two ways a command can fail, as exceptions that carry what the user needs to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, where it is, and what would be right."""

    message: str
    file: Path | str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}:" if self.line is None else f"{self.file}:{self.line}:"
        return f"{where} {self.message}".strip()


def no_text(error: UnicodeDecodeError, file: Path | str) -> Problem:
    """What is wrong with a file whose bytes, read from its beginning, are no UTF-8."""
    return Problem("is not UTF-8 text", file, error.object[: error.start].count(b"\n") + 1)


class InputError(Exception):
    """Bad input: printed as one line per problem, exit code 2, nothing written."""

    def __init__(self, message: str, file: Path | str | None = None, line: int | None = None) -> None:
        self.problems = [Problem(message, file, line)]
        super().__init__(str(self.problems[0]))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> InputError:
        """One error that reports several problems at once."""
        found = list(problems)
        error = cls(found[0].message, found[0].file, found[0].line)
        error.problems = found
        return error


class BuildError(Exception):
    """The build failed although the input was good (a crashed stage, a failed claim): exit code 1."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known name closest to `name`, or the list of a few known names."""
    options = sorted(set(known))
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.5)
    if close:
        return f" (did you mean '{close[0]}'?)"
    shown = ", ".join(options[:12]) + (" …" if len(options) > 12 else "")
    return f" (known: {shown})" if options else ""
