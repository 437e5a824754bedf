"""Markdown to HTML as commentary uses it: tables, lists, code, notes, formulas, claims; HTML only where allowed."""

from __future__ import annotations

from markdown import Markdown

from generator.commentary.fences import Fences
from generator.commentary.notes import notes
from generator.commentary.spans import Spans


def converted(text: str, spans: Spans, allow_html: bool) -> str:
    """The HTML of a page's Markdown.

    Args:
        text: Markdown with marked claims (see `claims.marked`).
        spans: the page's claims; afterwards it holds title, headings, verdicts and faults.
        allow_html: whether HTML in the text stays HTML; else it is shown as text.
    """
    own = (Fences(), spans.formulas, *([notes(spans.t)] if "[^" in text else []), spans)
    markdown = Markdown(extensions=["tables", "sane_lists", "def_list", *own], output_format="html")
    if not allow_html:
        markdown.preprocessors.deregister("html_block")
        markdown.inlinePatterns.deregister("html")
    return markdown.convert(text)
