"""What one rendering may take over from the one before, so that `serve` shows a saved edit at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment

from generator.pipeline.artifact import Artifact

Made = TypeVar("Made")


class RenderMemo:
    """Figures, commentary and their tools, kept while every input that they were made of stays the same."""

    def __init__(self) -> None:
        self._artifacts: Mapping[str, Artifact] | None = None
        self._kept: dict[Hashable, Any] = {}
        self._used: set[Hashable] = set()
        self._environment: tuple[Path, Environment] | None = None

    def begin(self, artifacts: Mapping[str, Artifact]) -> None:
        """Forget everything if the results are not those of the last rendering.

        Args:
            artifacts: of the build; the same object means the same results.
        """
        if artifacts is not self._artifacts:
            self._kept.clear()
        else:
            # Of a text that is edited over and over only the last state is kept.
            self._kept = {key: made for key, made in self._kept.items() if key in self._used}
        self._artifacts, self._used = artifacts, set()

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was kept under a key that names every input but the results; made and kept if there is nothing."""
        self._used.add(key)
        if key not in self._kept:
            self._kept[key] = make()
        made: Made = self._kept[key]
        return made

    def environment(self, folder: Path, make: Callable[[], Environment]) -> Environment:
        """The templates' environment, which notices changed templates itself."""
        if self._environment is None or self._environment[0] != folder:
            self._environment = folder, make()
        return self._environment[1]
