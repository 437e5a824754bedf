"""The Markdown tree's words and addresses as a browser shows them: no tags, no entities, no stand-ins of Markdown's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from markdown.util import AMP_SUBSTITUTE, HTML_PLACEHOLDER_RE

from generator.commentary.sandbox import bare

# Markdown writes "&" as "&amp;" unless an entity begins there.
_NO_ENTITY = re.compile(r"&(?!(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);)", re.I)
_FORMULA = re.compile(r'<math[^>]* alttext="([^"]*)".*?</math>', re.S)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.S)


def plain(element: Element, stash: Sequence[Any]) -> str:
    """The words of an element on one line.

    Args:
        element: of the tree, after all of Markdown's own work on it.
        stash: what Markdown took out of the text and stands for by number: entities, and HTML where it is allowed.
    """
    return bare(" ".join("".join(_words(element, stash)).split()))


def displayed(text: str) -> str:
    """A text or an attribute's value of the tree as a browser reads it."""
    return unescape(_NO_ENTITY.sub("&amp;", text.replace(AMP_SUBSTITUTE, "&")))


def _words(element: Element, stash: Sequence[Any]) -> Iterator[str]:
    if element.get("class") == "footnote-ref":
        return  # a number, which means nothing where the note is not
    if element.tag == "br":
        yield " "
    yield _unstashed(element.text or "", stash)
    for child in element:
        yield from _words(child, stash)
        yield _unstashed(child.tail or "", stash)


def _unstashed(text: str, stash: Sequence[Any]) -> str:
    # Every second part is a number. Each part is read by itself, so that "&amp;lt;" stays "&lt;".
    parts = HTML_PLACEHOLDER_RE.split(text)
    parts[::2] = map(displayed, parts[::2])
    parts[1::2] = (_tagless(str(stash[int(number)])) for number in parts[1::2])
    return "".join(parts)


def _tagless(html: str) -> str:
    html = _FORMULA.sub(r"\1", html)
    return unescape(_TAG.sub(lambda tag: " " if tag[0].lower().startswith("<br") else "", html))
