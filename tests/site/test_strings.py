"""Interface words: both languages say the same, with the same values in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import InputError
from generator.site.strings import load_strings
from generator.site.words import Words

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str):
    (folder / "words.yaml").write_text(text, "utf-8")
    return load_strings(folder)


def test_the_own_words_are_complete():
    strings = load_strings(ROOT / "templates" / "strings")
    assert strings.text("en", "nav.index") == "Overview"
    assert strings.text("zh-Hant", "nav.index") == "總覽"


def test_values_are_filled_in(tmp_path):
    strings = written(tmp_path, 'a: {en: "{n} images", zh-Hant: "{n} 張影像"}')
    assert strings.text("en", "a", n=3) == "3 images"
    assert strings.text("zh-Hant", "a", n=3) == "3 張影像"
    with pytest.raises(InputError, match="placeholder"):
        strings.text("en", "a")


def test_words_agree_with_their_number(tmp_path):
    strings = written(tmp_path, 'a: {en: "{n} {n:image|images}, {dead} {dead:is|are} dead", zh-Hant: "{n} 張，{dead} 張"}')
    assert strings.text("en", "a", n=1, dead=0) == "1 image, 0 are dead"
    assert strings.text("en", "a", n="1,400", dead="1") == "1,400 images, 1 is dead"
    assert strings.text("zh-Hant", "a", n=1, dead=0) == "1 張，0 張"


def test_an_unknown_key_suggests_the_nearest(tmp_path):
    with pytest.raises(InputError, match=r"nav\.index"):
        written(tmp_path, "nav.index: {en: A, zh-Hant: 甲}").text("en", "nav.indx")


@pytest.mark.parametrize(
    "text",
    [
        "a: {en: only}",
        'a: {en: "{n}", zh-Hant: "{m}"}',
        "a: {en: A, zh-Hant: 甲}\na: {en: B, zh-Hant: 乙}",
        "a: just text",
    ],
)
def test_what_is_not_a_pair_is_refused_with_its_place(tmp_path, text):
    with pytest.raises(InputError, match=r"words\.yaml"):
        written(tmp_path, text)


def test_an_edit_is_noticed(tmp_path):
    assert written(tmp_path, "a: {en: one, zh-Hant: 一}").text("en", "a") == "one"
    assert written(tmp_path, "a: {en: three, zh-Hant: 三}").text("en", "a") == "three"


def test_a_region_without_a_display_name_is_called_by_its_own_in_words():
    strings = load_strings(ROOT / "templates" / "strings")
    assert [Words(strings, lang).region_name("eyes") for lang in ("en", "zh-Hant")] == ["eyes", "眼睛"]
    assert [Words(strings, lang).region_name("left_eye") for lang in ("en", "zh-Hant")] == ["left eye"] * 2
    assert Words(strings, "en").class_name("very_happy") == "very_happy"
