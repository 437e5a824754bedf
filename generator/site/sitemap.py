"""Absolute addresses and the sitemap, for sites whose address is known."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def absolute(url: str | None, path: str) -> str | None:
    """The address of a page, or None when the site's own address is not configured."""
    return None if url is None else f"{url.rstrip('/')}/{path}"


def sitemap(url: str | None, languages: Sequence[str], pages: Sequence[str]) -> bytes:
    """``sitemap.xml`` with every page and its languages (sitemaps.org, Google's hreflang extension).

    Without a configured address the sitemap's addresses are relative, which readers of sitemaps ignore; the file is
    there so that the set of published files does not depend on the configuration.
    """

    def place(path: str) -> str:
        return escape(absolute(url, path) or path)

    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for page in pages:
        for lang in languages:
            lines.append(f"  <url><loc>{place(f'{lang}/{page}.html')}</loc>")
            lines += [
                f'    <xhtml:link rel="alternate" hreflang="{other}" href="{place(f"{other}/{page}.html")}"/>'
                for other in languages
            ]
            lines.append("  </url>")
    return ("\n".join([*lines, "</urlset>"]) + "\n").encode()
