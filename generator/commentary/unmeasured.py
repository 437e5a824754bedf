"""A page's Markdown without results: every branch at once, with a stand-in where a value would be printed.

What it turns into shows the page's form (links, pictures, where claims stand), not its words.
"""

from __future__ import annotations

import re

VALUE = "\ue130"
"""Stands for a value that is not known."""

_JINJA = re.compile(r"\{\{.*?\}\}|(?:^[ \t]+)?(?:\{%.*?%\}|\{#.*?#\})\n?", re.M | re.S)


def every_branch(source: str) -> str:
    """The Markdown of a page whose Jinja cannot be run.

    Args:
        source: with marked claims, their conditions taken out.
    """
    return _JINJA.sub(lambda match: VALUE if match[0].startswith("{{") else "", source)
