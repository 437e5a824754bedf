"""Renders a figures stage's partials in a language, as the site does."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from generator.pipeline.artifact import Artifact
from generator.site.figures import collect_figures, render_figure
from generator.site.strings import load_strings
from generator.site.templates import environment_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def rendered(stage: str, figures: Artifact, results: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Figure name to HTML."""
    strings = load_strings(TEMPLATES / "strings")
    environment = environment_of(TEMPLATES)

    def named(kind: str, key: str) -> str:
        name = f"{kind}.{key}"
        return strings.text(lang, name) if strings.has(name) else key

    context = {
        "t": lambda key, **values: strings.text(lang, key, **values),
        "lang": lang,
        "results": results,
        "class_name": lambda key: named("class", key),
        "region_name": lambda key: named("region", key),
    }
    found = collect_figures({f"{stage}-figures": figures})
    return {name: str(render_figure(environment, figure, "", context)) for name, figure in found.items()}


class Seen(HTMLParser):
    """What a piece of HTML holds: sources, alternative texts, ids, links inside the page, balanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.alts: list[str | None] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            self.sources.append(values["src"] or "")
            self.alts.append(values.get("alt"))
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
