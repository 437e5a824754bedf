"""Looks over a rendered site before it is published: links, ids, pictures, languages, requests to elsewhere."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from generator.errors import Problem, nearest
from generator.site.tags import Lines, start_tags

_SOURCES = {"img": ("src",), "script": ("src",), "source": ("src", "srcset"), "use": ("href",), "image": ("href",)}
_REFERRING = {"aria-labelledby", "aria-describedby", "aria-controls", "for", "popovertarget", "headers"}


@dataclass
class _Seen:
    """What one page holds.

    Attributes:
        lines: of its places.
        ids: id to the place of its first use.
        links: (place, address) of everything that points inside the site.
        references: (place, id) of everything that names an element of the same page.
        problems: (place, what is wrong) of the page by itself.
    """

    lines: Lines
    ids: dict[str, int] = field(default_factory=dict)
    links: list[tuple[int, str]] = field(default_factory=list)
    references: list[tuple[int, str]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    lang: str | None = None
    title: bool = False
    alternates: set[str] = field(default_factory=set)


def _read(html: str) -> _Seen:
    seen = _Seen(Lines(html))
    for place, tag, attributes in start_tags(html):
        if tag == "title":
            seen.title = True
        if not attributes and tag != "img":
            continue
        found = dict(attributes)
        if len(found) < len(attributes):
            seen.problems.append((place, f"<{tag}> has an attribute twice"))
        if "id" in found:
            first = seen.ids.setdefault(found["id"], place)
            if first != place:
                seen.problems.append((place, f"id '{found['id']}' stands in line {seen.lines.at(first)} already"))
        for name in found.keys() & _REFERRING:
            seen.references += [(place, target) for target in found[name].split()]
        if tag == "html":
            seen.lang = found.get("lang")
        elif tag == "img":
            _picture(seen, place, found)
        elif tag == "a" and "href" in found:
            seen.links.append((place, found["href"]))
        elif tag == "link":
            _link(seen, place, found)
        for name in _SOURCES.get(tag, ()):
            if name in found:
                _source(seen, place, tag, found[name])
    return seen


def _picture(seen: _Seen, place: int, found: dict[str, str]) -> None:
    if "alt" not in found:
        seen.problems.append((place, f"<img src={found.get('src')!r}> has no alt text"))
    if not (found.get("width", "").isdigit() and found.get("height", "").isdigit()):
        seen.problems.append((place, f"<img src={found.get('src')!r}> has no width and height"))


def _link(seen: _Seen, place: int, found: dict[str, str]) -> None:
    rel, href = found.get("rel", ""), found.get("href", "")
    if rel == "alternate" and "hreflang" in found:
        seen.alternates.add(found["hreflang"])
        if not _elsewhere(href):
            seen.links.append((place, href))
    elif rel not in ("canonical", "license"):
        _source(seen, place, "link", href)


def _source(seen: _Seen, place: int, tag: str, address: str) -> None:
    if address.startswith("data:"):
        return
    if _elsewhere(address) or address.startswith("//"):
        seen.problems.append((place, f"<{tag}> asks {address} of another server; a site carries its own files"))
    else:
        seen.links.append((place, address))


def _split(address: str) -> SplitResult | None:
    """The parts of an address; None if it is no address at all (``http://[``)."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _elsewhere(address: str) -> bool:
    parts = _split(address)
    return parts is not None and bool(parts.scheme)


def check_site(folder: Path) -> list[Problem]:
    """Everything that is wrong with the pages of a rendered site.

    Args:
        folder: of the site.

    Returns:
        One problem per fault, with file and line; empty when all is well.
    """
    files = {
        os.path.join(above, name)[len(str(folder)) + 1 :].replace(os.sep, "/")
        for above, _, names in os.walk(folder)
        for name in names
    }
    pages = {name: _read((folder / name).read_text("utf-8")) for name in sorted(files) if name.endswith(".html")}
    languages = {name.split("/")[0] for name in pages if "/" in name}
    problems = []
    for name, seen in pages.items():
        faults = [*seen.problems, *_page_faults(name, seen, languages), *_link_faults(name, seen, pages, files)]
        problems += [
            Problem(message, folder / name, line)
            for line, message in sorted((seen.lines.at(place), message) for place, message in faults)
        ]
    return problems


def _page_faults(name: str, seen: _Seen, languages: set[str]) -> list[tuple[int, str]]:
    faults = [
        (place, f"nothing here has the id '{target}'") for place, target in seen.references if target not in seen.ids
    ]
    if not seen.title:
        faults.append((0, "the page has no <title>"))
    if not seen.lang:
        faults.append((0, "<html> has no lang"))
    if "/" in name:
        lang = name.split("/", maxsplit=1)[0]
        if seen.lang != lang:
            faults.append((0, f"<html lang={seen.lang!r}> in the folder {lang}"))
        missing = {*languages, "x-default"} - seen.alternates
        if missing:
            faults.append((0, f"no hreflang for {', '.join(sorted(missing))}"))
    return faults


def _link_faults(name: str, seen: _Seen, pages: dict[str, _Seen], files: set[str]) -> list[tuple[int, str]]:
    faults = []
    folder = posixpath.dirname(name)
    for place, address in seen.links:
        parts = _split(address)
        if parts is None:
            faults.append((place, f"{address} is no address"))
            continue
        if parts.scheme or parts.netloc:
            continue
        if parts.path.startswith("/"):
            faults.append((place, f"{address} is absolute; it breaks under /repo/ and file://"))
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(parts.path))) if parts.path else name
        if path not in files:
            faults.append((place, f"{address} leads to no file of the site"))
        elif parts.fragment and path in pages and unquote(parts.fragment) not in pages[path].ids:
            known = nearest(unquote(parts.fragment), pages[path].ids)
            faults.append((place, f"{address}: no element of that page has this id{known}"))
    return faults
