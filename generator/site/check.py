"""Looks over a rendered site before it is published: links, ids, pictures, languages, requests to elsewhere."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.errors import Problem

_SOURCES = {"img": ("src",), "script": ("src",), "source": ("src", "srcset"), "use": ("href",), "image": ("href",)}
_REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "popovertarget", "headers")


@dataclass
class _Seen:
    """What one page holds.

    Attributes:
        ids: id to the line of its first use.
        links: (line, address) of everything that points inside the site.
        references: (line, id) of everything that names an element of the same page.
    """

    ids: dict[str, int] = field(default_factory=dict)
    links: list[tuple[int, str]] = field(default_factory=list)
    references: list[tuple[int, str]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    lang: str | None = None
    title: bool = False
    alternates: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = _Seen()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        seen, line = self.seen, self.getpos()[0]
        found = {name: value or "" for name, value in attributes}
        if len(found) < len(attributes):
            seen.problems.append((line, f"<{tag}> has an attribute twice"))
        if "id" in found:
            if found["id"] in seen.ids:
                seen.problems.append((line, f"id '{found['id']}' stands in line {seen.ids[found['id']]} already"))
            seen.ids.setdefault(found["id"], line)
        for name in _REFERRING:
            seen.references += [(line, target) for target in found.get(name, "").split()]
        if tag == "html":
            seen.lang = found.get("lang")
        elif tag == "title":
            seen.title = True
        elif tag == "img":
            self._picture(line, found)
        elif tag == "a" and "href" in found:
            seen.links.append((line, found["href"]))
        elif tag == "link":
            self._link(line, found)
        for name in _SOURCES.get(tag, ()):
            if name in found:
                self._source(line, tag, found[name])

    def _picture(self, line: int, found: dict[str, str]) -> None:
        if "alt" not in found:
            self.seen.problems.append((line, f"<img src={found.get('src')!r}> has no alt text"))
        if not (found.get("width", "").isdigit() and found.get("height", "").isdigit()):
            self.seen.problems.append((line, f"<img src={found.get('src')!r}> has no width and height"))

    def _link(self, line: int, found: dict[str, str]) -> None:
        rel, href = found.get("rel", ""), found.get("href", "")
        if rel == "alternate" and "hreflang" in found:
            self.seen.alternates.add(found["hreflang"])
            if not urlsplit(href).scheme:
                self.seen.links.append((line, href))
        elif rel not in ("canonical", "license"):
            self._source(line, "link", href)

    def _source(self, line: int, tag: str, address: str) -> None:
        if address.startswith("data:"):
            return
        if urlsplit(address).scheme or address.startswith("//"):
            self.seen.problems.append((line, f"<{tag}> asks {address} of another server; a site carries its own files"))
        else:
            self.seen.links.append((line, address))


def check_site(folder: Path) -> list[Problem]:
    """Everything that is wrong with the pages of a rendered site.

    Args:
        folder: of the site.

    Returns:
        One problem per fault, with file and line; empty when all is well.
    """
    pages: dict[str, _Seen] = {}
    for file in sorted(folder.rglob("*.html")):
        reader = _Reader()
        reader.feed(file.read_text("utf-8"))
        reader.close()
        pages[file.relative_to(folder).as_posix()] = reader.seen
    languages = {name.split("/")[0] for name in pages if "/" in name}
    problems = []
    for name, seen in pages.items():
        faults = [*seen.problems, *_page_faults(name, seen, languages), *_link_faults(name, seen, pages, folder)]
        problems += [Problem(message, folder / name, line) for line, message in sorted(faults)]
    return problems


def _page_faults(name: str, seen: _Seen, languages: set[str]) -> list[tuple[int, str]]:
    faults = [
        (line, f"nothing here has the id '{target}'") for line, target in seen.references if target not in seen.ids
    ]
    if not seen.title:
        faults.append((1, "the page has no <title>"))
    if not seen.lang:
        faults.append((1, "<html> has no lang"))
    if "/" in name:
        lang = name.split("/", maxsplit=1)[0]
        if seen.lang != lang:
            faults.append((1, f"<html lang={seen.lang!r}> in the folder {lang}"))
        missing = {*languages, "x-default"} - seen.alternates
        if missing:
            faults.append((1, f"no hreflang for {', '.join(sorted(missing))}"))
    return faults


def _link_faults(name: str, seen: _Seen, pages: dict[str, _Seen], folder: Path) -> list[tuple[int, str]]:
    faults = []
    for line, address in seen.links:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        if parts.path.startswith("/"):
            faults.append((line, f"{address} is absolute; it breaks under /repo/ and file://"))
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
        if path.startswith("..") or not (folder / path).is_file():
            faults.append((line, f"{address} leads to no file of the site"))
        elif parts.fragment and path in pages and unquote(parts.fragment) not in pages[path].ids:
            faults.append((line, f"{address}: no element of that page has this id"))
    return faults
