"""All files of the site: commentary and figures poured into the page templates, in both languages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment

from generator.commentary.folder import check_folder
from generator.commentary.links import lost
from generator.commentary.page import Claim, Rendered
from generator.config.load import Loaded
from generator.errors import Problem
from generator.litter import is_leftover
from generator.pipeline.artifact import Artifact
from generator.site.bodies import Bodies
from generator.site.cautions import cautions
from generator.site.figures import PlacedFigure, collect_figures, figure_data, figure_files
from generator.site.jsonfile import published_json
from generator.site.memo import RenderMemo
from generator.site.pages import PAGES
from generator.site.shell import NAMES, Shell
from generator.site.sitemap import sitemap
from generator.site.strings import Strings, load_strings
from generator.site.templates import IN_TEMPLATES, TemplateFiles, broken, environment_of
from generator.site.words import Words


@dataclass
class RenderedSite:
    """The whole site in memory.

    Attributes:
        files: relative name to content.
        claims: of all pages and languages.
        errors: mistakes in the commentary; nothing may be published.
        warnings: what is shown but not right: missing or stale translations, unequal claims.
        cautions: what is right but may be overlooked: a value range that is not known.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)


def render_site(
    loaded: Loaded,
    results: dict[str, Any],
    artifacts: Mapping[str, Artifact],
    root: Path,
    memo: RenderMemo | None = None,
) -> RenderedSite:
    """Render the site of one build; nothing is written.

    Args:
        loaded: the configuration.
        results: from `generator.results.assemble`; the claims are added to it.
        artifacts: stage name to artifact.
        root: the checkout, with ``templates/`` and ``content/``.
        memo: of the rendering before, if there was one in this process.

    Raises:
        InputError: when a template is broken, with its file and line.
    """
    try:
        return _rendered(loaded, results, artifacts, root, memo or RenderMemo())
    except IN_TEMPLATES as error:
        found = broken(error, root / "templates")
        if found is None:
            raise
        raise found from None


def _rendered(
    loaded: Loaded, results: dict[str, Any], artifacts: Mapping[str, Artifact], root: Path, memo: RenderMemo
) -> RenderedSite:
    memo.begin(artifacts)
    folder, cache = root / "templates", root / ".cache"
    languages = loaded.config.languages
    environment = memo.environment(folder, lambda: environment_of(folder, cache / "templates"))
    templates = TemplateFiles(folder, memo)
    strings: Strings = memo.of(
        ("strings", templates.below("strings/")), lambda: load_strings(folder / "strings", cache)
    )
    words: dict[str, Words] = {lang: Words(strings, lang) for lang in languages}
    figures = memo.of("figures", lambda: collect_figures(artifacts))
    content = root / "content" / loaded.content_folder
    warnings = check_folder(content, languages, root)
    allow_html = loaded.config.content.allow_html
    # A copy without the claims: figures are kept from one rendering to the next, and claims change with the text.
    measured = dict(results)
    bodies = Bodies(content, languages, measured, figures, words, allow_html, environment, templates, memo)
    texts = bodies.all()
    results["claims"] = [
        {name: getattr(claim, name) for name in ("page", "lang", "text", "condition", "holds", "values")}
        for claim in bodies.claims
    ]
    files: dict[str, bytes] = {}
    shell = Shell(loaded, artifacts, figures, environment, texts, bodies.claims)
    for (key, lang), text in texts.items():
        page = next(page for page in PAGES if page.key == key)
        source = bodies.source(page, lang)
        shown_in = source[1] if source and source[1] != lang else None
        html = shell.page(page, words[lang], results, bodies.filled(text, lang), shown_in)
        files[f"{lang}/{key}.html"] = html.encode()
    files |= memo.of("figure files", lambda: figure_files(artifacts) | figure_data(figures, results))
    files |= _assets(folder / "assets") | _top(loaded, environment, strings, texts)
    files["results.json"] = published_json(results)
    # A page with errors is empty, and links into it would seem wrong too.
    errors = bodies.errors or list(_lost_links(bodies, texts, files))
    return RenderedSite(files, bodies.claims, errors, warnings, list(cautions(results)))


def _lost_links(
    bodies: Bodies, texts: Mapping[tuple[str, str], Rendered], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Links of the commentary to assets, or to places inside pages, that the rendered site does not have."""

    def ids(file: str) -> set[str]:
        return set(re.findall(r'\sid="([^"]*)"', files[file].decode()))

    for page in PAGES:
        for lang in bodies.languages:
            source = bodies.source(page, lang)
            if source is not None and source[1] == lang:
                for link, told in lost(texts[page.key, lang].links, f"{lang}/{page.key}.html", files, ids):
                    yield Problem(told, os.path.relpath(source[0]), link.line)


def _assets(folder: Path) -> dict[str, bytes]:
    """Style sheets and scripts by their name in the site; not what editors and file managers leave beside them."""
    names = {path: path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        f"assets/{name.as_posix()}": file.read_bytes()
        for file, name in names.items()
        if not any(is_leftover(part) for part in name.parts)
    }


def _top(
    loaded: Loaded, environment: Environment, strings: Strings, texts: Mapping[tuple[str, str], Rendered]
) -> dict[str, bytes]:
    """What belongs to no language: the page that chooses one, the page for what is not there, the sitemap."""
    site = loaded.config.site
    first, *more = loaded.config.languages
    overview = texts["index", first]
    context = {
        "site": site,
        "languages": loaded.config.languages,
        "names": NAMES,
        "text": strings.text,
        # The string speaks of both languages; a report in one is described as its first page is.
        "description": strings.text(first, "root.description") if more else overview.lead or overview.title,
        "url": site.url,
        "asset_root": "assets/",
    }
    return {
        "index.html": environment.get_template("root.html").render(context).encode(),
        "404.html": environment.get_template("404.html").render(context).encode(),
        ".nojekyll": b"",
        "sitemap.xml": sitemap(site.url, loaded.config.languages, [page.key for page in PAGES]),
    }
