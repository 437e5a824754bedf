"""Figures by name: the partial of a figure filled with its data, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from generator.pipeline.artifact import Artifact


@dataclass(frozen=True)
class PlacedFigure:
    """A figure with the stage whose files it shows."""

    name: str
    stage: str
    template: str
    data: dict[str, Any]
    download: str | None


def collect_figures(artifacts: Mapping[str, Artifact]) -> dict[str, PlacedFigure]:
    """All figures of a build by name."""
    found: dict[str, PlacedFigure] = {}
    for stage, artifact in artifacts.items():
        for name, kept in artifact.facts.get("figures", {}).items():
            folder = stage.removesuffix("-figures")
            found[name] = PlacedFigure(name, folder, kept["template"], kept["data"], kept["download"])
    return found


def figure_files(artifacts: Mapping[str, Artifact]) -> dict[str, bytes]:
    """Files of all figures by their name in the site."""
    return {
        f"assets/figures/{stage.removesuffix('-figures')}/{name}": artifact.files[name]
        for stage, artifact in artifacts.items()
        if stage.endswith("-figures")
        for name in artifact.files
    }


def render_figure(
    environment: Environment, figure: PlacedFigure, asset_root: str, context: Mapping[str, Any]
) -> Markup:
    """A figure's HTML.

    Args:
        environment: of the templates.
        figure: which one.
        asset_root: from the page to ``assets/``, with a slash at the end.
        context: ``t``, ``lang``, ``results``, ``class_name``, ``region_name``.
    """

    def asset(file: str) -> str:
        return f"{asset_root}figures/{figure.stage}/{file}"

    template = environment.get_template(f"figures/{figure.template}.html")
    return Markup(template.render({**context, "fig": figure, "asset": asset}))


def first_picture(figure: PlacedFigure, artifact: Artifact) -> str | None:
    """File name of the figure's first picture, looked for in its data."""
    return _first(figure.data, set(artifact.files))


def _first(data: Any, files: set[str]) -> str | None:
    if isinstance(data, str):
        return data if data in files and data.endswith((".png", ".svg")) else None
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return next((found for part in parts if (found := _first(part, files))), None)
