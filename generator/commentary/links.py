"""Where links of the commentary lead: to other servers by http(s), and inside the report to a file that it has."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from generator.errors import nearest

_BESIDE_THE_LANGUAGES = ("index.html", "404.html", "results.json", "sitemap.xml")
_ASSETS = "../assets/"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def fault(address: str, pages: Collection[str]) -> str | None:
    """What is wrong with the address of a link or picture, or None.

    Places inside a page (``#…``) are known only when the site is rendered; they are checked there. Assets that the
    user keeps are looked for by `folder`.

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
