"""Which sections were last declared equal: ``translations.json`` beside a profile's commentary."""

from __future__ import annotations

import json
from pathlib import Path

from generator.commentary.page import read
from generator.commentary.sections import outline
from generator.errors import InputError, no_text

FILE = "translations.json"

Declared = dict[str, list[dict[str, str]]]
"""Page to one entry per section: language to digest."""


def declared(folder: Path) -> Declared:
    """The declarations of a profile's folder; empty if there are none yet.

    Raises:
        InputError: the file is not what `accept` writes.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(page): [{str(k): str(v) for k, v in entry.items()} for entry in entries]
                for page, entries in content.items()}  # fmt: skip
    except (ValueError, AttributeError, TypeError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(
            "is not a list of declared translations; delete it and run check --accept-translation anew",
            path,
            line,
        ) from None


def split(path: Path) -> tuple[str, str]:
    """Page and language of a commentary file: ``1-saliency.zh-Hant.md`` gives ``("1-saliency", "zh-Hant")``.

    Raises:
        InputError: the name has not this form.
    """
    parts = path.name.split(".")
    if len(parts) != 3 or parts[2] != "md" or not parts[0]:
        raise InputError("is no commentary file; they are named PAGE.LANGUAGE.md, like 1-saliency.en.md", path)
    return parts[0], parts[1]


def accept(path: Path, languages: tuple[str, ...]) -> list[str]:
    """Declare a page's translations equal as they stand now.

    Args:
        path: any language's file of the page.
        languages: all languages of the report.

    Returns:
        The file names that were declared equal.

    Raises:
        InputError: a language's file is missing, or they have not the same number of sections.
    """
    page, _ = split(path)
    files = {language: path.with_name(f"{page}.{language}.md") for language in languages}
    for file in files.values():
        if not file.is_file():
            raise InputError("is missing; a page can be declared translated when it exists in all languages", file)
    outlines = {language: outline(_text(file)) for language, file in files.items()}
    counts = {language: len(sections) for language, sections in outlines.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{files[language].name} has {count}" for language, count in counts.items())
        raise InputError(f"the translations have not the same number of sections: {told}", path)
    entries = declared(path.parent)
    sections = zip(*outlines.values(), strict=True)
    entries[page] = [
        {language: section.digest for language, section in zip(files, row, strict=True)} for row in sections
    ]
    text = json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n"
    aside = path.with_name(f".{FILE}.aside")  # a kill while it is written loses no declaration
    aside.write_text(text, encoding="utf-8")
    aside.replace(path.parent / FILE)
    return [file.name for file in files.values()]


def _text(file: Path) -> str:
    try:
        return read(file)
    except UnicodeDecodeError as error:
        raise InputError.of([no_text(error, file)]) from None
