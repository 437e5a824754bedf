"""Start tags of a page with their attributes: quickly where the page is written plainly, else as browsers read it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

Tag = tuple[int, str, list[tuple[str, str]]]
"""Where it stands, counted in characters; its name; its attributes, with an empty value where there is none."""

_ATTRIBUTES = r"""((?:\s++[a-z_:@][-\w:.@]*+(?:="[^"]*+"|='[^']*+'|=[^\s"'=<>`/]++)?+)*+)\s*+/?>"""
_TOKEN = re.compile(
    rf"<!--(?!-?>).*?-->|<(script|style){_ATTRIBUTES}.*?</\1\s*>|<((?!(?:script|style)[\s/>])[a-z][-a-z0-9:]*+){_ATTRIBUTES}|(<(?:[a-z]|!--))",
    re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"""([^\s=]+)(?:="([^"]*)"|='([^']*)'|=(\S+))?""", re.ASCII)


def start_tags(html: str) -> Iterator[Tag]:
    """All start tags of a page in order, names in lower case and values without character references.

    Args:
        html: a page. What stands in comments, scripts and style sheets is no tag.
    """
    return iter(_plain(html) or _any(html))


class Lines:
    """Lines of the places in a text, counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, place: int) -> int:
        """The line of the character at a place."""
        return bisect_right(self._starts, place)


def _plain(html: str) -> list[Tag] | None:
    """The tags if all of them are written as templates and Markdown write them; a tenth of a parser's time."""
    found: list[Tag] = []
    for match in _TOKEN.finditer(html):
        raw, raw_attributes, name, attributes, odd = match.groups()
        if odd:
            return None
        if name or raw:
            written = attributes or raw_attributes
            pairs = [(key.lower(), a or b or c) for key, a, b, c in _ATTRIBUTE.findall(written)] if written else []
            if written and "&" in written:
                from html import unescape

                pairs = [(key, unescape(value)) for key, value in pairs]
            found.append((match.start(), (name or raw).lower(), pairs))
    return found


def _any(html: str) -> list[Tag]:
    from html.parser import HTMLParser

    found: list[Tag] = []
    starts = [0, *(match.end() for match in re.finditer("\n", html))]

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            line, column = self.getpos()
            found.append((starts[line - 1] + column, tag, [(name, value or "") for name, value in attributes]))

    reader = Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return found
