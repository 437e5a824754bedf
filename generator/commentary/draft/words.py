"""The words in which drafts name things, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ENGLISH_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_CHINESE_NUMBERS = "零一兩三四五六七八九十"


@dataclass(frozen=True)
class Names:
    """Display names of classes and regions.

    Attributes:
        class_name, region_name: from language and key.
    """

    class_name: Callable[[str, str], str]
    region_name: Callable[[str, str], str]

    def classes(self, lang: str, keys: Sequence[str]) -> str:
        """Several classes in a row: “happy”, “sad” and “fear”."""
        quotes = "「{}」" if lang == "zh-Hant" else "“{}”"
        return listed(lang, [quotes.format(literal(self.class_name(lang, key))) for key in keys])

    def region(self, lang: str, key: str) -> str:
        """A region within a sentence: the mouth, 嘴巴."""
        name = literal(self.region_name(lang, key))
        return name if lang == "zh-Hant" else f"the {name}"

    def regions(self, lang: str, keys: Sequence[str]) -> str:
        """Several regions in a row."""
        return listed(lang, [self.region(lang, key) for key in keys])


def literal(text: str) -> str:
    """A name as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]#|])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")


def listed(lang: str, items: Sequence[str]) -> str:
    """Items as a list in running text."""
    if len(items) < 2:
        return "".join(items)
    if lang == "zh-Hant":
        # Quoted Chinese items stand side by side without commas.
        comma = "" if items[0].endswith("」") else "、"
        return comma.join(items[:-1]) + "和" + items[-1]
    return ", ".join(items[:-1]) + " and " + items[-1]


def counted(lang: str, number: int) -> str:
    """A small whole number in words."""
    words: Sequence[str] = _CHINESE_NUMBERS if lang == "zh-Hant" else _ENGLISH_NUMBERS
    return words[number] if 0 <= number < len(words) else str(number)


def is_plural(word: str) -> bool:
    """Whether an English region name takes a plural verb: eyes, brows, cheeks."""
    return word.endswith("s") and not word.endswith("ss")
