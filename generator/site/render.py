"""All files of the site: commentary and figures poured into the page templates, in both languages."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from generator.commentary.folder import check_folder
from generator.commentary.numbers import fixed, percent, signed, thousands
from generator.commentary.page import Claim, Rendered, render_page
from generator.config.load import Loaded
from generator.errors import InputError, Problem
from generator.pipeline.artifact import Artifact
from generator.site.figures import (
    PlacedFigure,
    collect_figures,
    figure_data,
    figure_files,
    first_picture,
    published_name,
    render_figure,
)
from generator.site.memo import RenderMemo
from generator.site.pages import PAGES, QUESTIONS, Page
from generator.site.sitemap import absolute, sitemap
from generator.site.strings import Strings, load_strings
from generator.site.typography import keep_whole

CLAIMS_LIST = "claims-list"
_HOLE = "<!--claims-list-->"
NAMES = {"zh-Hant": "繁體中文", "en": "English"}


@dataclass
class RenderedSite:
    """The whole site in memory.

    Attributes:
        files: relative name to content.
        claims: of all pages and languages.
        errors: mistakes in the commentary; nothing may be published.
        warnings: what is shown but not right: missing or stale translations, unequal claims.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class SiteRenderer:
    """Renders the pages of one build.

    Args:
        loaded: the configuration.
        results: the tree of ``results.json`` so far; the claims are added to it.
        artifacts: stage name to artifact.
        root: the checkout, with ``templates/`` and ``content/``.
        memo: of the rendering before.
    """

    def __init__(
        self,
        loaded: Loaded,
        results: dict[str, Any],
        artifacts: Mapping[str, Artifact],
        root: Path,
        memo: RenderMemo,
    ) -> None:
        self.loaded = loaded
        self.results = results
        self.artifacts = artifacts
        self.root = root
        self.content = root / "content" / loaded.content_folder
        self.languages = loaded.config.languages
        memo.begin(artifacts, root)
        self.memo = memo
        self.strings: Strings = memo.of("strings", lambda: load_strings(root / "templates" / "strings"))
        self.figures: dict[str, PlacedFigure] = memo.of("figures", lambda: collect_figures(artifacts))
        templates = root / "templates"
        self.environment = memo.environment(templates, lambda: _environment(templates, root / ".cache" / "templates"))
        self.site = RenderedSite()

    def render(self) -> RenderedSite:
        """Everything: pages, assets, results, sitemap."""
        self.site.warnings += check_folder(self.content, self.languages, self.root)
        bodies: dict[tuple[str, str], Rendered] = {
            (page.key, lang): self._body(page, lang) for lang in self.languages for page in PAGES
        }
        self.results["claims"] = [
            {name: getattr(claim, name) for name in ("page", "lang", "text", "condition", "holds", "values")}
            for claim in self.site.claims
        ]
        for (key, lang), body in bodies.items():
            page = next(page for page in PAGES if page.key == key)
            self.site.files[f"{lang}/{key}.html"] = self._page(page, lang, body, bodies)
        self._extras()
        return self.site

    def _body(self, page: Page, lang: str) -> Rendered:
        own = self.content / f"{page.key}.{lang}.md"
        if own.is_file():
            inputs = own.read_bytes(), self.loaded.config.content.allow_html, tuple(self.languages)
            rendered = self.memo.of(
                ("commentary", page.key, lang, *inputs), lambda: self._commentary(own, page, lang, lang)
            )
            self.site.claims.extend(rendered.claims)
            self.site.errors.extend(rendered.problems)
            return rendered
        for other in self.languages:
            stand_in = self.content / f"{page.key}.{other}.md"
            if stand_in.is_file():
                return self._commentary(stand_in, page, other, lang)
        figures = [name for name, figure in self.figures.items() if figure.stage in page.stages]
        if page.key == "methods":
            # Every claim of the other pages links into this list.
            figures.append(CLAIMS_LIST)
        html = Markup("\n").join(self._figure(name, lang) for name in figures)
        title = self.strings.text(lang, f"nav.{page.key}")
        return Rendered(html=html, title=title, claims=(), figures=tuple(figures), headings=(), problems=())

    def _commentary(self, source: Path, page: Page, lang: str, page_lang: str) -> Rendered:
        context = self._context(lang)
        return render_page(
            source,
            page=page.key,
            lang=lang,
            results=self.results,
            figure=lambda name: self._figure(name, page_lang),
            known_figures=[*self.figures, CLAIMS_LIST],
            strings=self._texts(lang),
            allow_html=self.loaded.config.content.allow_html,
            class_name=context["class_name"],
            region_name=context["region_name"],
            shown_as=os.path.relpath(source),
        )

    def _texts(self, lang: str) -> Callable[..., str]:
        return lambda key, **values: self.strings.text(lang, key, **values)

    def _figure(self, name: str, lang: str) -> Markup:
        if name == CLAIMS_LIST:
            # The list needs the claims of all pages, this one's too: it is filled in when they are all known.
            return Markup(_HOLE)
        return self.memo.of(
            ("figure", name, lang),
            lambda: render_figure(self.environment, self.figures[name], "../assets/", self._context(lang)),
        )

    def _context(self, lang: str) -> dict[str, Any]:
        def class_name(key: str) -> str:
            return self._named("class", lang, key)

        def region_name(key: str) -> str:
            return self._named("region", lang, key)

        return {
            "t": self._texts(lang),
            "lang": lang,
            "results": self.results,
            "class_name": class_name,
            "region_name": region_name,
        }

    def _named(self, kind: str, lang: str, key: str) -> str:
        name = f"{kind}.{key}"
        return self.strings.text(lang, name) if self.strings.has(name) else key

    def _page(self, page: Page, lang: str, body: Rendered, bodies: Mapping[tuple[str, str], Rendered]) -> bytes:
        context = self._context(lang)
        html = body.html
        if _HOLE in html:
            claims = self.environment.get_template("partials/claims.html").render(
                {**context, "claims": self.site.claims}
            )
            html = Markup(str(html).replace(_HOLE, claims))
        index = PAGES.index(page)
        nav = [
            {
                "key": other.key,
                "href": f"{other.key}.html",
                "title": bodies[other.key, lang].title,
                "current": other is page,
            }
            for other in PAGES
        ]
        missing = not (self.content / f"{page.key}.{lang}.md").is_file()
        shown_in = next(
            (other for other in self.languages if (self.content / f"{page.key}.{other}.md").is_file()), None
        )
        context |= {
            "page": page.key,
            "languages": self.languages,
            "other_langs": [
                {"lang": other, "href": f"../{other}/{page.key}.html", "name": NAMES[other]}
                for other in self.languages
                if other != lang
            ],
            "title": body.title,
            "body": html,
            "body_lang": shown_in if missing and shown_in else lang,
            "problems_note": self.strings.text(lang, "page.untranslated") if missing and shown_in else None,
            "headings": body.headings,
            "nav": nav,
            "prev": nav[index - 1] if index else None,
            "next": nav[index + 1] if index + 1 < len(nav) else None,
            "site": self.loaded.config.site,
            "site_title": self.loaded.config.site.title[lang],
            "asset_root": "../assets/",
            "root": "../",
            "canonical": absolute(self.loaded.config.site.url, f"{lang}/{page.key}.html"),
            "alternates": self._alternates(page),
            "description": body.lead or body.title,
            "settings": self._settings(page),
            "cards": self._cards(lang, bodies) if page.key == "index" else [],
            "claims": self.site.claims,
            "preview": self._cover(QUESTIONS[0]),
        }
        template = "index.html" if page.key == "index" else "page.html"
        return keep_whole(self.environment.get_template(template).render(context)).encode()

    def _alternates(self, page: Page) -> list[dict[str, str]]:
        """Every language's address of a page and the default one; relative unless the site's address is known."""
        url = self.loaded.config.site.url
        found: list[tuple[str, str]] = [(lang, f"{lang}/{page.key}.html") for lang in self.languages]
        found.append(("x-default", "index.html" if page.key == "index" else found[0][1]))
        return [{"lang": lang, "href": absolute(url, path) or f"../{path}"} for lang, path in found]

    def _settings(self, page: Page) -> list[tuple[str, str]]:
        settings = []
        for stage in page.stages:
            options = msgspec.to_builtins(getattr(self.loaded.profile, stage))
            if stage in ("dataset", "model") and options.get("path"):
                options["path"] = Path(options["path"]).name
            settings += [(f"{stage}.{key}", _short(value)) for key, value in options.items()]
        return settings

    def _cover(self, page: Page) -> str | None:
        figure = self.figures.get(page.cover or "")
        if figure is None:
            return None
        stage = f"{figure.stage}-figures"
        artifact = self.artifacts[stage]
        cover = artifact.facts.get("cover") or first_picture(figure, artifact, page.cover_key)
        return f"figures/{figure.stage}/{published_name(cover)}" if cover else None

    def _cards(self, lang: str, bodies: Mapping[tuple[str, str], Rendered]) -> list[dict[str, Any]]:
        return [
            {
                "key": page.key,
                "href": f"{page.key}.html",
                "question": bodies[page.key, lang].title,
                "finding": bodies[page.key, lang].lead,
                "picture": self._cover(page),
                "picture_alt": self.strings.text(lang, f"cover.{page.key}"),
            }
            for page in QUESTIONS
        ]

    def _extras(self) -> None:
        files = self.site.files
        files.update(figure_files(self.artifacts))
        files.update(figure_data(self.figures, self.results))
        assets = self.root / "templates" / "assets"
        for file in sorted(path for path in assets.rglob("*") if path.is_file()):
            files[f"assets/{file.relative_to(assets).as_posix()}"] = file.read_bytes()
        site = self.loaded.config.site
        context = {
            "site": site,
            "languages": self.languages,
            "names": NAMES,
            "text": self.strings.text,
            "url": site.url,
            "asset_root": "assets/",
        }
        for name in ("root.html", "404.html"):
            target = "index.html" if name == "root.html" else name
            files[target] = self.environment.get_template(name).render(context).encode()
        files["results.json"] = json.dumps(self.results, ensure_ascii=False, indent=1, allow_nan=False).encode()
        files[".nojekyll"] = b""
        files["sitemap.xml"] = sitemap(site.url, self.languages, [page.key for page in PAGES])


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
        return SiteRenderer(loaded, results, artifacts, root, memo or RenderMemo()).render()
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", _undecodable(root / "templates")) from None
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        line = getattr(error, "lineno", None)
        name = getattr(error, "filename", None) or getattr(error, "name", None)
        frame = error.__traceback__
        # A runtime error in a template carries no line of its own; the traceback's last template frame does.
        while line is None and frame is not None:
            if "templates" in frame.tb_frame.f_code.co_filename:
                name, line = frame.tb_frame.f_code.co_filename, frame.tb_lineno
            frame = frame.tb_next
        if not isinstance(error, TemplateError) and (line is None or _is_ours(error)):
            raise
        raise InputError(f"template: {error}".replace("\n", " "), name or root / "templates", line) from None


def _is_ours(error: BaseException) -> bool:
    """Whether it was raised in this program's own code, called from a template, and not in the template itself."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    package = str(Path(__file__).resolve().parents[1])
    return frame is not None and frame.tb_frame.f_code.co_filename.startswith(package)


def _undecodable(folder: Path) -> Path:
    """The first template that is no UTF-8."""
    for file in sorted(folder.rglob("*.html")):
        try:
            file.read_text("utf-8")
        except UnicodeDecodeError:
            return file
    return folder


def _environment(folder: Path, compiled: Path | None = None) -> Environment:
    """The environment of the page templates; compiling them takes half of a build that computes nothing."""
    cache = None
    if compiled is not None:
        with contextlib.suppress(OSError):
            compiled.mkdir(parents=True, exist_ok=True)
            cache = FileSystemBytecodeCache(str(compiled))
    environment = Environment(
        bytecode_cache=cache,
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, fixed=fixed, signed=signed, thousands=thousands)
    return environment


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
