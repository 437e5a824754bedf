"""Drafts: true, checked, equal in both languages, and never over anybody's text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.commentary.draft.profile import draft_profile
from generator.commentary.draft.words import Names
from generator.commentary.folder import check_folder
from generator.commentary.page import PAGES, Rendered, read, render_page
from tests.commentary.measured import FACES, FIGURES, PARTS, whole_report
from tests.commentary.test_bound import outside

LANGUAGES = ("zh-Hant", "en")


def rendered(folder: Path, results: dict[str, Any]) -> dict[tuple[str, str], Rendered]:
    return {
        (page, lang): render_page(
            folder / f"{page}.{lang}.md",
            page=page,
            lang=lang,
            results=results,
            figure=lambda name: f"<figure>{name}</figure>",
            known_figures=FIGURES,
            strings=lambda key, **values: key,
        )
        for page in PAGES
        for lang in LANGUAGES
    }


def assert_sound(folder: Path, results: dict[str, Any]) -> dict[tuple[str, str], Rendered]:
    pages = rendered(folder, results)
    for page in pages.values():
        assert page.problems == ()
        assert all(claim.holds for claim in page.claims)
        assert page.title
    assert check_folder(folder, LANGUAGES, folder) == []
    return pages


@pytest.mark.parametrize("seed", range(12))
def test_a_draft_says_what_is_so_in_both_languages(tmp_path: Path, seed: int) -> None:
    results = whole_report(FACES, PARTS, seed)
    written = draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    assert len(written) == 2 * len(PAGES)
    pages = assert_sound(tmp_path, results)
    assert sum(len(page.claims) for page in pages.values()) >= 30
    assert {name for page in pages.values() for name in page.figures} == FIGURES


@pytest.mark.parametrize("seed", range(12))
def test_every_number_of_a_draft_is_bound(tmp_path: Path, seed: int) -> None:
    draft_profile("toy", whole_report(FACES, PARTS, seed), tmp_path, LANGUAGES, figures=FIGURES)
    for file in tmp_path.glob("*.md"):
        assert "{{" not in outside(read(file)), file.name


@pytest.mark.parametrize(
    ("dead", "keeps", "edges", "expected"),
    [
        (1, 1, 1, ["1 responds to no", "1 filter brings out edges, and 1 keeps"]),
        (2, 2, 3, ["2 respond to no", "3 filters bring out edges, and 2 keep the"]),
        (0, 0, 1, ["No filter of this layer is dead", "1 filter brings out edges; none"]),
        (0, 1, 0, ["1 filter keeps the picture much as it is; none"]),
    ],
)
def test_one_filter_is_not_said_in_the_plural(
    tmp_path: Path, dead: int, keeps: int, edges: int, expected: list[str]
) -> None:
    results = whole_report(FACES, PARTS, 1)
    results["filters"] |= {"count": 10, "dead": dead, "keeps": keeps, "edges": edges, "other": 10 - keeps - edges}
    draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    text = re.sub(r"<[^>]*>", "", rendered(tmp_path, results)["2-filters", "en"].html)
    for words in expected:
        assert words in text


NAMES = st.lists(
    st.sampled_from(
        ["happy", "class name", "very-angry", "3d", "don't", 'a "b"', "讀書", "x_y", "[z]", "*s*", "<b>", "none"]
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@settings(max_examples=15, deadline=None)
@given(classes=NAMES, regions=NAMES, seed=st.integers(0, 999))
def test_any_classes_and_regions_will_do(
    tmp_path_factory: pytest.TempPathFactory, classes: list[str], regions: list[str], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("draft")
    results = whole_report(tuple(classes), tuple(regions), seed)
    draft_profile("toy", results, folder, LANGUAGES, figures=FIGURES)
    assert_sound(folder, results)


def test_a_report_with_hardly_any_results_still_gets_its_pages(tmp_path: Path) -> None:
    results: dict[str, Any] = {"dataset": {"profile": "toy"}}
    draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    assert_sound(tmp_path, results)


def english(folder: Path, results: dict[str, Any], page: str) -> str:
    draft_profile("toy", results, folder, LANGUAGES, figures=FIGURES)
    return re.sub(r"<[^>]*>", "", assert_sound(folder, results)[page, "en"].html)


def test_without_regions_nothing_is_said_of_any(tmp_path: Path) -> None:
    results = whole_report(FACES, PARTS, 1)
    for group in ("saliency", "saliency_right", "saliency_wrong"):
        results[group] = {class_: {} for class_ in FACES}
    results["lime"] = {class_: {"fidelity": 0.7, "region": None, "regions": {}} for class_ in FACES}
    results["agreement"] = {class_: {"region": None} for class_ in FACES}
    draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    assert_sound(tmp_path, results)
    for lang, words in (("en", ("region", "depends on the class", "factor", "all agree")), ("zh-Hant", ("部位", "倍"))):
        text = "".join((tmp_path / f"{page}.{lang}.md").read_text("utf-8") for page in PAGES)
        for word in words:
            assert word not in text, word


def test_without_occlusion_nothing_is_said_of_what_all_methods_would_have_named(tmp_path: Path) -> None:
    results = whole_report(FACES, PARTS, 1)
    results["agreement"] = {class_: {**dict.fromkeys(PARTS, 0.5), "region": None} for class_ in FACES}
    assert "no region on which all agree" in english(tmp_path / "three", results, "3-lime")
    results["saliency_by_method"] = {"gradient": results["saliency"]}
    assert "no region on which all agree" not in english(tmp_path / "two", results, "3-lime")


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ([1, 1, 1], [], ["best at", "worst at"]),
        ([0.9, 0.9, 0.5], ["The model is worst at “sad”"], ["best at"]),
        ([0.9, 0.5, 0.5], ["The model is best at “zebra”"], ["worst at"]),
        ([0.9, 0.9001, 0.5], ["The model is worst at “sad”"], ["best at"]),
        ([0.7, 0.9, 0.5], ["The model is best at “ape”", "It is worst at “sad”"], []),
    ],
)
def test_of_classes_that_are_recognised_equally_well_none_is_called_the_best(
    tmp_path: Path, values: list[float], said: list[str], unsaid: list[str]
) -> None:
    classes = ("zebra", "ape", "sad")
    results = whole_report(classes, PARTS, 1)
    results["model"]["recall"] = dict(zip(classes, values, strict=True))
    text = english(tmp_path, results, "3-lime")
    assert all(words in text for words in said)
    assert not any(words in text for words in unsaid)


@pytest.mark.parametrize("above", [0.5, 0.01])
def test_a_single_layer_is_not_compared_with_itself(tmp_path: Path, above: float) -> None:
    results = whole_report(FACES, PARTS, 1)
    tsne = results["tsne"]
    tsne["last"] = tsne["first"] = tsne["last"] | {"knn_low": above, "null_high": 0.2}
    tsne["layers"] = [{"convolution": "conv2d", "accuracy": 0.5}]
    text = english(tmp_path, results, "4-tsne")
    assert "single convolution layer" in text
    assert ("not clearly more than" in text) is (above < 0.2)
    assert "first layer" not in text
    assert "last layer" not in text


def test_existing_text_is_never_touched(tmp_path: Path) -> None:
    mine = tmp_path / "1-saliency.en.md"
    mine.write_text("my own words", "utf-8")
    written = draft_profile("toy", whole_report(FACES, PARTS, 1), tmp_path, LANGUAGES, figures=FIGURES)
    assert mine.read_text("utf-8") == "my own words"
    # A draft beside somebody's own text would be no translation of it.
    assert not (tmp_path / "1-saliency.zh-Hant.md").exists()
    assert len(written) == 2 * (len(PAGES) - 1)
    assert draft_profile("toy", whole_report(FACES, PARTS, 2), tmp_path, LANGUAGES) == []


def test_sentences_on_different_classes_are_worded_differently(tmp_path: Path) -> None:
    draft_profile("toy", whole_report(FACES, PARTS, 3), tmp_path, LANGUAGES, figures=FIGURES)
    text = (tmp_path / "1-saliency.en.md").read_text("utf-8")
    sentences = [part.partition("]{claim")[0] for part in text.split("[")[1:]]
    openings = [" ".join(sentence.split()[:2]) for sentence in sentences]
    assert len(set(openings)) >= 0.6 * len(openings)


def test_display_names_are_used(tmp_path: Path) -> None:
    names = Names(lambda lang, key: f"{key}/{lang}", lambda lang, key: f"{key}/{lang}")
    draft_profile("toy", whole_report(FACES, PARTS, 1), tmp_path, LANGUAGES, names=names, figures=FIGURES)
    assert "「" in (text := (tmp_path / "3-lime.zh-Hant.md").read_text("utf-8"))
    assert "/zh-Hant" in text


def test_a_changed_result_fails_the_claim_in_both_languages(tmp_path: Path) -> None:
    results = whole_report(FACES, PARTS, 1)
    draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    class_, region = next(
        (name, max(regions, key=lambda part: regions[part]["enrichment"]))
        for name, regions in results["saliency"].items()
        if max(found["low"] for found in regions.values()) > 1
    )
    results["saliency"][class_][region]["enrichment"] = 0.01
    pages = rendered(tmp_path, results)
    failing = {
        lang: [claim.condition for claim in pages["1-saliency", lang].claims if not claim.holds] for lang in LANGUAGES
    }
    assert failing["en"]
    assert failing["en"] == failing["zh-Hant"]


@pytest.mark.parametrize("seed", range(4))
def test_what_untrained_networks_mark_too_is_not_said_to_count(tmp_path: Path, seed: int) -> None:
    results = whole_report(FACES, PARTS, seed)
    for class_, regions in results["saliency_untrained"].items():
        for region in regions:
            own = results["saliency"][class_][region]
            regions[region] = {"share": 0.1, "enrichment": own["enrichment"], "low": own["low"], "high": own["high"]}
    draft_profile("toy", results, tmp_path, LANGUAGES, figures=FIGURES)
    claims = [claim.condition for claim in assert_sound(tmp_path, results)["1-saliency", "en"].claims]
    assert not [one for one in claims if re.search(r"saliency\.\w+\.\w+\.low > |argmax\(saliency\.|high'\) < 1", one)]
    assert [one for one in claims if "<= saliency_untrained." in one]


def test_where_untrained_networks_were_measured_a_region_has_to_beat_them(tmp_path: Path) -> None:
    draft_profile("toy", results := whole_report(FACES, PARTS, 3), tmp_path, LANGUAGES, figures=FIGURES)
    claims = [claim.condition for claim in rendered(tmp_path, results)["1-saliency", "en"].claims]
    stronger = [one for one in claims if re.search(r"saliency\.\w+\.\w+\.low > ", one)]
    assert stronger
    for one in stronger:
        for class_, region in re.findall(r"saliency\.(\w+)\.(\w+)\.low > 1", one):
            if results["saliency_untrained"][class_][region]["high"] is not None:
                assert f"saliency.{class_}.{region}.low > saliency_untrained.{class_}.{region}.high" in one
