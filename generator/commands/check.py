"""``check``: everything that can be found wrong in configuration, commentary and site without computing anything."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.commands.paths import cache_of, root_of
from generator.commentary import translation
from generator.commentary.folder import by_place, check_folder, own_assets, shown_name
from generator.commentary.links import lost
from generator.commentary.names import described
from generator.commentary.page import CLAIMS_LIST, PAGES, Claim, render_page
from generator.commentary.vetting import anything
from generator.config.load import Loaded, Overrides, check_content, load_config
from generator.errors import InputError, Problem, no_text
from generator.pipeline.fingerprint import check_files


@dataclass(frozen=True)
class Measured:
    """What the last build of a profile left to check against.

    Attributes:
        results: ``results.json``; None if the profile was never built here.
        figures: names of its figures; None likewise.
        origin: where they were found.
    """

    results: Mapping[str, Any] | None
    figures: frozenset[str] | None
    origin: str


def run(options: argparse.Namespace) -> int:
    """Check, or with ``--accept-translation`` declare a page's languages equal; see `generator.cli`."""
    root = root_of(options.config)
    loaded = load_config(options.config, Overrides(options.profile, None, None))
    if options.accept_translation is not None:
        for file in options.accept_translation:
            accept(file, loaded)
        return 0
    check_content(loaded)
    check_files(loaded)
    measured = last_measured(options.config, options.out, loaded.name)
    problems, claims = check_commentary(loaded, root, measured)
    if options.out.is_dir():
        from generator.site.check import check_site

        problems += _no_text(options.out) or check_site(options.out)
    problems += [claim.refuted for claim in claims if not claim.holds]
    if problems:
        raise InputError.of(by_place(problems))
    print(_summary(loaded, root, measured, len(claims)))
    return 0


def accept(file: Path, loaded: Loaded) -> None:
    """Declare the languages of one page equal as they stand.

    Raises:
        InputError: the file is no commentary, its counterpart is missing, or their sections differ in number.
    """
    if not file.is_file():
        raise InputError("there is no such file; name either language's file of a page", file)
    names = translation.accept(file, tuple(loaded.config.languages))
    print(f"{file.parent / translation.FILE}: {' and '.join(names)} are declared equal")


def last_measured(config: Path, out: Path, profile: str) -> Measured:
    """The newest results of a profile that need no computing: the cache's, else the published site's."""
    cached = _cached(cache_of(config), profile)
    if cached is not None:
        return cached
    file = out / "results.json"
    try:
        results = json.loads(file.read_bytes())
    except (OSError, ValueError):
        results = None
    about = results.get("dataset") if isinstance(results, dict) else None
    if isinstance(about, dict) and about.get("profile") == profile:
        return Measured(results, _published(out), str(file))
    return Measured(None, None, "")


def check_commentary(loaded: Loaded, root: Path, measured: Measured) -> tuple[list[Problem], list[Claim]]:
    """All problems of a profile's commentary, and its claims with their verdicts.

    Args:
        loaded: the configuration.
        root: the checkout.
        measured: what to check names and claims against; without results only the form is checked.
    """
    languages = tuple(loaded.config.languages)
    folder = root / "content" / loaded.content_folder
    problems = check_folder(folder, languages, root)
    look = described() if measured.results is None else anything
    claims: list[Claim] = []
    assets = own_assets(root)
    for page in PAGES:
        for language in languages:
            file = folder / f"{page}.{language}.md"
            if not file.is_file():
                continue
            rendered = render_page(
                file,
                page=page,
                lang=language,
                results=measured.results,
                figure=lambda name: "",
                known_figures=measured.figures,
                strings=lambda key, **values: "",
                allow_html=loaded.config.content.allow_html,
                shown_as=shown_name(file, root),
                look=look,
            )
            problems += rendered.problems
            missing = lost(rendered.links, f"{language}/{page}.html", assets, ids=None)
            problems += [Problem(told, shown_name(file, root), link.line) for link, told in missing]
            claims += rendered.claims
    return problems, claims


def _cached(cache: Path, profile: str) -> Measured | None:
    """Results and figures of the profile's last build, from the store; None if it is not whole any more."""
    from generator.pipeline.plan import read_latest
    from generator.pipeline.store import CorruptEntry, Store
    from generator.results.assemble import assembled

    latest = read_latest(cache, profile)
    if not latest:
        return None
    store = Store(cache / "store")
    places = {stage: store.folder / stage / name for stage, name in latest.items()}
    try:
        artifacts = {stage: store.read(place) for stage, place in places.items()}
        entries = {stage: (place.name, store.inputs(place)) for stage, place in places.items()}
        results = assembled(profile, entries, artifacts)
    except (OSError, ValueError, KeyError, CorruptEntry):
        return None
    figures = {name for artifact in artifacts.values() for name in artifact.facts.get("figures", {})}
    return Measured(results, frozenset({*figures, CLAIMS_LIST}), "the last build")


def _published(site: Path) -> frozenset[str]:
    """Names of the figures on the pages of a published site."""
    found = {CLAIMS_LIST}
    for page in sorted(site.glob("*/*.html")):
        found |= set(re.findall(r'id="fig-([\w-]+)"', page.read_text("utf-8", errors="replace")))
    return frozenset(found)


def _no_text(site: Path) -> list[Problem]:
    """Pages of a published site that are no text (the build writes none), in which nothing can be looked for."""
    found: list[Problem] = []
    for page in sorted(site.rglob("*.html")):
        if not page.is_file():
            continue
        try:
            page.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            found.append(no_text(error, page))
    return found


def _summary(loaded: Loaded, root: Path, measured: Measured, claims: int) -> str:
    folder = shown_name(root / "content" / loaded.content_folder, root)
    if measured.results is None:
        return (
            f"{folder}: well formed; the profile '{loaded.name}' has not been built here, so names and claims "
            "could not be compared with results"
        )
    return f"{folder}: {claims} claims hold in {measured.origin}; nothing to mend"
