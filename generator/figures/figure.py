"""A figure as the drawing side hands it to the pages: data and file names, never text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generator.pipeline.artifact import Artifact


@dataclass(frozen=True)
class Figure:
    """One figure that the commentary can place by name.

    Attributes:
        name: as the author writes it: ``{{ figure("saliency-examples") }}``.
        template: partial in ``templates/figures/`` that lays it out, without ``.html``.
        data: JSON builtins for the partial; pictures are named by their file in the same artifact.
        download: file name of the figure's data (CSV or JSON) in the same artifact, if there is one.
    """

    name: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    download: str | None = None


Made = tuple[Figure, dict[str, bytes]]
"""A figure and its files."""


def artifact_of(figures: list[Figure], files: dict[str, bytes]) -> Artifact:
    """The artifact of a figures stage."""
    facts = {
        figure.name: {"template": figure.template, "data": figure.data, "download": figure.download}
        for figure in figures
    }
    return Artifact(facts={"figures": facts}, files=files)
