"""The work on one page of commentary: what is checked before it is rendered, and what after."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from jinja2.nodes import Template

from generator.commentary import claims, formulas, links, notes, sandbox, vetting
from generator.commentary.conditions import LITERALS, ConditionError, Verdict, evaluate, names, parse
from generator.commentary.lookup import NotQuotableError
from generator.commentary.sections import unspaced
from generator.commentary.spans import FIGURE, FIGURE_END, Spans
from generator.commentary.unmeasured import VALUE
from generator.errors import Problem, nearest

CLAIMS_LIST = "claims-list"
"""The figure that lists all claims, on the methods page."""


class PageWork:
    """What is found out about one page while it is rendered."""

    def __init__(
        self,
        page: str,
        file: str,
        text: str,
        results: Mapping[str, Any] | None,
        figure: Callable[[str], str],
        known_figures: Collection[str] | None,
        look: vetting.Look,
    ) -> None:
        self.page = page
        self.file = file
        self.text = text
        self.marked = text
        self.results = results
        self.figure = figure
        self.known = known_figures
        self.look = look
        self.placed: list[str] = []
        self.links: list[links.Link] = []
        self.verdicts: dict[str, Verdict] = {}
        self.problems: list[Problem] = []

    def sorted(self) -> list[Problem]:
        """The problems by line, each once."""
        return sorted(set(self.problems), key=lambda problem: (problem.line or 0, problem.message))

    def problem(self, line: int | None, message: str) -> None:
        """Write down one thing that is wrong."""
        self.problems.append(Problem(message, self.file, line))

    def check(self, environment: sandbox.Commentary, allow_html: bool) -> Template | None:
        """Find everything wrong that can be found before rendering; returns the parsed page."""
        for match in claims.PRIVATE.finditer(self.text):
            self.problem(self._line(match.start()), f"holds the private-use character {match[0]!r}; remove it")
        self.text = claims.PRIVATE.sub(" ", self.text)
        visible = claims.masked(self.text)
        for line, message in unspaced(visible, allow_html):
            self.problem(line, message)
        for line, message in notes.faults(visible):
            self.problem(line, message)
        for line, message in formulas.faults(claims.uncoded(self.text)) if "$" in self.text else ():
            self.problem(line, message)
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
        self.marked = claims.marked(self.text, found)
        tree, more = vetting.read(environment, self.marked, self.look)
        for fault in (*faults, *more):
            self.problem(fault.line, fault.message)
        for claim in found:
            # A condition with Jinja in it is known only when the page is rendered.
            if "{{" not in claim.condition:
                self._judge(claim)
        return tree

    def check_expanded(self, expanded: str) -> None:
        """What is wrong now that Jinja has run: a footnote whose text stands in an ``{% if %}`` that does not hold."""
        for name in notes.undefined(claims.masked(expanded)) if "[^" in expanded else ():
            self.problem(self._line_of(f"[^{name}]"), notes.MISSING.format(name=name))

    def _judge(self, claim: claims.Found) -> None:
        """Evaluate a claim, or without results look its names up."""
        try:
            if self.results is not None:
                self.verdicts[claim.condition] = evaluate(claim.condition, self.results)
                return
            for name in names(parse(claim.condition)):
                wrong = self.look(name) if name[0] not in LITERALS else None
                if wrong:
                    self.problem(claim.line, f"in the condition '{claim.condition}': {wrong}")
        except ConditionError as error:
            self.problem(claim.line, str(error))

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

    def check_converted(self, spans: Spans, html: str, pages: Collection[str]) -> None:
        """What only the finished HTML shows; links may lead to `pages`."""
        # Without results all branches of an {% if %} stand there, and each may have its title.
        branches = self.results is None and "{%" in self.text
        for line, message in spans.faults:
            if line or not branches:
                self.problem(line or self._second_title(), message)
        for tex, message in spans.formulas.faults:
            self.problem(self._line_of(tex), message)
        self._check_seen(spans, html)
        for address, written in spans.links:
            if VALUE in address:
                continue
            if wrong := links.fault(address, pages):
                self.problem(self._address_line(written), wrong)
            elif links.inside(address):
                self.links.append(links.Link(address, self._address_line(written)))
        for address, written in spans.pictures:
            shown = "" if VALUE in address else f" '{address}'"
            self.problem(
                self._address_line(written),
                f'the picture{shown} is no figure of the report; place one of those with {{{{ figure("name") }}}}',
            )

    def _check_seen(self, spans: Spans, html: str) -> None:
        """A claim that a reader does not see is one that nobody knows to be checked."""
        cut = "a claim is cut in two by markup or by an {% if %}, or stands in code; put it whole inside"
        for number in spans.missing:
            line = spans.conditions[number][1]
            if f"{claims.CLOSE}{number}{claims.END}" in html:
                self.problem(line, cut)
            else:
                self.problem(line, "a claim cannot stand in a picture's or a link's hidden text; state it in the text")
        if not spans.missing and re.search(f"[{claims.OPEN}{claims.CLOSE}{claims.LINE}{claims.END}]", html):
            self.problem(None, cut)

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

    def _address_line(self, written: str) -> int | None:
        """The line of a link or a picture; else of the first place that holds its address."""
        found = re.search(rf"\](?:\(|:)\s*<?{re.escape(written)}(?=[\s)>]|\Z)", self.text)
        return self._line(found.end()) if found else self._line_of(written)

    def _second_title(self) -> int:
        titles = list(re.finditer(r"^# +\S|^=+$", claims.masked(self.text), re.M))
        return self._line(titles[min(1, len(titles) - 1)].start()) if titles else 1
