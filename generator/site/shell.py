"""What stands around a page's text: head, navigation, settings, the cards of the first page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from generator.commentary.page import Claim, Rendered
from generator.config.load import Loaded
from generator.pipeline.artifact import Artifact
from generator.site.figures import PlacedFigure, first_picture, published_name
from generator.site.pages import PAGES, QUESTIONS, Page
from generator.site.sitemap import absolute
from generator.site.typography import keep_whole
from generator.site.words import Words

NAMES = {"zh-Hant": "繁體中文", "en": "English"}
_BODY = "\uf003"
"""Stands for the text while the rest is rendered: the text is large, seldom changes, and is kept by itself."""


@dataclass(frozen=True)
class Shell:
    """Puts pages together.

    Attributes:
        loaded: the configuration.
        artifacts: stage name to artifact, for pictures.
        figures: all of the report, by name.
        environment: of the templates.
        bodies: page and language to text.
        claims: of all pages.
    """

    loaded: Loaded
    artifacts: Mapping[str, Artifact]
    figures: Mapping[str, PlacedFigure]
    environment: Environment
    bodies: Mapping[tuple[str, str], Rendered]
    claims: list[Claim]

    def page(self, page: Page, words: Words, results: Mapping[str, Any], body: str, shown_in: str | None) -> str:
        """A whole page.

        Args:
            page: which one.
            words: of its language.
            results: of the build.
            body: HTML of its text.
            shown_in: language of the text where it has no translation yet.
        """
        lang, rendered = words.lang, self.bodies[page.key, words.lang]
        index = PAGES.index(page)
        nav = [self._entry(other, lang) | {"current": other is page} for other in PAGES]
        site = self.loaded.config.site
        context = words.context(results) | {
            "page": page.key,
            "languages": self.loaded.config.languages,
            "other_langs": [
                {"lang": other, "href": f"../{other}/{page.key}.html", "name": NAMES[other]}
                for other in self.loaded.config.languages
                if other != lang
            ],
            "title": rendered.title,
            "body": Markup(_BODY),
            "body_lang": shown_in or lang,
            "problems_note": words.text("page.untranslated") if shown_in else None,
            "headings": rendered.headings,
            "nav": nav,
            "prev": nav[index - 1] if index else None,
            "next": nav[index + 1] if index + 1 < len(nav) else None,
            "site": site,
            "site_title": site.title[lang],
            "asset_root": "../assets/",
            "root": "../",
            "canonical": absolute(site.url, f"{lang}/{page.key}.html"),
            "alternates": self._alternates(page),
            "description": rendered.lead or rendered.title,
            "settings": self._settings(page),
            "cards": self._cards(words) if page.key == "index" else [],
            "claims": self.claims,
            "preview": self._cover(QUESTIONS[0], "preview"),
        }
        template = self.environment.get_template("index.html" if page.key == "index" else "page.html")
        return keep_whole(template.render(context)).replace(_BODY, body)

    def _entry(self, page: Page, lang: str) -> dict[str, Any]:
        return {"key": page.key, "href": f"{page.key}.html", "title": self.bodies[page.key, lang].title}

    def _alternates(self, page: Page) -> list[dict[str, str]]:
        """Every language's address of a page and the default one; relative unless the site's address is known."""
        url, languages = self.loaded.config.site.url, self.loaded.config.languages
        found: list[tuple[str, str]] = [(lang, f"{lang}/{page.key}.html") for lang in languages]
        found.append(("x-default", "index.html" if page.key == "index" else found[0][1]))
        return [{"lang": lang, "href": absolute(url, path) or f"../{path}"} for lang, path in found]

    def _settings(self, page: Page) -> list[tuple[str, str]]:
        settings = []
        for stage in page.stages:
            options = msgspec.to_builtins(getattr(self.loaded.profile, stage))
            if stage in ("dataset", "model") and options.get("path"):
                options["path"] = Path(options["path"]).name
            if stage == "dataset" and options["path"]:
                # They are numbers of drawn faces.
                del options["train_images"], options["evaluation_images"]
            settings += [(f"{stage}.{key}", _short(value)) for key, value in options.items()]
        return settings

    def _cover(self, page: Page, fact: str = "cover") -> str | None:
        figure = self.figures.get(page.cover or "")
        if figure is None:
            return None
        stage = f"{figure.stage}-figures"
        artifact = self.artifacts[stage]
        facts = artifact.facts
        cover = facts.get(fact) or facts.get("cover") or first_picture(figure, artifact, page.cover_key)
        return f"figures/{figure.stage}/{published_name(cover)}" if cover else None

    def _drawing(self, page: Page) -> Markup | None:
        """SVG of the program's own that stands in for the picture: within the page it follows the page's colours."""
        figure = self.figures.get(page.cover or "")
        drawing = figure and self.artifacts[f"{figure.stage}-figures"].facts.get("drawing")
        return Markup(drawing) if drawing else None

    def _cards(self, words: Words) -> list[dict[str, Any]]:
        return [
            {
                "key": page.key,
                "href": f"{page.key}.html",
                "question": self.bodies[page.key, words.lang].title,
                "finding": self.bodies[page.key, words.lang].lead,
                "picture": self._cover(page),
                "drawing": self._drawing(page),
                "picture_alt": words.text(f"cover.{page.key}"),
            }
            for page in QUESTIONS
        ]


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
