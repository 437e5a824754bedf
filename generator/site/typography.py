"""What a browser cannot know about breaking lines: names that stay whole."""

from __future__ import annotations

import re

# A hyphen invites a line break; `U+2011` would keep the word whole too, but not let it be found or copied as it is.
_WHOLE = re.compile(r"t-SNE|k-NN")
_APART = re.compile(r"<(script|style|title|textarea|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)


def keep_whole(html: str) -> str:
    """Wrap names with a hyphen, such as “t-SNE”, so that no line ends within them.

    Args:
        html: a page or part of one that holds elements whole.

    Returns:
        The same with ``<span class="whole">`` around these names in running text; attributes, scripts, titles and
        drawings, where there is no line to break or no element allowed, stay as they are.
    """
    parts: list[str] = []
    done, apart = 0, None
    for match in _WHOLE.finditer(html):
        start = match.start()
        if apart is None:
            # Looked for only where there is such a name at all.
            apart = [found.span() for found in _APART.finditer(html)]
        if html.rfind("<", 0, start) > html.rfind(">", 0, start) or any(a < start < b for a, b in apart):
            continue
        parts += [html[done:start], '<span class="whole">', match[0], "</span>"]
        done = match.end()
    return "".join([*parts, html[done:]]) if parts else html
