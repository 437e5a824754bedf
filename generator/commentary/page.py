"""One page of commentary: from its Markdown file to HTML, claims and everything wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from generator.commentary import claims, sandbox, unmeasured
from generator.commentary.conditions import Verdict
from generator.commentary.links import Link
from generator.commentary.lookup import NotQuotableError, Value, kind, shown
from generator.commentary.markdown import converted
from generator.commentary.numbers import plain
from generator.commentary.spans import Heading, Spans
from generator.commentary.vetting import Look, among, anything
from generator.commentary.work import CLAIMS_LIST, PageWork
from generator.errors import Problem, no_text

__all__ = ["CLAIMS_LIST", "PAGES", "Claim", "Rendered", "read", "render_page"]

PAGES = ("index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods")
"""The pages that a profile's folder may hold, each as ``<page>.<lang>.md``."""


@dataclass(frozen=True)
class Claim:
    """A sentence or part of one that the build checked.

    Attributes:
        page, lang: where it stands.
        text: its words without markup.
        condition: as written.
        holds: the verdict.
        values: what was looked up, by name.
        line, file: where it is written.
        number: its place on its page, from 1.
    """

    page: str
    lang: str
    text: str
    condition: str
    holds: bool
    values: dict[str, Value]
    line: int
    file: str
    number: int = 1

    @property
    def anchor(self) -> str:
        """Id of the claim's row in the list of all claims on the methods page of its language."""
        return f"claim-{self.page}-{self.number}"

    @property
    def measured(self) -> list[tuple[str, str | None]]:
        """What was looked up, as a reader sees it; None for what was not measured."""
        return [(name, None if value is None else plain(value)) for name, value in self.values.items()]

    @property
    def refuted(self) -> Problem:
        """What is told of a claim that does not hold: where it stands, and what was measured instead."""
        measured = ", ".join(f"{name} = {value or 'not measured'}" for name, value in self.measured)
        return Problem(f"claim does not hold: “{self.text}” ({self.condition}; {measured})", self.file, self.line)


@dataclass(frozen=True)
class Rendered:
    """A rendered page.

    Attributes:
        html: without the title's heading; empty when there are problems.
        title: the page's heading, as plain text.
        claims: in reading order.
        figures: names in reading order.
        headings: for a table of contents.
        problems: everything that is wrong with the file.
        lead: plain text of the first paragraph.
        links: to assets and to places inside pages; `generator.commentary.links.lost` tells whether they are there.
    """

    html: Markup
    title: str
    claims: tuple[Claim, ...]
    figures: tuple[str, ...]
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    lead: str = ""
    links: tuple[Link, ...] = ()


def render_page(
    source: Path,
    *,
    page: str,
    lang: str,
    results: Mapping[str, Any] | None,
    figure: Callable[[str], str],
    known_figures: Collection[str] | None,
    strings: Callable[..., str],
    allow_html: bool = False,
    class_name: Callable[[str], str] = str,
    region_name: Callable[[str], str] = str,
    method_name: Callable[[str], str] = str,
    shown_as: str | None = None,
    look: Look = anything,
) -> Rendered:
    """Render one page of commentary. Nothing is raised for what the author wrote: see `Rendered.problems`.

    Args:
        source: the Markdown file.
        page: its name, ``1-saliency``.
        lang: its language.
        results: the content of ``results.json``; None when nothing was measured: then the page is only checked.
        figure: gives a figure's HTML by name.
        known_figures: the names that `figure` knows; None when nothing was drawn.
        strings: interface text in the page's language: ``strings(key, **values)``.
        allow_html: whether HTML in the text stays HTML.
        class_name, region_name, method_name: display names in the page's language.
        shown_as: the file's name in messages; none: `source` as given.
        look: looks names up when there are no results.
    """
    file = shown_as or str(source)
    try:
        text = read(source)
    except UnicodeDecodeError as error:
        return _broken([no_text(error, file)])
    except OSError as error:
        return _broken([Problem(f"cannot be read: {error.strerror}", file)])
    work = PageWork(page, file, text, results, figure, known_figures, look if results is None else among(results))
    filters = {
        "class_name": _named(class_name, "a class"),
        "region_name": _named(region_name, "a region"),
        "method_name": _named(method_name, "a method"),
    }
    environment = sandbox.Commentary(filters, {"figure": work.place, "has_figure": work.has_figure})
    tree = work.check(environment, allow_html)
    if work.problems or tree is None:
        return _broken(work.sorted())
    if results is None:
        form, conditions = _conditions_out(work.marked)
        unjudged = {condition: Verdict(False, {}) for condition, _ in conditions}
        spans = Spans(conditions, {}, page, strings, unjudged)
        work.check_converted(spans, converted(unmeasured.every_branch(form), spans, allow_html), PAGES)
        return _broken(work.sorted(), work.links)
    expanded = sandbox.render(environment, tree, results)
    if isinstance(expanded, claims.Fault):
        return _broken([Problem(expanded.message, file, expanded.line)])
    work.check_expanded(expanded)
    expanded, conditions = _conditions_out(expanded)
    spans = Spans(conditions, results, page, strings, work.verdicts)
    html = converted(expanded, spans, allow_html)
    work.check_converted(spans, html, PAGES)
    stated = tuple(
        Claim(page, lang, one.text, one.condition, one.verdict.holds, one.verdict.values, one.line, file, number)
        for number, one in enumerate(spans.stated, 1)
    )
    html = work.with_figures(sandbox.bare_html(html))
    return Rendered(
        html=Markup("" if work.problems else html),
        title=spans.title,
        claims=stated,
        figures=tuple(work.placed),
        headings=tuple(spans.headings),
        problems=tuple(work.sorted()),
        lead=spans.lead,
        links=tuple(work.links),
    )


def read(source: Path) -> str:
    """A page's text with plain line ends and without a byte order mark."""
    text = source.read_bytes().decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _named(name: Callable[[str], str], what: str) -> Callable[[Any], str]:
    """A filter that gives display names, and says so when it is given something else."""

    def apply(value: Any) -> str:
        if not isinstance(value, str):
            raise NotQuotableError(f"the name of {what} is text, found {kind(value)}: {shown(value)}")
        return name(value)

    return apply


def _conditions_out(text: str) -> tuple[str, list[tuple[str, int]]]:
    """Take the conditions out of the text, which keeps their numbers: Markdown never sees a condition."""
    conditions: list[tuple[str, int]] = []

    def take(match: re.Match[str]) -> str:
        conditions.append((sandbox.bare(match[2]), int(match[1])))
        return f"{claims.CLOSE}{len(conditions) - 1}{claims.END}"

    pattern = f"{claims.CLOSE}([0-9]+){claims.LINE}(.*?){claims.END}"
    return re.sub(pattern, take, text, flags=re.S), conditions


def _broken(problems: list[Problem], links: Collection[Link] = ()) -> Rendered:
    return Rendered(Markup(""), "", (), (), (), tuple(problems), links=tuple(links))
