"""The model card and the learning curve, in both languages."""

from __future__ import annotations

import copy
import csv
import io
import re
from pathlib import Path

import pytest

from generator.figures.model import HEIGHT, WIDTH, curves, cycles, run
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.rendered import Seen, rendered
from tests.model.test_card import shipped_inputs

LANGUAGES = ("en", "zh-Hant")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, Artifact]:
    return shipped_inputs(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def figures(inputs, tmp_path_factory) -> Artifact:
    return run(None, inputs, Context(1, tmp_path_factory.mktemp("figures")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_says_in_both_languages_what_was_measured(inputs, figures, lang):
    results = {"model": inputs["model"].results["model"], "dataset": {"split": "held-out", "source": {"kind": "drawn"}}}
    html = rendered("model", figures, results, lang)
    card = html["model-card"]
    seen = Seen(card)
    assert not seen.open
    assert f"{100 * results['model']['accuracy']:.1f}" in card
    assert f"{100 * inputs['model'].facts['card']['accuracy_flips']['value']:.1f}" in card
    assert "0123abcd" in card
    assert all(said in card for said in ("4711", "60%", "35%")), "what the teacher was, and its part"
    assert "None" not in card
    assert "model.card" not in card
    assert ("tried for the test" if lang == "en" else "測試用") in card
    assert "model." not in html["model-curves"].replace("model-curves", "")


@pytest.mark.parametrize(
    ("lang", "said", "unsaid"),
    [
        ("en", ("after epochs 1, 3", "and of its mirror image, averaged"), "seed 4711"),
        ("zh-Hant", ("在第 1、3 個 epoch 之後的版本", "兩者取平均"), "種子 4711"),
    ],
)
def test_the_card_says_which_of_its_former_selves_a_network_learnt_from(inputs, lang, said, unsaid, tmp_path):
    card = card_of_a_cycle(inputs, lang, tmp_path, selves=[1, 3], mirrored=True)
    assert all(words in card for words in said)
    assert unsaid not in card


@pytest.mark.parametrize(("lang", "said"), [("en", "The network was made deeper"), ("zh-Hant", "先加深網路")])
def test_the_card_says_before_which_cycle_the_network_grew(inputs, lang, said, tmp_path):
    assert said not in card_of_a_cycle(inputs, lang, tmp_path)
    assert said in card_of_a_cycle(inputs, lang, tmp_path, grown="larger")


@pytest.mark.parametrize(
    ("lang", "cycle", "curve"),
    [
        ("en", "the images set aside for validation are trained on too", "After epoch 2 those images"),
        ("zh-Hant", "原本留作驗證的影像也拿來訓練", "第 2 個 epoch 之後，這些留下的影像"),
    ],
)
def test_card_and_curve_say_from_where_on_the_images_set_aside_were_trained_on(inputs, lang, cycle, curve, tmp_path):
    plain = drawn_with_a_cycle(inputs, lang, tmp_path)
    assert cycle not in plain["model-card"]
    assert curve not in plain["model-curves"]
    refit = drawn_with_a_cycle(inputs, lang, tmp_path, validated=2, refit=True)
    assert cycle in refit["model-card"]
    assert curve in refit["model-curves"]
    assert all("None" not in html for html in refit.values())


@pytest.mark.parametrize(("lang", "said"), [("en", "batch normalisation"), ("zh-Hant", "批次正規化")])
def test_the_card_says_that_statistics_were_measured_anew(inputs, lang, said, tmp_path):
    model = copy.deepcopy(inputs["model"].results["model"])
    for clean in (True, False):
        model["training"]["recipe"]["clean_statistics"] = clean
        artifact = Artifact(results={"model": model}, facts=inputs["model"].facts)
        drawn = run(None, {**inputs, "model": artifact}, Context(1, tmp_path))
        results = {"model": model, "dataset": {"split": "held-out", "source": {"kind": "drawn"}}}
        assert (said in rendered("model", drawn, results, lang)["model-card"]) is clean


@pytest.mark.parametrize(("lang", "papers"), [("en", "Sources:"), ("zh-Hant", "出處：")])
def test_the_card_names_the_papers_of_what_the_cycles_use_and_no_others(inputs, lang, papers, tmp_path):
    card = card_of_a_cycle(inputs, lang, tmp_path, sharpness=0.25)
    assert "Beyer" in card
    assert "Foret" in card
    assert "Huang" not in card
    plain = card_of_a_cycle(inputs, lang, tmp_path, matched=0.0, mixup=0.0)
    assert papers in card
    assert papers not in plain


def test_cycles_follow_each_other_without_a_gap():
    sizes = [[0.5, 32], [0.5, 48]]
    recipe = {"epochs": 3, "learning_rate": 0.1, "sizes": sizes, "restarts": []}
    assert [(turn["first"], turn["last"]) for turn in cycles(recipe)] == [(1, 3)]
    recipe["restarts"] = [{"epochs": n, "learning_rate": 0.05, "sizes": sizes} for n in (1, 4)]
    turns = cycles(recipe)
    assert [(turn["first"], turn["last"]) for turn in turns] == [(1, 3), (4, 4), (5, 8)]
    assert all(turn["widths"] == [32, 48] for turn in turns)


def card_of_a_cycle(inputs: dict[str, Artifact], lang: str, place: Path, **options: object) -> str:
    """The card as it would be had the recipe's second cycle these options."""
    return drawn_with_a_cycle(inputs, lang, place, **options)["model-card"]


def drawn_with_a_cycle(
    inputs: dict[str, Artifact], lang: str, place: Path, validated: int = 10**9, **options: object
) -> dict[str, str]:
    """Card and curve as they would be had the recipe's second cycle these options, and only so many a validation."""
    model = copy.deepcopy(inputs["model"].results["model"])
    model["training"]["recipe"]["restarts"][0] |= options
    for epoch in model["training"]["epochs"][validated:]:
        epoch |= {"validation_loss": None, "validation_accuracy": None}
    artifact = Artifact(results={"model": model}, facts=inputs["model"].facts)
    drawn = run(None, {**inputs, "model": artifact}, Context(1, place))
    results = {"model": model, "dataset": {"split": "held-out", "source": {"kind": "drawn"}}}
    return rendered("model", drawn, results, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_users_model_has_a_card_without_training(figures, inputs, lang, tmp_path):
    results = {**inputs["model"].results["model"], "source": "user", "name": "theirs.h5", "training": None}
    results["input"] = {**results["input"], "reason": "guessed", "tried": [{"accuracy": 0.75}] * 6}
    artifact = Artifact(results={"model": results}, facts={})
    drawn = run(None, {**inputs, "model": artifact}, Context(1, tmp_path))
    html = rendered(
        "model", drawn, {"model": results, "dataset": {"split": "held-out", "source": {"kind": "drawn"}}}, lang
    )
    assert set(html) == {"model-card"}
    assert "theirs.h5" in html["model-card"]
    assert "75.0" in html["model-card"]
    assert "None" not in html["model-card"]


SURE = {"images": 500, "tied": 1, "low": 0.7, "high": 0.8, "chance": False, "rescales": False}


@pytest.mark.parametrize(
    ("guess", "high", "said", "unsaid"),
    [
        ({}, 1.0, ("this one gets most", "這一種"), ("model.preprocess", "guessing", "亂猜")),
        ({"tied": 3}, 1.0, ("3 of 6", "the most usual", "其中 3 種", "model.preprocess"), ("guessing", "亂猜", "255")),
        ({"tied": 6, "rescales": True}, 255.0, ("0 to 255 was taken", "所以取 0 到 255"), ("most usual", "最常用")),
        ({"tied": 6, "rescales": True}, 1.0, ("the most usual", "最常用"), ("0 to 255", "0 到 255")),
        (
            {"chance": True},
            1.0,
            ("than guessing (500", "比亂猜好（試了 500", "model.preprocess"),
            ("equally", "一樣多"),
        ),
    ],
    ids=["sure", "tied", "rescales", "rescales-but-another-is-better", "chance"],
)
def test_the_card_says_how_sure_the_guess_of_the_range_is(inputs, guess, high, said, unsaid, tmp_path):
    results = {**inputs["model"].results["model"], "source": "user", "name": "theirs.h5", "training": None}
    results["input"] = results["input"] | {
        "reason": "guessed",
        "tried": [{"accuracy": 0.75}] * 6,
        "high": high,
        "guess": SURE | guess,
    }
    drawn = run(None, {**inputs, "model": Artifact(results={"model": results}, facts={})}, Context(1, tmp_path))
    measured = {"model": results, "dataset": {"split": "held-out", "source": {"kind": "zip"}}}
    cards = [rendered("model", drawn, measured, lang)["model-card"] for lang in LANGUAGES]
    assert all("500.0" not in card and "75.0" in card for card in cards)
    for words in said:
        assert any(words in card for card in cards), words
    for words in unsaid:
        assert not any(words in card for card in cards), words


@pytest.mark.parametrize(("channels", "coloured", "expected"), [(3, 1, True), (3, 0, False), (1, 9, False)])
def test_the_card_says_that_a_model_of_colours_is_judged_on_grey(inputs, channels, coloured, expected, tmp_path):
    results = {**inputs["model"].results["model"]}
    results["input"] = {**results["input"], "channels": channels}
    drawn = run(None, {**inputs, "model": Artifact(results={"model": results}, facts={})}, Context(1, tmp_path))
    measured = {"model": results, "dataset": {"split": "held-out", "source": {"kind": "zip", "coloured": coloured}}}
    for lang, words in (("en", "1 coloured picture of the data was"), ("zh-Hant", "1 張彩色圖片都轉成灰階")):
        assert (words in rendered("model", drawn, measured, lang)["model-card"]) is expected


def test_the_curve_lies_inside_its_drawing_and_follows_the_numbers():
    epochs = [{"epoch": n, "accuracy": n / 40, "validation_accuracy": 1 - n / 40} for n in range(1, 35)]
    drawn = curves(epochs)
    for name, rising in (("accuracy", True), ("validation_accuracy", False)):
        points = [tuple(map(float, point.split(","))) for point in drawn["lines"][name].split()]
        assert len(points) == 34
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
        heights = [-y for _, y in points]
        assert heights == sorted(heights, reverse=not rising)
    assert curves(epochs[:1])["lines"]["accuracy"]
    refit = [*epochs[:20], *({**epoch, "validation_accuracy": None} for epoch in epochs[20:])]
    assert curves(refit)["lines"]["accuracy"] == drawn["lines"]["accuracy"]
    assert drawn["lines"]["validation_accuracy"].split()[:20] == curves(refit)["lines"]["validation_accuracy"].split()
    assert curves(refit)["last"] == epochs[19]


def test_the_curves_numbers_can_be_downloaded_and_hold_no_time_of_day(inputs, figures):
    rows = list(csv.DictReader(io.StringIO(figures.files["model-curves.csv"].decode())))
    epochs = inputs["model"].results["model"]["training"]["epochs"]
    shown = [f"{epoch['validation_accuracy']:.6g}" for epoch in epochs]
    assert [row["validation_accuracy"] for row in rows] == shown
    assert not any(re.search("seconds", name) for name in rows[0])
