"""One page of commentary: from its Markdown file to HTML, claims and everything wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2.nodes import Template
from markupsafe import Markup

from generator.commentary import claims, sandbox
from generator.commentary.conditions import ConditionError, Verdict, evaluate, parse
from generator.commentary.lookup import NotQuotableError, Value, kind, shown
from generator.commentary.markdown import converted
from generator.commentary.numbers import plain
from generator.commentary.spans import FIGURE, FIGURE_END, Heading, Spans
from generator.errors import Problem, nearest

PAGES = ("index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods")
"""The pages that a profile's folder may hold, each as ``<page>.<lang>.md``."""

CLAIMS_LIST = "claims-list"
"""The figure that lists all claims, on the methods page."""


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
    """

    html: Markup
    title: str
    claims: tuple[Claim, ...]
    figures: tuple[str, ...]
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    lead: str = ""


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
    shown_as: str | None = None,
) -> Rendered:
    """Render one page of commentary. Nothing is raised for what the author wrote: see `Rendered.problems`.

    Args:
        source: the Markdown file.
        page: its name, ``1-saliency``.
        lang: its language.
        results: the content of ``results.json``; None when nothing was measured: then only the form is checked.
        figure: gives a figure's HTML by name.
        known_figures: the names that `figure` knows; None when nothing was drawn.
        strings: interface text in the page's language: ``strings(key, **values)``.
        allow_html: whether HTML in the text stays HTML.
        class_name, region_name: display names in the page's language.
        shown_as: the file's name in messages; none: `source` as given.
    """
    file = shown_as or str(source)
    try:
        text = read(source)
    except (OSError, UnicodeDecodeError) as error:
        return _broken([Problem(f"cannot be read as UTF-8 text: {error}", file)])
    work = _Page(page, file, text, results, figure, known_figures)
    filters = {"class_name": _named(class_name, "a class"), "region_name": _named(region_name, "a region")}
    environment = sandbox.Commentary(filters, {"figure": work.place, "has_figure": work.has_figure})
    tree = work.check(environment)
    if work.problems or tree is None or results is None:
        return _broken(work.sorted())
    expanded = sandbox.render(environment, tree, results)
    if isinstance(expanded, claims.Fault):
        return _broken([Problem(expanded.message, file, expanded.line)])
    expanded, conditions = _conditions_out(expanded)
    spans = Spans(conditions, results, page, strings, work.verdicts)
    html = converted(expanded, spans, allow_html)
    work.check_converted(spans, html)
    stated = tuple(
        Claim(page, lang, one.text, one.condition, one.verdict.holds, one.verdict.values, one.line, file, number)
        for number, one in enumerate(spans.stated, 1)
    )
    html = sandbox.bare_html(work.with_figures(html))
    return Rendered(
        html=Markup("" if work.problems else html),
        title=spans.title,
        claims=stated,
        figures=tuple(work.placed),
        headings=tuple(spans.headings),
        problems=tuple(work.sorted()),
        lead=spans.lead,
    )


def read(source: Path) -> str:
    """A page's text with plain line ends and without a byte order mark."""
    text = source.read_bytes().decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Page:
    """What is found out about one page while it is rendered."""

    def __init__(
        self,
        page: str,
        file: str,
        text: str,
        results: Mapping[str, Any] | None,
        figure: Callable[[str], str],
        known_figures: Collection[str] | None,
    ) -> None:
        self.page = page
        self.file = file
        self.text = text
        self.results = results
        self.figure = figure
        self.known = known_figures
        self.placed: list[str] = []
        self.verdicts: dict[str, Verdict] = {}
        self.problems: list[Problem] = []

    def sorted(self) -> list[Problem]:
        """The problems by line, each once."""
        return sorted(set(self.problems), key=lambda problem: (problem.line or 0, problem.message))

    def problem(self, line: int | None, message: str) -> None:
        """Write down one thing that is wrong."""
        self.problems.append(Problem(message, self.file, line))

    def check(self, environment: sandbox.Commentary) -> Template | None:
        """Find everything wrong that can be found before rendering; returns the parsed page."""
        for match in claims.PRIVATE.finditer(self.text):
            self.problem(self._line(match.start()), f"holds the private-use character {match[0]!r}; remove it")
        self.text = claims.PRIVATE.sub(" ", self.text)
        visible = claims.masked(self.text)
        if not re.search(r"^# +\S", visible, re.M):
            self.problem(1, "the page has no title; begin it with '# Title'")
        asked = {name for _, name in re.findall(r"has_figure\s*\(\s*([\"'])(.*?)\1", visible)}
        for match in re.finditer(r"\{\{-?\s*figure\s*\(\s*(?:([\"'])(.*?)\1)?", visible):
            line = self._line(match.start())
            whole = self.text.split("\n")[line - 1].strip()
            if not re.fullmatch(r"\{\{.*\}\}", whole) or whole.count("{{") > 1:
                self.problem(line, "a figure must stand alone on its line")
            if self.known is not None and match[2] and match[2] not in self.known and match[2] not in asked:
                self.problem(line, f"there is no figure '{match[2]}'{nearest(match[2], self.known)}")
        if self.page == "methods" and not re.search(rf"figure\s*\(\s*[\"']{CLAIMS_LIST}[\"']", visible):
            self.problem(1, f'the methods page must hold {{{{ figure("{CLAIMS_LIST}") }}}}; every claim links there')
        found, faults = claims.find(self.text)
        tree, more = sandbox.read(environment, claims.marked(self.text, found), self.results)
        for fault in (*faults, *more):
            self.problem(fault.line, fault.message)
        for claim in found:
            if "{{" not in claim.condition:
                try:
                    if self.results is None:
                        parse(claim.condition)
                    else:
                        self.verdicts[claim.condition] = evaluate(claim.condition, self.results)
                except ConditionError as error:
                    self.problem(claim.line, str(error))
        return tree

    def place(self, name: Any) -> str:
        """``figure("name")`` in the text."""
        if not isinstance(name, str) or (self.known is not None and name not in self.known):
            raise NotQuotableError(f"there is no figure '{name}'{nearest(str(name), self.known or ())}")
        if name in self.placed:
            raise NotQuotableError(f"the figure '{name}' is already on this page")
        self.placed.append(name)
        return sandbox.Ready(f"{FIGURE}{len(self.placed) - 1}{FIGURE_END}")

    def has_figure(self, name: Any) -> bool:
        """``has_figure("name")``: whether this report has such a figure."""
        return self.known is None or name in self.known

    def check_converted(self, spans: Spans, html: str) -> None:
        """What only the finished HTML shows."""
        for line, message in spans.faults:
            self.problem(line or self._second_title(), message)
        broken = f"[{claims.OPEN}{claims.CLOSE}{claims.LINE}{claims.END}]"
        if re.search(broken, html):
            self.problem(None, "a claim is cut in two by markup or by an {% if %}; put it whole inside")
        for address in spans.links:
            scheme = re.match(r"\s*([A-Za-z][\w+.-]*)\s*:", address)
            if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
                self.problem(self._line_of(address), f"the link '{address}' is neither http(s), mailto nor relative")

    def with_figures(self, html: str) -> str:
        """The page with its figures in place."""

        def put(match: re.Match[str]) -> str:
            return self.figure(self.placed[int(match[1])])

        alone = rf'<div class="figure">\s*{FIGURE}(\d+){FIGURE_END}\s*</div>'
        html = re.sub(alone, put, html)
        for match in re.finditer(rf"{FIGURE}(\d+){FIGURE_END}", html):
            name = self.placed[int(match[1])]
            self.problem(self._line_of(name), f"the figure '{name}' needs an empty line before and after it")
        return html

    def _line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def _line_of(self, part: str) -> int | None:
        position = self.text.find(part)
        return None if position < 0 else self._line(position)

    def _second_title(self) -> int:
        titles = list(re.finditer(r"^# +\S|^=+$", claims.masked(self.text), re.M))
        return self._line(titles[min(1, len(titles) - 1)].start()) if titles else 1


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


def _broken(problems: list[Problem]) -> Rendered:
    return Rendered(Markup(""), "", (), (), (), tuple(problems))
