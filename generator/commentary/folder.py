"""A profile's commentary folder as a whole: which files belong there, and whether their languages agree."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.commentary.page import PAGES
from generator.commentary.parity import check_pair
from generator.commentary.translation import declared, split
from generator.config.schema import LANGUAGES
from generator.errors import InputError, Problem, nearest


def check_folder(folder: Path, languages: tuple[str, ...], root: Path) -> list[Problem]:
    """Files that are no page, and differences between the languages of each page.

    Args:
        folder: ``content/<profile>``; it need not exist.
        languages: of the report; with one language there is nothing to compare.
        root: file names in messages are relative to it.

    Returns:
        All problems, by file and line.
    """
    if not folder.is_dir():
        return []
    found = _strays(folder, languages, root)
    if len(languages) > 1:
        try:
            entries = declared(folder)
        except InputError as error:
            entries = {}
            found += error.problems
        for page in PAGES:
            pair = {language: folder / f"{page}.{language}.md" for language in languages}
            shown = {language: shown_name(file, root) for language, file in pair.items()}
            found += check_pair(pair.get("zh-Hant"), pair.get("en"), page=page, declared=entries, shown=shown)
    return sorted(found, key=lambda problem: (str(problem.file), problem.line or 0, problem.message))


def shown_name(file: Path, root: Path) -> str:
    """A file's name in messages: relative to the checkout where it lies inside."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _strays(folder: Path, languages: tuple[str, ...], root: Path) -> list[Problem]:
    """Markdown files that no page will show: mostly slips in their names."""
    found: list[Problem] = []
    for file in sorted(folder.glob("*.md")):
        shown = shown_name(file, root)
        if not file.is_file():
            found.append(Problem("is no file; a page's commentary is a Markdown file", shown))
            continue
        if file.name == "README.md":
            continue
        try:
            page, language = split(file)
        except InputError as error:
            found.append(Problem(error.problems[0].message, shown))
            continue
        if page not in PAGES:
            found.append(Problem(f"there is no page '{page}'{nearest(page, PAGES)}", shown))
        # A page in a language that the report leaves out is no slip, but waits.
        if language not in LANGUAGES:
            told = nearest(language, languages)
            found.append(Problem(f"the report has no language '{language}'{told}", shown))
    return found


def own_assets(root: Path) -> list[str]:
    """What lies in ``templates/assets``, as files of the site."""
    folder = root / "templates" / "assets"
    return [f"assets/{path.relative_to(folder).as_posix()}" for path in sorted(folder.rglob("*")) if path.is_file()]


def by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order in which one mends them: file by file, line by line."""
    return sorted(problems, key=lambda problem: (str(problem.file or ""), problem.line or 0))
