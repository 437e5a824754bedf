"""``draft``: first commentary for pages that have none, from the results of the last build."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from generator.commands.check import last_measured
from generator.commands.paths import root_of
from generator.commentary.draft.profile import draft_profile
from generator.commentary.draft.words import Names
from generator.commentary.folder import shown_name
from generator.commentary.page import CLAIMS_LIST, PAGES
from generator.config.load import Overrides, load_config
from generator.errors import InputError
from generator.site.strings import Strings, load_strings


def run(options: argparse.Namespace) -> int:
    """Write the drafts and list them; see `generator.cli`.

    Raises:
        InputError: the profile was not built yet, so nothing is known to write about.
    """
    root = root_of(options.config)
    loaded = load_config(options.config, Overrides(options.profile, None, None))
    measured = last_measured(options.config, root / "site", loaded.name)
    if measured.results is None:
        raise InputError(
            f"the profile '{loaded.name}' was not built yet; run: python -m generator build --profile {loaded.name}",
            options.config,
            loaded.document.line(("profiles", loaded.name)),
        )
    strings = load_strings(root / "templates" / "strings")
    folder = root / "content" / loaded.content_folder
    written = draft_profile(
        loaded.name,
        measured.results,
        folder,
        loaded.config.languages,
        names=Names(_named(strings, "class"), _named(strings, "region")),
        figures=measured.figures or {CLAIMS_LIST},
    )
    for file in written:
        print(f"{shown_name(file, root)}: written")
    half = [
        folder / f"{page}.{language}.md"
        for page in PAGES
        for language in loaded.config.languages
        if not (folder / f"{page}.{language}.md").exists()
    ]
    for file in half:
        # A draft beside somebody's own text would be no translation of it.
        print(f"{shown_name(file, root)}: not written, since the page has a text in another language; translate that")
    if not written and not half:
        print(f"{shown_name(folder, root)}: every page has its text; nothing written")
    return 0


def _named(strings: Strings, kind: str) -> Callable[[str, str], str]:
    """Display names from the string table, keys where it has none."""

    def name(lang: str, key: str) -> str:
        full = f"{kind}.{key}"
        return strings.text(lang, full) if strings.has(full) else key

    return name
