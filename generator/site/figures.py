"""Figures by name: the partial of a figure filled with its data, in the page's language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from generator.pipeline.artifact import Artifact
from generator.site.jsonfile import published_json

# Parts of the results that a figure shows beside its own data.
_SHOWN = {
    "faithfulness-randomisation": ("faithfulness",),
    "faithfulness-table": ("faithfulness",),
    "faithfulness-truth": ("faithfulness",),
    "faces-sheet": ("dataset",),
    "model-card": ("model",),
    "saliency-means": ("saliency", "saliency_checks"),
    "saliency-right-wrong": ("saliency_right", "saliency_wrong"),
}


@dataclass(frozen=True)
class PlacedFigure:
    """A figure with the stage whose files it shows.

    Attributes:
        download: file of its data among the stage's files; without one `figure_data` makes it.
    """

    name: str
    stage: str
    template: str
    data: dict[str, Any]
    download: str
    own_download: bool

    @property
    def file(self) -> str:
        """Its partial below ``templates/``."""
        return f"figures/{self.template}.html"


def collect_figures(artifacts: Mapping[str, Artifact]) -> dict[str, PlacedFigure]:
    """All figures of a build by name."""
    found: dict[str, PlacedFigure] = {}
    for stage, artifact in artifacts.items():
        for name, kept in artifact.facts.get("figures", {}).items():
            folder = stage.removesuffix("-figures")
            download = kept["download"] or f"{name}.json"
            found[name] = PlacedFigure(name, folder, kept["template"], kept["data"], download, bool(kept["download"]))
    return found


def published_name(file: str) -> str:
    """A file's name in the site: as it is, unless it holds signs that some servers and systems do not take.

    Classes may be called anything (``<script>``, ``喜 悅``), and pictures are named after them.
    """
    if re.fullmatch(r"[A-Za-z0-9._/-]+", file):
        return file
    stem, dot, kind = file.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")
    return f"{plain}-{hashlib.sha256(file.encode()).hexdigest()[:8]}{dot}{kind}".lstrip("-")


def figure_files(artifacts: Mapping[str, Artifact]) -> dict[str, bytes]:
    """Files of all figures by their name in the site."""
    return {
        f"assets/figures/{stage.removesuffix('-figures')}/{published_name(name)}": artifact.files[name]
        for stage, artifact in artifacts.items()
        if stage.endswith("-figures")
        for name in artifact.files
    }


def figure_data(figures: Mapping[str, PlacedFigure], results: Mapping[str, Any]) -> dict[str, bytes]:
    """The data, as JSON, of figures whose stage wrote none, by name in the site.

    Args:
        figures: from `collect_figures`.
        results: of the build; a table of numbers is made from these alone.
    """
    files = {}
    for figure in figures.values():
        if figure.own_download:
            continue
        shown = {key: results[key] for key in _SHOWN.get(figure.name, ()) if key in results}
        content = {"figure": figure.name, "data": figure.data, "results": shown}
        files[f"assets/figures/{figure.stage}/{figure.download}"] = published_json(content)
    return files


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
        return f"{asset_root}figures/{figure.stage}/{published_name(file)}"

    template = environment.get_template(figure.file)
    return Markup(template.render({**context, "fig": figure, "asset": asset}))


def first_picture(figure: PlacedFigure, artifact: Artifact, key: str | None = None) -> str | None:
    """File name of the figure's first picture, looked for in its data.

    Args:
        figure: whose pictures.
        artifact: that holds the files.
        key: take the first picture under this name, where there is one.
    """
    files = set(artifact.files)
    return (_first(figure.data, files, key) if key else None) or _first(figure.data, files)


def _first(data: Any, files: set[str], key: str | None = None) -> str | None:
    if isinstance(data, str):
        return data if not key and data in files and data.endswith((".png", ".svg")) else None
    if isinstance(data, dict) and key in data:
        return _first(data[key], files)
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return next((found for part in parts if (found := _first(part, files, key))), None)
