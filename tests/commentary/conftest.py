"""A small report to write commentary about, and a way to render it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.commentary.page import Rendered, render_page

RESULTS: dict[str, Any] = {
    "dataset": {"profile": "toy", "split": "test", "images": 1400, "classes": ["happy", "sad"]},
    "model": {
        "accuracy": 0.6543,
        "low": 0.63,
        "high": 0.68,
        "recall": {"happy": 0.9, "sad": 0.5},
        "n": {"happy": 800, "sad": 600},
        "confusion": [[720, 80], [300, 300]],
    },
    "saliency": {
        "happy": {
            "mouth": {"share": 0.3, "enrichment": 1.83, "low": 1.7, "high": 1.95},
            "eyes": {"share": 0.1, "enrichment": 0.9, "low": 0.8, "high": 1.1},
        },
        "sad": {
            "mouth": {"share": 0.2, "enrichment": 1.2, "low": 1.1, "high": 1.3},
            "eyes": {"share": 0.2, "enrichment": 1.5, "low": 1.4, "high": 1.6},
        },
    },
    "faithfulness": {"methods": {"smooth-grad": {"passes": True, "deletion": 0.2}}},
    "filters": {"layer": "activation_1", "count": 8, "dead": 0, "keeps": 3},
    "lime": {
        "happy": {"fidelity": 0.8, "region": "mouth"},
        "sad": {"fidelity": 0.6, "region": "eyes"},
    },
    "tsne": {"first": {"knn_accuracy": 0.24, "silhouette": None}, "last": {"knn_accuracy": 0.49}},
}

ZH = {"happy": "開心", "sad": "難過", "mouth": "嘴巴", "eyes": "眼睛"}

Render = Callable[..., Rendered]


@pytest.fixture
def results() -> dict[str, Any]:
    """A copy that a test may change."""
    import copy

    return copy.deepcopy(RESULTS)


@pytest.fixture
def render(tmp_path: Path, results: dict[str, Any]) -> Render:
    """Render a text as page 1-saliency."""

    def run(text: str | bytes, lang: str = "en", **options: Any) -> Rendered:
        source = tmp_path / f"1-saliency.{lang}.md"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        names = ZH.get if lang == "zh-Hant" else str
        keywords: dict[str, Any] = {
            "page": "1-saliency",
            "lang": lang,
            "results": results,
            "figure": lambda name: f'<figure id="fig-{name}"></figure>',
            "known_figures": ["saliency-means", "saliency-regions"],
            "strings": lambda key, **values: f"«{key}»",
            "class_name": names,
            "region_name": names,
            "shown_as": source.name,
        }
        return render_page(source, **(keywords | options))

    return run
