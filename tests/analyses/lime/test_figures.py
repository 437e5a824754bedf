"""LIME's figures: complete in both languages, pictures that show what they say."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator.dataset.types import arrays_of
from generator.figures.lime import run
from generator.figures.superpixels import SCALE, borders, colour_bar, outlined, signed_weights, top_alone
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.lime.fakes import MOUTH, LooksAt, dataset
from tests.analyses.lime.test_stage import run as explain
from tests.analyses.rendered import Seen, rendered

NAMES = {"lime-examples", "lime-all-classes", "lime-segmenters", "lime-regions", "lime-stability", "agreement"}


@pytest.fixture(scope="module")
def lime(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return explain(tmp_path_factory.mktemp("lime"))


@pytest.fixture(scope="module")
def figures(lime: Artifact) -> Artifact:
    return drawn(lime)


def drawn(lime: Artifact, classes: tuple[str, str] = ("happy", "sad")) -> Artifact:
    data = dataset(classes=classes)
    logits = LooksAt(MOUTH, classes).logits(data.evaluation.images)
    model = Artifact(facts={"classes": list(classes)}, arrays={"logits": logits})
    return run(None, {"dataset": arrays_of(data), "model": model, "lime": lime}, Context(7, Path()))


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_every_figure_is_whole_in_both_languages(figures: Artifact, lime: Artifact, lang: str) -> None:
    made = rendered("lime", figures, lime.results, lang)
    assert set(made) == NAMES
    for html in made.values():
        seen = Seen(html)
        assert not seen.open
        assert all(source.removeprefix("figures/lime/") in figures.files for source in seen.sources)
        assert all(seen.alts)
        assert "None" not in html


def test_the_chart_of_stability_shows_every_measured_point_even_if_there_is_one_only(lime: Artifact) -> None:
    sampling = lime.results["lime_checks"]["sampling"]
    assert len(sampling) > 1
    for wanted in (len(sampling), 1):
        found = copy.deepcopy(lime)
        found.results["lime_checks"]["sampling"] = dict(list(sampling.items())[:wanted])
        html = rendered("lime", drawn(found), found.results, "en")["lime-stability"]
        # Five measures at each number of samples.
        assert html.count("<circle") == 5 * wanted


def test_every_r2_of_an_example_stands_with_superpixels_and_samples(figures: Artifact, lime: Artifact) -> None:
    html = rendered("lime", figures, lime.results, "en")["lime-examples"]
    for name in ("happy", "sad"):
        example = lime.results["lime"][name]["example"]
        assert f"with {example['superpixels']} superpixels and {example['samples']} perturbed images" in html
    assert html.count("Weighted R²") == html.count("superpixels and") >= 2


@pytest.mark.parametrize(("high", "marks"), [(0.0, 2), (99.0, 0)])
def test_a_region_is_marked_only_beyond_chance(lime: Artifact, high: float, marks: int) -> None:
    results = copy.deepcopy(lime.results)
    for found in results["lime"].values():
        for region in found["regions"].values():
            region["null_high"] = high
    changed = replace(lime, results=results)
    html = rendered("lime", drawn(changed), results, "en")["lime-regions"]
    # Of both classes the mouth's interval alone lies above 1.
    assert html.count("▲</abbr>") == marks
    assert "chance" in html


def test_a_lime_that_fails_its_tests_carries_a_warning(figures: Artifact, lime: Artifact) -> None:
    def shown(row: dict[str, object]) -> str:
        results = {**lime.results, "faithfulness": {"methods": {"lime": {"kind": "method", **row}}}}
        return rendered("lime", figures, results, "en")["lime-examples"]

    assert 'class="warning"' in shown({"passes": False, "reasons": ["random"]})
    assert 'class="warning"' not in shown({"passes": True, "reasons": []})


@pytest.mark.parametrize("names", [("bar", "all"), ("all", "all-top"), ("x", "x-weights"), ("x", "top-x")])
def test_no_name_of_a_class_is_that_of_another_picture(
    figures: Artifact, tmp_path: Path, names: tuple[str, str]
) -> None:
    lime = explain(tmp_path, LooksAt(MOUTH, names), classes=names)
    assert len(drawn(lime, names).files) == len(figures.files)


def test_downloads_exist(figures: Artifact) -> None:
    for figure in figures.facts["figures"].values():
        assert figure["download"] in figures.files


SEGMENTS = np.zeros((4, 4), dtype=np.int64)
SEGMENTS[:, 2:] = 1
FACE = np.full((4, 4), 128, dtype=np.uint8)


def inner(picture: np.ndarray, column: int) -> np.ndarray:
    return picture[SCALE // 2, column * SCALE + SCALE // 2].astype(int)


def test_superpixels_for_the_class_are_orange_and_those_against_it_blue() -> None:
    picture = signed_weights(FACE, SEGMENTS, np.array([1.0, -1.0]), 1.0)
    left, right = inner(picture, 0), inner(picture, 3)
    assert left[0] > left[2] + 50
    assert right[2] > right[0] + 50


def test_a_superpixel_without_weight_keeps_its_grey() -> None:
    assert (inner(signed_weights(FACE, SEGMENTS, np.array([0.0, 1.0]), 1.0), 0) == 128).all()
    assert (inner(signed_weights(FACE, SEGMENTS, np.zeros(2), 0.0), 0) == 128).all()


def test_borders_are_thin_and_only_between_superpixels() -> None:
    edge = borders(SEGMENTS)
    assert edge.sum() == 4 * SCALE
    assert edge[:, 2 * SCALE].all()
    assert outlined(FACE, SEGMENTS).shape == (4 * SCALE, 4 * SCALE, 3)


def test_only_positive_superpixels_stand_alone() -> None:
    face = np.full((4, 4), 250, dtype=np.uint8)
    picture = top_alone(face, SEGMENTS, np.array([0.5, -2.0]), 2)
    assert (inner(picture, 0) == 250).all()
    assert (inner(picture, 3) < 160).all()


def test_the_colour_bar_runs_from_blue_through_grey_to_orange() -> None:
    bar = colour_bar().astype(int)
    assert bar[0, 0, 2] > bar[0, 0, 0] + 50
    assert bar[0, -1, 0] > bar[0, -1, 2] + 50
    assert np.abs(bar[0, 63:65] - 128).max() < 5
