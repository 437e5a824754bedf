"""Interface words from ``templates/strings/*.yaml``: every key with both languages side by side."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from generator.config.lines import Document, read_document
from generator.errors import InputError, Problem, nearest
from generator.sealed import made_by, read_sealed, write_sealed

LANGUAGES = ("zh-Hant", "en")


class _Words(string.Formatter):
    """``str.format`` with singular and plural: ``{dead} {dead:is|are} dead``."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value, or with ``one|many`` for its format the word that goes with it."""
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else many


class Strings:
    """All interface words.

    Args:
        texts: key to language to text with ``{name}`` placeholders; ``{name:one|many}`` is the word that goes with
            a number: the first for 1, the second for any other.
    """

    def __init__(self, texts: dict[str, dict[str, str]]) -> None:
        self._texts = texts

    def has(self, key: str) -> bool:
        """Whether there is such a key."""
        return key in self._texts

    def text(self, lang: str, key: str, **values: Any) -> str:
        """The words of `key` in a language, with its placeholders filled in.

        Raises:
            InputError: there is no such key, or a placeholder has no value.
        """
        if key not in self._texts:
            raise InputError(f"no interface text '{key}'{nearest(key, self._texts)}", "templates/strings")
        try:
            return _WORDS.format(self._texts[key][lang], **values)
        except (KeyError, IndexError) as error:
            raise InputError(
                f"interface text '{key}' has a placeholder without a value: {error}", "templates/strings"
            ) from None


_WORDS = _Words()


def load_strings(folder: Path, cache: Path | None = None) -> Strings:
    """Read all files of a folder.

    Args:
        folder: ``templates/strings``.
        cache: folder in which the words are kept, for as long as no file changes; None: nothing is kept.

    Raises:
        InputError: a key without one of the languages, defined twice, or whose languages have other placeholders.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise InputError("there are no interface texts (*.yaml); restore them from the repository", folder)
    kept = None if cache is None else cache / "strings.json"
    maker = made_by(__file__, *map(str, files)) if kept else ""
    known = read_sealed(kept, maker) if kept else None
    if known is not None:
        return Strings(known)
    texts: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for file in files:
        document = read_document(file)
        if not isinstance(document.data, dict):
            problems.append(Problem("holds no texts; a text is written 'key: {zh-Hant: …, en: …}'", file, 1))
            continue
        for key, entry in document.data.items():
            problems += _checked(key, entry, document, texts)
            if isinstance(entry, dict):
                texts[key] = entry
    if problems:
        raise InputError.of(problems)
    if kept:
        write_sealed(kept, maker, texts)
    return Strings(texts)


def _checked(key: str, entry: Any, document: Document, known: dict[str, dict[str, str]]) -> list[Problem]:
    file, line = document.file, document.line((key,))
    if key in known:
        return [Problem(f"'{key}' is defined in another file too", file, line)]
    if not isinstance(entry, dict) or not all(isinstance(entry.get(lang), str) for lang in LANGUAGES):
        return [Problem(f"'{key}' needs a text for each of {', '.join(LANGUAGES)}", file, line)]
    try:
        names = [{name for _, name, _, _ in string.Formatter().parse(entry[lang]) if name} for lang in LANGUAGES]
    except ValueError as error:
        return [Problem(f"'{key}': {error}; write {{{{ and }}}} for braces", file, line)]
    if names[0] != names[1]:
        odd = ", ".join(sorted(names[0] ^ names[1]))
        return [Problem(f"'{key}' has the placeholder {odd} in one language only", file, line)]
    return []
