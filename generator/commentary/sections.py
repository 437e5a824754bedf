"""A page's outline as written: headings, and the claims and figures under each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from generator.commentary import claims
from generator.commentary.formulas import written


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it, up to the next heading.

    Attributes:
        level: 1 for the title; 0 for text before any heading.
        heading: its words as written.
        line: of the heading, from 1.
        claims: condition and line of each claim.
        figures: name and line of each figure.
        formulas: each formula as written, with its line.
        digest: of the section's text; white space at line ends and further empty lines do not count.
    """

    level: int
    heading: str
    line: int
    claims: tuple[tuple[str, int], ...]
    figures: tuple[tuple[str, int], ...]
    formulas: tuple[tuple[str, int], ...]
    digest: str


def unspaced(visible: str, allow_html: bool) -> list[tuple[int, str]]:
    """Lines that Markdown takes for a heading and `outline` does not, each with what is wrong with it.

    Args:
        visible: the page's source, with code and Jinja comments blanked.
        allow_html: whether HTML stays HTML, in which ``#`` is an id's mark.
    """
    blocks = r"<(style|script|pre)\b.*?</\1\s*>|<!--.*?-->"
    text = re.sub(blocks, lambda block: re.sub(r"[^\n]", " ", block[0]), visible, flags=re.S) if allow_html else visible
    found = []
    for match in re.finditer(r"^(?!#{1,6} +\S)(#+)(.*)$", text, re.M):
        shown = match[0].strip() if len(match[0]) < 40 else match[0][:38] + "…"
        mend = f"put a blank after '{match[1]}'" if len(match[1]) < 7 else "there are six levels, # to ######"
        found.append((_line(text, match.start()), f"Markdown takes '{shown}' for a heading; {mend}, or write \\#"))
    return found


@lru_cache(maxsize=64)
def outline(source: str) -> tuple[Section, ...]:
    """The sections of a page, in order; kept for a few pages, for a preview that compares them on every save.

    Args:
        source: the page's Markdown with plain line ends.
    """
    visible = claims.masked(source)
    found, _ = claims.find(source)
    starts = [
        (len(match[1]), match[2].strip(" #"), match.start())
        for match in re.finditer(r"^(#{1,6}) +(\S.*)$", visible, re.M)
    ]
    if not starts or visible[: starts[0][2]].strip():
        starts.insert(0, (0, "", 0))
    ends = [start for _, _, start in starts[1:]] + [len(source)]
    figures = [(match[2], match.start()) for match in re.finditer(r"\{\{-?\s*figure\s*\(\s*([\"'])(.*?)\1", visible)]
    formulas = sorted(written(claims.uncoded(source)), key=lambda formula: formula[1])
    return tuple(
        Section(
            level,
            heading,
            _line(source, start),
            tuple((_plain(item.condition), item.line) for item in found if start <= item.start < end),
            tuple((name, _line(source, place)) for name, place in figures if start <= place < end),
            tuple((tex, _line(source, place)) for tex, place in formulas if start <= place < end),
            digest(source[start:end]),
        )
        for (level, heading, start), end in zip(starts, ends, strict=True)
    )


def digest(text: str) -> str:
    """A short hash of a section's text."""
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return hashlib.sha256(re.sub(r"\n{3,}", "\n\n", lines).encode()).hexdigest()[:16]


def _line(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1


def _plain(condition: str) -> str:
    """A condition without differences that mean nothing: quotes and blanks."""
    return re.sub(r"\s+", " ", condition.replace('"', "'")).strip()
