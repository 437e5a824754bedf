"""Whether both languages of a page say the same: headings, claims, figures, formulas, and nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.commentary.formulas import shortened
from generator.commentary.page import read
from generator.commentary.sections import Section, outline
from generator.commentary.translation import Declared
from generator.errors import Problem

Kind = Literal["missing", "headings", "claims", "figures", "formulas", "stale", "undeclared"]


@dataclass(frozen=True)
class Difference(Problem):
    """A difference between translations. The page builds all the same; `check` and ``--strict`` refuse it.

    Attributes:
        kind: what sort of difference.
    """

    kind: Kind = "claims"


def check_pair(
    zh: Path | None,
    en: Path | None,
    *,
    page: str,
    declared: Declared | None = None,
    shown: dict[str, str] | None = None,
) -> list[Problem]:
    """Compare the two languages of a page.

    Args:
        zh, en: the files; None (or a path that does not exist) where there is none.
        page: the page's name.
        declared: what was last declared equal; None: staleness is not looked at.
        shown: language to the file's name in messages; none: the paths as given.

    Returns:
        `Difference`s; empty when nothing is amiss, or when neither file exists.
    """
    files = {"zh-Hant": zh, "en": en}
    present = {language: file for language, file in files.items() if file is not None and file.is_file()}
    labels = {language: str(file) for language, file in files.items() if file is not None} | (shown or {})
    if not present:
        return []
    if len(present) == 1:
        (have,) = present
        lack = "en" if have == "zh-Hant" else "zh-Hant"
        where = labels.get(lack) or labels[have].removesuffix(f".{have}.md") + f".{lack}.md"
        return [Difference(f"there is no translation of {Path(labels[have]).name}", where, None, "missing")]
    try:
        outlines = {language: outline(read(file)) for language, file in present.items()}
    except UnicodeDecodeError:
        return []  # reported where the page is rendered
    left, right = outlines["zh-Hant"], outlines["en"]
    names = labels["zh-Hant"], labels["en"]
    found = _headings(left, right, names)
    if found:
        # Sections cannot be matched, so what stands in them is compared over the whole page.
        return [*found, *_contents(_merged(left), _merged(right), names)]
    for one, other in zip(left, right, strict=True):
        found += _contents(one, other, names)
    if declared is not None:
        found += _stale(left, right, names, declared.get(page))
    return found


def _headings(left: Sequence[Section], right: Sequence[Section], names: tuple[str, str]) -> list[Problem]:
    levels = [section.level for section in left], [section.level for section in right]
    if levels[0] == levels[1]:
        return []
    from difflib import SequenceMatcher

    found: list[Problem] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *levels, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for sections, start, end, side in ((left, i1, i2, 0), (right, j1, j2, 1)):
            other = Path(names[1 - side]).name
            found += [
                Difference(
                    f"the heading '{'#' * section.level} {section.heading}' has no counterpart in {other}"
                    if section.level
                    else f"the text before the first heading has no counterpart in {other}",
                    names[side],
                    section.line,
                    "headings",
                )
                for section in sections[start:end]
            ]
    return found


def _merged(sections: Sequence[Section]) -> Section:
    claims = tuple(item for section in sections for item in section.claims)
    figures = tuple(item for section in sections for item in section.figures)
    formulas = tuple(item for section in sections for item in section.formulas)
    return Section(1, "", 1, claims, figures, formulas, "")


def _contents(left: Section, right: Section, names: tuple[str, str]) -> list[Problem]:
    return [
        *_items("claims", left, right, names),
        *_items("figures", left, right, names),
        *_formulas(left, right, names),
    ]


def _formulas(left: Section, right: Section, names: tuple[str, str]) -> list[Problem]:
    """Formulas of one section that the other lacks; how often and in which order is a matter of the language."""
    sides = left, right
    known = [{_wordless(tex) for tex, _ in section.formulas} for section in sides]
    found: list[Problem] = []
    for side in (0, 1):
        told: set[str] = set()
        where = f"{Path(names[1 - side]).name}:{sides[1 - side].line}"
        for tex, line in sides[side].formulas:
            wordless = _wordless(tex)
            if wordless in known[1 - side] | told:
                continue
            told.add(wordless)
            message = f"the formula '{shortened(tex)}' has no counterpart in {where}"
            found.append(Difference(message, names[side], line, "formulas"))
    return found


def _wordless(tex: str) -> str:
    """A formula without its words, which each language has for itself, and without blanks."""
    return re.sub(r"\s+", "", re.sub(r"\\text\s*\{[^{}]*\}", r"\\text{}", tex.replace('"', "'")))


def _items(kind: Literal["claims", "figures"], left: Section, right: Section, names: tuple[str, str]) -> list[Problem]:
    """Claims or figures of one section that the other lacks or has in another order."""
    lists = getattr(left, kind), getattr(right, kind)
    plain = [item for item, _ in lists[0]], [item for item, _ in lists[1]]
    if plain[0] == plain[1]:
        return []
    word = "claim" if kind == "claims" else "figure"
    found: list[Problem] = []
    if sorted(plain[0]) == sorted(plain[1]):
        for (item, line), (expected, _) in zip(lists[1], lists[0], strict=True):
            if item != expected:
                message = f"the {word} '{item}' stands where {Path(names[0]).name} has '{expected}'"
                return [Difference(message, names[1], line, kind)]
    for side in (0, 1):
        rest = list(plain[1 - side])
        section = (left, right)[1 - side]
        for item, line in lists[side]:
            if item in rest:
                rest.remove(item)
                continue
            where = f"{Path(names[1 - side]).name}:{section.line}"
            found.append(Difference(f"the {word} '{item}' has no counterpart in {where}", names[side], line, kind))
    return found


def _stale(
    left: Sequence[Section], right: Sequence[Section], names: tuple[str, str], entries: list[dict[str, str]] | None
) -> list[Problem]:
    """Sections whose counterpart changed since they were last declared equal."""
    accept = "read both, then run: check --accept-translation"
    if entries is None:
        message = f"this page and {Path(names[0]).name} were never declared equal; {accept} {names[1]}"
        return [Difference(message, names[1], 1, "undeclared")]
    if len(entries) != len(left):
        message = f"this page has other sections than when it was declared equal; {accept} {names[1]}"
        return [Difference(message, names[1], 1, "stale")]
    found: list[Problem] = []
    for one, other, entry in zip(left, right, entries, strict=True):
        changed = one.digest != entry.get("zh-Hant"), other.digest != entry.get("en")
        if not any(changed):
            continue
        stale, fresh, side = (one, other, 0) if changed[1] and not changed[0] else (other, one, 1)
        both = " (as has this one)" if all(changed) else ""
        found.append(
            Difference(
                f"the section '{stale.heading}' may be out of date: {Path(names[1 - side]).name}:{fresh.line} "
                # What to do is told once a page; under every section it would bury what is wrong.
                f"changed since they were declared equal{both}{'' if found else f'; {accept} {names[side]}'}",
                names[side],
                stale.line,
                "stale",
            )
        )
    return found
