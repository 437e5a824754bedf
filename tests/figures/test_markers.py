"""Marks of classes on maps: however many classes there are, each has a mark of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from generator.figures.markers import SHAPES, cover, look
from generator.site.templates import environment_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CLASSES = [f"class {number}" for number in range(20)]


def scatter() -> Any:
    return environment_of(TEMPLATES).get_template("figures/_scatter.html").make_module({"class_name": str, "t": str})


def test_the_first_seven_classes_have_the_seven_colours_and_shapes_in_order() -> None:
    assert [look(label) for label in range(7)] == [(i, i) for i in range(7)]


def test_no_two_of_many_classes_have_the_same_mark() -> None:
    assert len({look(label) for label in range(49)}) == 49


def test_the_covers_marks_are_those_of_the_classes() -> None:
    svg = cover(np.array([[10.0, 20], [30, 40]]), np.array([0, 7]), 300)
    found = re.findall(r'<g fill="var\(--class-(\d)\)"><use href="#cover-(\d)"', svg)
    assert found == [("0", "0"), ("0", "1")]


def test_the_pages_legend_and_maps_give_every_class_the_covers_mark() -> None:
    module = scatter()
    expected = [(str(colour), SHAPES[shape]) for colour, shape in map(look, range(len(CLASSES)))]
    legend = str(module.legend(CLASSES))
    assert re.findall(r'<path d="(.*?)" style="fill:var\(--class-(\d)\)', legend) == [(d, c) for c, d in expected]
    markers = str(module.markers("m", CLASSES))
    found = dict(re.findall(r'<marker id="m-0-(\d+)".*?<path d="(.*?)"', markers))
    assert [found[str(label)] for label in range(len(CLASSES))] == [d for _, d in expected]
    colours = dict(re.findall(r'<marker id="m-1-(\d+)".*?fill:var\(--class-(\d)\)', markers))
    assert [colours[str(label)] for label in range(len(CLASSES))] == [c for c, _ in expected]
    groups = [{"class": label, "right": True, "i": [label], "at": ["1,2"]} for label in range(len(CLASSES))]
    live = str(module.live_plot("m", groups, "a map"))
    assert [SHAPES[int(shape)] for shape in re.findall(r'href="#m-s(\d)"', live)] == [d for _, d in expected]
    assert re.findall(r"fill:var\(--class-(\d)\)", live) == [c for c, _ in expected]
