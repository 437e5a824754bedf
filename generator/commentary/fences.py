"""Fenced code: what stands between two lines of three or more backticks or tildes is shown as it is.

Markdown's own extension is not used: it disagrees with CommonMark on indented and on longer fences, and so would
disagree with what `claims` leaves alone; and it imports Pygments, a tenth of the time of a build.
"""

from __future__ import annotations

import re
from html import escape

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

FENCE = re.compile(
    r"^(?P<indent> {0,3})(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*(?:\n|\Z)"
    r"(?P<code>.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|(?P<open>\Z))",
    re.M | re.S,
)
"""A fence with its code; the group ``open`` is there when it runs to the end of the text, never closed."""


def blank(match: re.Match[str]) -> str:
    """Spaces in the place of what was found, so that all positions and lines stay."""
    return re.sub(r"[^\n]", " ", match[0])


class Fences(Extension):
    """Python-Markdown extension that takes fenced code out before anything else is read."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register after white space is made plain (30) and before HTML is looked for (20)."""
        md.preprocessors.register(_Fences(md), "fences", 25)


class _Fences(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return FENCE.sub(self._stashed, "\n".join(lines)).split("\n")

    def _stashed(self, match: re.Match[str]) -> str:
        code = re.sub(f"^ {{0,{len(match['indent'])}}}", "", match["code"], flags=re.M)
        html = f"<pre><code>{escape(code, quote=False)}</code></pre>"
        return f"\n\n{self.md.htmlStash.store(html)}\n\n"
