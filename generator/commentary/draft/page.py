"""A page in the making: the same sentences in both languages, each with the claim that it makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.commentary.conditions import ConditionError, evaluate
from generator.commentary.draft.words import Names
from generator.commentary.helpers import is_number
from generator.commentary.lookup import Group, UnknownNameError, joined, member

Texts = Callable[[str], str]
"""A sentence by language, without its full stop."""


@dataclass(frozen=True)
class Sentence:
    """One sentence in every language, with its full stop."""

    texts: dict[str, str]


@dataclass
class Measured:
    """What a draft may speak of.

    Attributes:
        results: the content of ``results.json``.
        names: display names.
        languages: to write in.
        figures: names of the figures there are.
    """

    results: Mapping[str, Any]
    names: Names
    languages: Sequence[str]
    figures: Collection[str]

    def get(self, *path: str) -> Any:
        """A result by its parts; None if there is none."""
        value: Any = Group(self.results)
        for part in path:
            try:
                value = member(value, part)
            except UnknownNameError:
                return None
        return value

    def group(self, *path: str) -> dict[str, Any]:
        """A group's members by name; empty if there is no such group."""
        value = self.get(*path)
        return {name: value[name] for name in value} if isinstance(value, Group) else {}

    def number(self, *path: str) -> float | None:
        """A number by its parts; None if it was not measured."""
        value = self.get(*path)
        return float(value) if is_number(value) else None

    def holds(self, condition: str) -> bool:
        """Whether a condition can be evaluated and is true."""
        try:
            return evaluate(condition, self.results).holds
        except ConditionError:
            return False

    def say(self, condition: str | None, texts: Texts, plain: Texts | None = None) -> Sentence | None:
        """A sentence with its claim; None when the claim does not hold, so that no draft says what is not so.

        Args:
            condition: over the results; None for a sentence that claims nothing.
            texts: what is claimed, by language.
            plain: what follows outside the claim, with its own leading comma or blank.
        """
        if condition is not None and not self.holds(condition):
            return None
        written = {}
        for lang in self.languages:
            claimed = texts(lang)
            if condition is not None:
                claimed = f'[{claimed}]{{claim="{condition}"}}'
            stop = "。" if lang == "zh-Hant" else "."
            written[lang] = claimed + (plain(lang) if plain else "") + stop
        return Sentence(written)


@dataclass
class Draft:
    """The parts of one page, in order."""

    measured: Measured
    parts: dict[str, list[str]] = field(default_factory=dict)
    pending: dict[str, str] | None = None

    def title(self, zh: str, en: str) -> None:
        """The page's title."""
        self._add(self._both(lambda lang: "# " + (zh if lang == "zh-Hant" else en)))

    def heading(self, zh: str, en: str) -> None:
        """A section's heading; left out when nothing follows it."""
        self.pending = self._both(lambda lang: "## " + (zh if lang == "zh-Hant" else en))

    def paragraph(self, *sentences: Sentence | None) -> None:
        """A paragraph of the sentences that are so; left out when none is."""
        kept = [sentence for sentence in sentences if sentence is not None]
        if kept:
            self._add(self._both(lambda lang: ("" if lang == "zh-Hant" else " ").join(one.texts[lang] for one in kept)))

    def figures(self, *names: str) -> None:
        """Figures by name, those that exist."""
        for name in names:
            if name in self.measured.figures:
                self._add(self._both(lambda lang, name=name: f'{{{{ figure("{name}") }}}}'))  # type: ignore[misc]

    def text(self, lang: str) -> str:
        """The page's Markdown in one language."""
        return "\n\n".join(self.parts.get(lang, [])) + "\n"

    def _both(self, text: Texts) -> dict[str, str]:
        return {lang: text(lang) for lang in self.measured.languages}

    def _add(self, texts: dict[str, str]) -> None:
        if self.pending is not None:
            heading, self.pending = self.pending, None
            self._add(heading)
        for lang, text in texts.items():
            self.parts.setdefault(lang, []).append(text)


def name(*path: str) -> str:
    """A result's full name: ``saliency.happy.mouth.low``, with quotes where a part is no plain word."""
    full = ""
    for part in path:
        longer = joined(full, part)
        full = f"{full}[{quoted(part)}]" if longer.endswith("]") else longer
    return full


def quoted(text: str) -> str:
    """A text in single quotes, since claims stand in double ones."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def told(lang: str, zh: str, en: str) -> str:
    """The text of a language."""
    return zh if lang == "zh-Hant" else en
