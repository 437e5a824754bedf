"""Claims in the source: ``[text]{claim="condition"}`` found, checked for form, and marked with their lines.

A claim may hold Markdown, brackets and numbers, so it is found by counting brackets, not by a pattern. Before
Jinja runs, each claim is rewritten with private-use characters that neither Jinja nor Markdown touch; they
carry the line number through everything that follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.commentary.fences import FENCE, blank
from generator.commentary.formulas import blanked
from generator.errors import nearest

OPEN, CLOSE, LINE, END = "\ue100", "\ue101", "\ue102", "\ue103"
"""``OPEN text CLOSE line LINE condition END``."""
PRIVATE = re.compile("[\ue000-\uf8ff]")

_CODE = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.S)
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_ATTRIBUTE = re.compile(r"\]\{(?![{%#])")
_STRAY = re.compile(r"(?<!\])\{\s*claim\b")
_CLAIM = re.compile(r"""\]\{\s*claim\s*=\s*(?P<quote>["'])(?P<condition>.*?)(?P=quote)\s*\}""", re.S)


@dataclass(frozen=True)
class Found:
    """A claim in the source: where its text begins and ends, and its condition as written."""

    start: int
    text_end: int
    end: int
    line: int
    condition: str


@dataclass(frozen=True)
class Fault:
    """Something wrong in the source's form, with its line."""

    line: int
    message: str


def masked(source: str) -> str:
    """The source with code, formulas and Jinja comments blanked, all positions and lines unchanged."""
    return blanked(uncoded(source))


def uncoded(source: str) -> str:
    """The source with code and Jinja comments blanked."""
    return _CODE.sub(blank, FENCE.sub(blank, _uncommented(source)))


def _uncommented(source: str) -> str:
    return _COMMENT.sub(blank, source)


@lru_cache(maxsize=64)
def find(source: str) -> tuple[tuple[Found, ...], tuple[Fault, ...]]:
    """All claims in a source, in order, and what is wrong with those that are not well formed.

    Kept for a few sources: rendering a page and comparing its languages both ask.
    """
    text = masked(source)
    claims: list[Found] = []
    faults = [
        Fault(
            source.count("\n", 0, fence.start()) + 1,
            f"this code is not closed, so all the rest of the page is code; end it with a line {fence['fence']}",
        )
        for fence in FENCE.finditer(_uncommented(source))
        if fence["open"] is not None and fence["code"].strip()
    ]
    position = 0
    while match := _ATTRIBUTE.search(text, position):
        position = match.end()
        line = text.count("\n", 0, match.start()) + 1
        claim = _CLAIM.match(text, match.start())
        limit = text.find("\n\n", match.start())
        if claim is None or (limit != -1 and claim.end() > limit):
            faults.append(Fault(line, _malformed(text[match.start() + 1 : match.start() + 120])))
            continue
        position = claim.end()
        start = _opening(text, match.start())
        if start is None:
            faults.append(Fault(line, "this claim has no opening '[' in the same paragraph"))
            continue
        if not text[start + 1 : match.start()].strip():
            faults.append(Fault(line, "this claim has no text between '[' and ']'"))
            continue
        if claims and start < claims[-1].end:
            faults.append(Fault(line, "a claim stands inside another claim; make them two, side by side"))
            continue
        condition = source[claim.start("condition") : claim.end("condition")]
        claims.append(Found(start, match.start(), claim.end(), line, " ".join(condition.split())))
    faults += [Fault(text.count("\n", 0, stray.start()) + 1, _astray(text, stray)) for stray in _STRAY.finditer(text)]
    return tuple(claims), tuple(faults)


def _astray(text: str, stray: re.Match[str]) -> str:
    """What is wrong with a ``{claim=`` that follows no bracket, which a reader would see as it is written."""
    before = text[: stray.start()].rstrip(" \t\n")[-1:]
    found = {
        "］": "the brackets of this claim are full-width",
        "】": "the brackets of this claim are full-width",
        "]": "there is a space between this claim's ']' and its '{'",
    }.get(before, "this claim has no ']' before its '{'")
    return f'{found}; write [text]{{claim="…"}}'


def marked(source: str, claims: Sequence[Found]) -> str:
    """The source with every claim in private-use marks; it keeps its line breaks."""
    parts: list[str] = []
    position = 0
    for claim in claims:
        breaks = "\n" * source.count("\n", claim.text_end, claim.end)
        parts += [
            source[position : claim.start],
            OPEN,
            source[claim.start + 1 : claim.text_end],
            f"{CLOSE}{claim.line}{LINE}{claim.condition}{END}{breaks}",
        ]
        position = claim.end
    return "".join([*parts, source[position:]])


def _opening(text: str, close: int) -> int | None:
    """Where the bracket opens that closes at `close`; None if not in the same paragraph."""
    depth = 0
    for place in range(close, -1, -1):
        character = text[place]
        if character == "\n" and re.match(r"\n[ \t]*\n", text[place:close]):
            return None
        if character in "[]" and (place == 0 or text[place - 1] != "\\"):
            depth += 1 if character == "]" else -1
            if depth == 0:
                return place
    return None


def _malformed(text: str) -> str:
    """What is wrong with an attribute that is no claim; `text` begins with its brace."""
    first = re.match(r"[^\n}]*\}?", text)[0]  # type: ignore[index]
    shown = first[:60] + ("…" if len(first) > 60 else "")
    name = re.match(r"\{\s*([\w.#:-]*)", text)
    word = name[1] if name else ""
    if word == "claim":
        if re.search(r"claim\s*=\s*[“”„‘’]", text):
            return f"the quotes in '{shown}' are typographic; write straight ones: {{claim=\"…\"}}"
        if not re.match(r"\{\s*claim\s*=", text):
            return f"'{shown}' lacks '='; write {{claim=\"condition\"}}"
        if not re.match(r"\{\s*claim\s*=\s*[\"']", text):
            return f"the condition in '{shown}' is not in quotes; write {{claim=\"condition\"}}"
        return f"'{shown}' does not end; a claim ends with the quote and '}}': {{claim=\"condition\"}}"
    hint = nearest(word, ["claim"]) if word else ""
    hint = hint if "mean" in hint else ""
    return f"'{shown}' is no attribute that commentary knows{hint}; write {{claim=\"condition\"}}"
