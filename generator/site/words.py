"""Interface words in one language, as templates and commentary ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.site.strings import Strings


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        strings: of all languages.
        lang: the language.
    """

    strings: Strings
    lang: str

    def text(self, key: str, **values: Any) -> str:
        """The words of a key, with its placeholders filled in."""
        return self.strings.text(self.lang, key, **values)

    def class_name(self, key: str) -> str:
        """A class's display name; its own name where there is none."""
        return self._named("class", key) or key

    def region_name(self, key: str) -> str:
        """A region's display name; its own name, in words, where there is none."""
        return self._named("region", key) or key.replace("_", " ")

    def method_name(self, key: str) -> str:
        """A method's display name; its own name where there is none."""
        return self._named("method", key) or key

    def context(self, results: Any) -> dict[str, Any]:
        """What every template is given: ``t``, ``lang``, ``results``, and what things are called."""
        return {
            "t": self.text,
            "lang": self.lang,
            "results": results,
            "class_name": self.class_name,
            "region_name": self.region_name,
            "method_name": self.method_name,
        }

    def _named(self, kind: str, key: str) -> str | None:
        name = f"{kind}.{key}"
        return self.text(name) if self.strings.has(name) else None
