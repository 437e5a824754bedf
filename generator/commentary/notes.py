"""Footnotes: ``[^1]`` in the text and ``[^1]: …`` on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from markdown.extensions import Extension

_NOTE = re.compile(r"(?P<defines>^ {0,3})?(?<!\\)\[\^(?P<name>[^\]\n]*)\](?(defines):)", re.M)
MISSING = "there is no footnote [^{name}]; write a line of its own for it: [^{name}]: text"


def notes(t: Callable[..., str]) -> Extension:
    """Python-Markdown's footnotes, numbered as they are referred to.

    Args:
        t: interface text in the page's language.
    """
    # Only where there is one: most pages have none.
    from markdown.extensions.footnotes import FootnoteExtension

    # U+FE0E: a sign and no picture, which some telephones would draw.
    back = {"BACKLINK_TEXT": "↩\ufe0e", "BACKLINK_TITLE": t("commentary.note.back", number="{}")}
    return FootnoteExtension(USE_DEFINITION_ORDER=False, **back)


def announced(root: ElementTree.Element, t: Callable[..., str]) -> list[ElementTree.Element]:
    """Give footnotes ids by their numbers, which both languages share, and names and roles for a page read aloud.

    Returns:
        Those that were taken out, since they are referred to only in an ``{% if %}`` that does not hold.
    """
    notes = next((part for part in root.iter("div") if part.get("class") == "footnote"), None)
    if notes is None:
        return []
    out = []
    ids: dict[str | None, str] = {}
    number = 0
    for item in notes.findall("ol/li"):
        name = item.get("id", "").removeprefix("fn:")
        places = _places(root, name)
        if not places:
            notes[-1].remove(item)
            out.append(item)
            continue
        number += 1
        ids[f"fn:{name}"] = f"note-{number}"
        ids |= {place: f"note-{number}-place-{at}" for at, place in enumerate(places, 1)}
    for element in root.iter():
        if element.get("id") in ids:
            element.set("id", ids[element.get("id")])
        if element.get("class") in ("footnote-ref", "footnote-backref"):
            element.set("href", "#" + ids[element.get("href", "").removeprefix("#")])
        if element.get("class") == "footnote-ref":
            element.set("role", "doc-noteref")
            element.set("aria-label", t("commentary.note.reference", number="".join(element.itertext())))
        elif element.get("class") == "footnote-backref":
            element.set("role", "doc-backlink")
            element.set("aria-label", element.get("title", ""))
    notes.set("role", "doc-endnotes")
    notes.set("aria-label", t("commentary.notes"))
    if not number:
        root.remove(notes)
    return out


def _places(root: ElementTree.Element, name: str) -> list[str]:
    """Ids of the places that refer to a note: ``fnref:x``, and where it is referred to again ``fnref2:x``, …"""
    ids = (element.get("id", "") for element in root.iter("sup"))
    return [id_ for id_ in ids if re.fullmatch(rf"fnref\d*:{re.escape(name)}", id_)]


def faults(visible: str) -> Iterator[tuple[int, str]]:
    """Footnotes that are not defined, or that nothing refers to, with their lines.

    Args:
        visible: the source without code and comments.
    """
    missing, referred = undefined(visible), {note["name"] for note in _NOTE.finditer(visible) if not _defines(note)}
    for note in _NOTE.finditer(visible):
        line, name = visible.count("\n", 0, note.start()) + 1, note["name"]
        if name in missing:
            yield line, MISSING.format(name=name)
        elif name not in referred:
            yield line, f"nothing refers to the footnote [^{name}]; write [^{name}] in the text"


def undefined(visible: str) -> set[str]:
    """Names of the footnotes that are referred to and have no text."""
    found = list(_NOTE.finditer(visible))
    return {note["name"] for note in found} - {note["name"] for note in found if _defines(note)}


def _defines(note: re.Match[str]) -> bool:
    return note["defines"] is not None
