"""Where links of the commentary lead: to other servers by http(s), and inside the report to a file that it has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from generator.errors import nearest

_BESIDE_THE_LANGUAGES = ("index.html", "404.html", "results.json", "sitemap.xml")
_ASSETS = "../assets/"
_FIGURES = "assets/figures/"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Link:
    """A link from a page to a place inside the site.

    Attributes:
        address: as a browser reads it.
        line: where it is written, if that is known.
    """

    address: str
    line: int | None


def fault(address: str, pages: Collection[str]) -> str | None:
    """What is wrong with the address of a link or picture, or None.

    Places inside a page (``#…``) and assets are for `lost`, which knows the rendered site.

    Args:
        address: as a browser reads it.
        pages: names of the report's pages.
    """
    # Browsers drop these characters, so that what is left may be another address than it seems.
    if hidden := _CONTROL.search(address):
        shown = _CONTROL.sub("", address)
        return f"the link '{shown}' holds the control character U+{ord(hidden[0]):04X}; remove it"
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return f"the link '{address}' is no address; one begins like https://example.org/"
    if parts.scheme:
        plain = parts.scheme in ("http", "https", "mailto")
        return None if plain else f"the link '{address}' is neither http(s), mailto nor relative"
    path = unquote(parts.path).removeprefix("./")
    if parts.netloc or not path or path.startswith(_ASSETS):
        return None
    if path.startswith("/"):
        return f"the link '{address}' is absolute, which breaks where the site lies in a folder; write it relative"
    files = {f"{page}.html" for page in pages}
    if above := re.match(r"\.\./(?:([\w-]+)/)?", path):
        files = {above[0] + file for file in (files if above[1] else _BESIDE_THE_LANGUAGES)}
    return None if path in files else f"the link '{address}' leads to no file of the report{nearest(path, files)}"


def inside(address: str) -> bool:
    """Whether an address without `fault` leads to an asset or to a place inside a page."""
    parts = urlsplit(address.strip())
    return not (parts.scheme or parts.netloc) and bool(parts.fragment or parts.path.startswith(_ASSETS))


def lost(
    links: Iterable[Link], home: str, files: Collection[str], ids: Callable[[str], Collection[str]] | None
) -> Iterator[tuple[Link, str]]:
    """The links to what is not there, each with what is wrong.

    Args:
        links: of a page, `inside` the site.
        home: the page, ``en/1-saliency.html``.
        files: of the site, relative to its folder.
        ids: gives the ids of a page; None before the site is rendered, when only the user's own assets are known.
    """
    for link in links:
        parts = urlsplit(link.address.strip())
        path, place = unquote(parts.path), unquote(parts.fragment)
        file = posixpath.normpath(posixpath.join(posixpath.dirname(home), path)) if path else home
        if file.startswith("assets/"):
            if file not in files and (ids is not None or not file.startswith(_FIGURES)):
                own = [name.removeprefix("assets/") for name in files if name.startswith("assets/")]
                told = nearest(file.removeprefix("assets/"), own)
                yield link, f"the link '{link.address}' leads to no file in templates/assets{told}"
        elif ids is not None and file not in files:
            yield link, f"the link '{link.address}' leads to no file of the report{nearest(file, files)}"
        elif ids is not None and place and file.endswith(".html") and place not in (known := ids(file)):
            where = "this page" if file == home else file
            yield (
                link,
                f"the link '{link.address}' leads nowhere: nothing on {where} has that id{nearest(place, known)}",
            )
