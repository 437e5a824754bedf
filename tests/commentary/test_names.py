"""The list of quotable names, and its copy in content/README.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from msgspec import Meta

from generator.commentary import helpers, names

README = Path(__file__).parents[2] / "content" / "README.md"


@dataclass(frozen=True)
class Region:
    """A region, to describe."""

    low: Annotated[float | None, Meta(description="the lower end")]


@dataclass(frozen=True)
class ToyResults:
    """A group, to describe."""

    count: Annotated[int, Meta(description="how many")]
    recall: Annotated[dict[str, float], Meta(description="per class")]
    regions: dict[str, Region]
    rows: Annotated[list[list[int]], Meta(description="a table")]
    steps: list[Region]


def test_names_are_read_from_the_dataclasses() -> None:
    found = {name.path: (name.kind, name.about) for name in names._names(ToyResults, "toy", "", ())}
    assert found == {
        "toy.count": ("whole number", "how many"),
        "toy.recall.<class>": ("number", "per class"),
        "toy.regions.<region>.low": ("number or null", "the lower end"),
        "toy.rows": ("list", "a table"),
        "toy.steps[0].low": ("number or null", "the lower end"),
    }


def test_the_readme_lists_what_can_be_quoted() -> None:
    text = README.read_text("utf-8")
    assert names.with_names(text) == text, "run: python -m generator.commentary.names"


def test_the_readme_explains_every_function() -> None:
    text = README.read_text("utf-8")
    for name in helpers.HELPERS:
        assert re.search(rf"^\| `{name}` \|", text, re.M), name
    assert set(helpers.HELP) == set(helpers.HELPERS)


def test_every_group_is_described() -> None:
    described = names.quotable()
    assert described
    assert all(name.path.split(".")[0].isidentifier() for name in described)


def test_names_can_be_looked_up_before_anything_is_measured() -> None:
    look = names.described()
    for known in (
        ("saliency", "happy", "mouth", "low"),
        ("model", "recall", "my class"),
        ("model", "confusion", 0, 1),
        ("lime", "happy", "regions", "mouth", "decisive"),
        ("dataset", "classes"),
        ("saliency", "items"),
    ):
        assert look(known) is None, known
    assert look(("model", "acuracy")) == "there is no result named 'model.acuracy' (did you mean 'model.accuracy'?)"
    assert "did you mean 'saliency.happy.mouth.low'" in (look(("saliency", "happy", "mouth", "lwo")) or "")
    assert look(("modl", "accuracy"))


def test_every_result_that_a_build_measured_is_described() -> None:
    file = README.parents[1] / "site" / "results.json"
    if not file.exists():
        pytest.skip("no published report in this checkout")
    look = names.described()

    def visit(value: Any, path: tuple[str, ...]) -> None:
        assert look(path) is None
        if isinstance(value, dict):
            for key, part in value.items():
                visit(part, (*path, key))

    results = json.loads(file.read_text("utf-8"))
    for group in sorted(set(results) - {"claims", "provenance"}):
        visit(results[group], (group,))
