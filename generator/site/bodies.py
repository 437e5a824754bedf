"""What stands on the pages: commentary with its figures and claims, in every language."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from generator.commentary.page import CLAIMS_LIST, Claim, Rendered, render_page
from generator.errors import Problem
from generator.site.figures import PlacedFigure, render_figure
from generator.site.memo import RenderMemo
from generator.site.pages import PAGES, Page
from generator.site.templates import TemplateFiles
from generator.site.typography import keep_whole
from generator.site.words import Words

# Private-use characters, which commentary cannot hold: text and figures are made, and kept, apart.
_OPEN, _CLOSE = "\uf001", "\uf002"
_CLAIMS = "partials/claims.html"


@dataclass
class Bodies:
    """Renders the text of pages and fills in their figures.

    Attributes:
        content: the profile's commentary folder.
        languages: of the report.
        results: of the build.
        figures: all of the report, by name.
        words: of each language.
        allow_html: whether HTML in commentary stays HTML.
        environment: of the templates.
        templates: as they are now.
        memo: of the rendering before.
        claims, errors: of all pages that were rendered so far.
    """

    content: Path
    languages: Sequence[str]
    results: Mapping[str, Any]
    figures: Mapping[str, PlacedFigure]
    words: Mapping[str, Words]
    allow_html: bool
    environment: Environment
    templates: TemplateFiles
    memo: RenderMemo
    claims: list[Claim] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._words_stamp = self.templates.below("strings/")

    def all(self) -> dict[tuple[str, str], Rendered]:
        """Page and language to text, in which `filled` puts the figures."""
        return {(page.key, lang): self._body(page, lang) for lang in self.languages for page in PAGES}

    def source(self, page: Page, lang: str) -> tuple[Path, str] | None:
        """The file whose text a page shows, and its language; another language's where its own is missing."""
        for one in (lang, *self.languages):
            file = self.content / f"{page.key}.{one}.md"
            if file.is_file():
                return file, one
        return None

    def filled(self, body: Rendered, lang: str) -> str:
        """The HTML of a page's text with its figures and, once all pages are rendered, the list of claims."""
        html = self.memo.of(("whole", body.html), lambda: keep_whole(str(body.html)))
        return re.sub(f"{_OPEN}(.*?){_CLOSE}", lambda match: self._figure(match[1], lang), html)

    def _body(self, page: Page, lang: str) -> Rendered:
        found = self.source(page, lang)
        if found is None:
            return self._figures_alone(page, lang)
        file, written_in = found
        key = "commentary", file.name, file.read_bytes(), self.allow_html, self._words_stamp
        rendered = self.memo.of(key, lambda: self._commentary(file, page, self.words[written_in]))
        if written_in == lang:
            self.claims.extend(rendered.claims)
            self.errors.extend(rendered.problems)
        return rendered

    def _commentary(self, file: Path, page: Page, words: Words) -> Rendered:
        return render_page(
            file,
            page=page.key,
            lang=words.lang,
            results=self.results,
            figure=lambda name: f"{_OPEN}{name}{_CLOSE}",
            known_figures=[*self.figures, CLAIMS_LIST],
            strings=words.text,
            allow_html=self.allow_html,
            class_name=words.class_name,
            region_name=words.region_name,
            method_name=words.method_name,
            shown_as=os.path.relpath(file),
        )

    def _figures_alone(self, page: Page, lang: str) -> Rendered:
        """A page that nobody has written yet."""
        figures = [name for name, figure in self.figures.items() if figure.stage in (*page.stages, *page.also)]
        if page.key == "methods":
            # Every claim of the other pages links into this list.
            figures.append(CLAIMS_LIST)
        html = Markup("\n").join(Markup(f"{_OPEN}{name}{_CLOSE}") for name in figures)
        title = self.words[lang].text(f"nav.{page.key}")
        return Rendered(html=html, title=title, claims=(), figures=tuple(figures), headings=(), problems=())

    def _figure(self, name: str, lang: str) -> str:
        context = self.words[lang].context(self.results)
        if name == CLAIMS_LIST:
            stated = tuple((c.page, c.lang, c.text, c.condition, c.holds, *c.values.items()) for c in self.claims)
            key: tuple[Any, ...] = (CLAIMS_LIST, lang, stated, self.templates.stamp(_CLAIMS), self._words_stamp)
            template = self.environment.get_template
            return self.memo.of(
                key, lambda: keep_whole(template(_CLAIMS).render({**context, "claims": self.claims}))
            )
        figure = self.figures[name]
        key = ("figure", name, lang, self.templates.stamp(figure.file), self._words_stamp)
        return self.memo.of(
            key, lambda: keep_whole(str(render_figure(self.environment, figure, "../assets/", context)))
        )
