"""What a browser cannot know about breaking lines: names that stay whole."""

from __future__ import annotations

import re

# A hyphen invites a line break; `U+2011` would keep the word whole too, but not let it be found or copied as it is.
_WHOLE = re.compile(r"t-SNE|k-NN")
_TEXT = re.compile(r"(<(script|style|title|textarea|svg)\b.*?</\2>|<!--.*?-->|<[^>]*>)", re.DOTALL)


def keep_whole(html: str) -> str:
    """Wrap names with a hyphen, such as “t-SNE”, so that no line ends within them.

    Args:
        html: a page or part of one.

    Returns:
        The same with ``<span class="whole">`` around these names in running text; attributes, scripts, titles and
        drawings, where there is no line to break or no element allowed, stay as they are.
    """
    parts = _TEXT.split(html)
    # The pattern has two groups: text stands at every third place, a tag or skipped element after it.
    parts[::3] = [_WHOLE.sub(r'<span class="whole">\g<0></span>', text) for text in parts[::3]]
    del parts[2::3]
    return "".join(parts)
