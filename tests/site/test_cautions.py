"""What a build says of results that are easily taken for more than they are."""

from __future__ import annotations

from typing import Any

import pytest

from generator.commands.build import report_problems
from generator.site.cautions import cautions
from generator.site.render import RenderedSite

GUESS = {"images": 90, "tied": 1, "low": 0.2, "high": 0.4, "chance": False, "rescales": False}


def results(channels: int = 3, coloured: int = 0, **guess: Any) -> dict[str, Any]:
    seen = {"channels": channels, "low": 0.0, "high": 1.0, "tried": [{"accuracy": 0.25}] * 6, "guess": GUESS | guess}
    return {"dataset": {"source": {"coloured": coloured}}, "model": {"input": seen}}


@pytest.mark.parametrize("measured", [{}, results(), results(channels=1, coloured=5), {"model": {"input": {}}}])
def test_where_nothing_is_doubtful_nothing_is_said(measured: dict[str, Any]) -> None:
    assert list(cautions(measured)) == []


def test_a_model_of_colours_and_coloured_pictures_are_told() -> None:
    (line,) = cautions(results(coloured=1440))
    assert "1,440 of the pictures have colours" in line
    assert "read as grey" in line


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        ({"tied": 6, "chance": True}, ["6 of 6 value ranges do equally well", "no better than guessing"]),
        ({"tied": 2}, ["2 of 6 value ranges", "25.0 % of 90 images"]),
        ({"chance": True}, ["the best guess", "no better than guessing"]),
    ],
)
def test_a_value_range_that_is_not_known_is_told(guess: dict[str, Any], words: list[str]) -> None:
    (line,) = cautions(results(**guess))
    assert "\n" not in line
    for each in [*words, "black 0, white 1 was taken; set model.preprocess"]:
        assert each in line


def test_a_caution_is_printed_and_does_not_fail_a_strict_build(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_problems(RenderedSite(cautions=["warning: look"]), strict=True) is None
    assert capsys.readouterr().err == "warning: look\n"
