"""What the table of regions marks, and what its caption says of the comparison."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from generator.figures.saliency import _regions, mark_of
from generator.pipeline.artifact import Artifact
from tests.analyses.rendered import Seen, rendered

NOTHING = dict.fromkeys(("share", "enrichment", "low", "high"))


def cell(low, high):
    return {"share": 0.1, "enrichment": (low + high) / 2, "low": low, "high": high}


@pytest.mark.parametrize(
    ("trained", "untrained", "mark"),
    [
        ((1.3, 1.5), (1.1, 1.25), "above"),
        ((1.3, 1.5), (1.1, 1.35), None),
        ((0.9, 1.1), (0.5, 0.7), None),
        ((0.6, 0.7), (0.75, 0.85), "below"),
        ((0.6, 0.8), (0.75, 0.85), None),
        ((0.9, 0.98), (1.1, 1.2), "below"),
        ((1.3, 1.5), None, "above"),
        ((0.6, 0.7), None, "below"),
        ((0.9, 1.1), None, None),
    ],
)
def test_only_what_lies_beyond_1_and_beyond_untrained_networks_is_marked(trained, untrained, mark):
    assert mark_of(cell(*trained), untrained and cell(*untrained)) == mark


def test_nothing_is_marked_where_the_networks_have_no_map():
    assert mark_of(cell(1.3, 1.5), NOTHING) is None


def table_of(untrained):
    saliency = {"happy": {"eyes": cell(1.3, 1.5), "mouth": cell(1.3, 1.5)}, "sad": {"eyes": cell(0.6, 0.7)}}
    found = Artifact(
        results={
            "saliency": saliency,
            "saliency_untrained": untrained,
            "saliency_by_method": {"gradient": saliency},
            "saliency_checks": {"untrained_images": {"happy": 9, "sad": 9}},
            "faithfulness": {"methods": {"gradient": {"kind": "method", "reasons": []}}},
        },
        facts={"default_method": "gradient"},
        arrays={"none": np.zeros(1)},
    )
    figure, files = _regions(found)
    kept = {"template": figure.template, "data": figure.data, "download": figure.download}
    drawn = Artifact(facts={"figures": {figure.name: kept}}, files=files)
    html = {lang: rendered("saliency", drawn, found.results, lang)["saliency-regions"] for lang in ("en", "zh-Hant")}
    assert not any(Seen(one).open for one in html.values())
    return html, files["saliency-regions.csv"].decode()


UNTRAINED = {"happy": {"eyes": cell(1.2, 1.4), "mouth": cell(1.0, 1.2)}, "sad": {"eyes": cell(1.0, 1.2)}}


def test_the_table_ends_with_the_untrained_networks():
    html, csv = table_of(UNTRAINED)
    for lang, words in (("en", ("Untrained network", "9 copies")), ("zh-Hant", ("未訓練的網路", "共 9 份"))):
        assert html[lang].count("▲</abbr>") == 1
        assert html[lang].count("▽</abbr>") == 1
        assert all(word in html[lang] for word in words)
        assert "1.20<br><small>1.00–1.40</small>" in html[lang]
    assert "random,gradient,happy,eyes,0.1,1.3,1.2,1.4" in csv
    assert "trained,gradient,sad,eyes,0.1,0.65,0.6,0.7" in csv


def test_a_class_that_they_do_not_explain_is_shown_without_marks():
    some = copy.deepcopy(UNTRAINED)
    some["sad"]["eyes"] = dict(NOTHING)
    html, csv = table_of(some)
    assert "▽</abbr>" not in html["en"]
    assert "1.30<br><small>1.20–1.40</small>" in html["en"]
    assert "random,gradient,sad,eyes,,,," in csv


def test_without_them_the_caption_says_that_1_is_all_there_is():
    html, _ = table_of({name: {region: dict(NOTHING) for region in found} for name, found in UNTRAINED.items()})
    for lang, words in (("en", "were not measured"), ("zh-Hant", "這裡沒有量")):
        assert words in html[lang]
        assert "tfoot" not in html[lang]
        assert html[lang].count("▲</abbr>") == 2
