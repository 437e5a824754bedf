"""The shipped commentary: every sentence that states a result is bound to a claim that could fail."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.commentary import claims, helpers
from generator.commentary.conditions import ConditionError, evaluate, parse
from generator.commentary.folder import check_folder
from generator.commentary.page import PAGES, Claim, read, render_page
from generator.commentary.vetting import anything

ROOT = Path(__file__).parents[2]
PROFILES = ("faces", "fer2013")
LANGUAGES = ("zh-Hant", "en")
FILES = [
    ROOT / "content" / profile / f"{page}.{lang}.md" for profile in PROFILES for page in PAGES for lang in LANGUAGES
]

RESULT_WORDS = {
    "en": r"""\b\d | \b(?: most(?:ly)? | more | less | least | fewer | few | best | better | worst | worse | highest
        | higher | lowest | lower | largest | above | below | than | only | hardly | nearly | clearly | surely | none
        | not\ one | half | third | twice | times | confirmed | agree | right | wrong | easi\w+ | hard(?:est|er)
        | correlat\w+ | average | depends\ on | instead | too\b | as\ well | also | passes | beats | fails ) \b""",
    "zh-Hant": r"""(?<![A-Za-z0-9])[0-9] | 最(?!後) | 更 | 比較 | 高於 | 低於 | 超過 | 不到 | 不如 | 大多 | 多數 | 多半
        | 幾乎 | 明顯 | 確實 | 的確 | 沒有一 | 只有 | 一半 | 倍 | 成立 | 一致 | 答對 | 正確 | 差不多 | 相關 | 平均
        | 也看 | 同樣 | 很多 | 遠 | 主要 | 通過 | 勝過 | 完全""",
}
"""Words that state a result. A sentence that holds one outside its claims is bound, or stands in `REVIEWED`."""

REVIEWED = (ROOT / "tests" / "commentary" / "reviewed.txt").read_text("utf-8").splitlines()
"""Sentences about method, reading or opinion that hold such a word and state no result of the report."""

CITED = re.compile(r"“[^”]*”|「[^」]*」")


def outside(source: str) -> str:
    """A page without what its claims say, figures, headings, links' addresses and blocks of Jinja."""
    found, faults = claims.find(source)
    assert not faults
    text = ""
    place = 0
    for claim in found:
        text += source[place : claim.start] + "✓"
        place = claim.end
    text += source[place:]
    text = re.sub(r"^#.*$|^\{\{ figure\(.*$|\{%.*?%\}", "", text, flags=re.M)
    return re.sub(r"\]\([^)]*\)", "]", text)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each with its full stop."""
    for paragraph in re.split(r"\n\s*\n|\n(?=[-\d])", text):
        line = re.sub(r"^(?:\d+\.|-) ", "", " ".join(paragraph.split()))
        yield from (
            part.strip() for part in re.split(r"(?<=[。！？])|(?<=[.!?])(?=\s)|(?<=[.!?]”)(?=\s)", line) if part.strip()
        )


def lang_of(file: Path) -> str:
    return file.name.split(".")[1]


def loose(file: Path) -> list[str]:
    """Sentences that state a result outside any claim."""
    pattern = re.compile(RESULT_WORDS[lang_of(file)], re.X | re.I)
    return [
        sentence
        for sentence in sentences(outside(read(file)))
        if "{{" in sentence or pattern.search(CITED.sub("", sentence))
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_result_is_stated_outside_a_claim(file: Path) -> None:
    assert [sentence for sentence in loose(file) if sentence not in REVIEWED] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_measured_number_stands_outside_a_claim(file: Path) -> None:
    assert [sentence for sentence in sentences(outside(read(file))) if "{{" in sentence] == []


def test_the_reviewed_sentences_are_all_still_there() -> None:
    written = {sentence for file in FILES for sentence in loose(file)}
    assert [line for line in REVIEWED if line and not line.startswith("#") and line not in written] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_both_languages_make_the_same_claims_and_are_declared_equal(profile: str) -> None:
    assert [str(problem) for problem in check_folder(ROOT / "content" / profile, LANGUAGES, ROOT)] == []


@cache
def published() -> dict[str, Any]:
    """The results of the published report."""
    return json.loads((ROOT / "site" / "results.json").read_text("utf-8"))  # type: ignore[no-any-return]


def conditions(profile: str) -> list[str]:
    """Every condition of a profile's commentary, once."""
    found = {
        claim.condition
        for page in PAGES
        for claim in claims.find(read(ROOT / "content" / profile / f"{page}.en.md"))[0]
    }
    return sorted(found)


def changed(results: dict[str, Any], condition: str, wanted: bool) -> dict[str, Any] | None:
    """The results with other numbers in the places that a condition looks at, so that it comes out as wanted."""
    rng = random.Random(condition)
    for _ in range(400):
        trial = copy.deepcopy(results)
        for name in evaluate(condition, results).values:
            if rng.random() < 0.7:
                _disturb(trial, name, rng)
        try:
            if evaluate(condition, trial).holds == wanted:
                return trial
        except ConditionError:
            pass  # a text that named another result now names none
    return None


def _disturb(results: dict[str, Any], name: str, rng: random.Random) -> None:
    """Put another value where a name leads; a call disturbs all that lies in the group it was called over."""
    if called := re.match(r"(\w+)\((.*)\)$", name):
        assert called[1] in helpers.HELPERS
        for path in re.findall(r"[a-z_]\w*(?:\.\w+)*", re.sub(r"'[^']*'", "", called[2])):
            # Members that are all alike refute what compares them, which chance would hardly hit upon.
            alike = rng.choice([1, 0.3, 0.001, None])
            _shake(_inner(results, path), rng, alike)
        return
    *parts, last = [part.strip("\"'") for part in re.split(r"[.\[\]]+", name) if part]
    place: Any = results
    for part in parts:
        place = place[int(part)] if isinstance(place, list) else place[part]
    key: Any = int(last) if isinstance(place, list) else last
    place[key] = _other(place[key], rng)


def _inner(results: Any, path: str) -> Any:
    for part in path.split("."):
        results = results.get(part, {}) if isinstance(results, dict) else {}
    return results


def _shake(value: Any, rng: random.Random, alike: float | None) -> None:
    """Other values everywhere in a group or list; with `alike` its numbers all become that, and its texts one text."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(places):
        if isinstance(inner, dict | list):
            _shake(inner, rng, alike)
        elif alike is not None:
            value[key] = alike if helpers.is_number(inner) else True if isinstance(inner, bool) else "mouth"
        else:
            value[key] = _other(inner, rng)


def _other(value: Any, rng: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return rng.choice(["mouth", "eyes", "forehead", "another"])
    if isinstance(value, int | float):
        return rng.choice([1, 30, 5000, 0.001, value * rng.uniform(0, 2), -value, rng.random()])
    return rng.choice([None, 0.0, 0.5, 1.0])


@pytest.mark.parametrize("profile", PROFILES)
def test_every_claim_could_fail(profile: str) -> None:
    assert [one for one in conditions(profile) if changed(published(), one, wanted=False) is None] == []


def test_no_claim_is_made_of_nothing_but_a_name() -> None:
    for profile in PROFILES:
        for condition in conditions(profile):
            parse(condition)
            assert re.search(r"[<>]|==|!=|passes", condition), condition


def made(page: str, lang: str, results: dict[str, Any]) -> list[Claim]:
    file = ROOT / "content" / "faces" / f"{page}.{lang}.md"
    rendered = render_page(
        file,
        page=page,
        lang=lang,
        results=results,
        figure=lambda name: "",
        known_figures=None,
        strings=lambda key, **values: "",
        look=anything,
    )
    assert rendered.problems == ()
    return list(rendered.claims)


@pytest.mark.parametrize("page", PAGES)
def test_a_flipped_result_fails_the_claim_in_both_languages(page: str) -> None:
    said = {lang: [claim.condition for claim in made(page, lang, published())] for lang in LANGUAGES}
    assert said["en"] == said["zh-Hant"]
    assert said["en"]
    for condition in sorted(set(said["en"])):
        flipped = changed(published(), condition, wanted=False)
        assert flipped is not None, condition
        for lang in LANGUAGES:
            there = [claim for claim in made(page, lang, flipped) if claim.condition == condition]
            # A sentence under {% if %} may give way to the other one; whatever still stands is marked.
            assert all(not claim.holds for claim in there), (condition, lang)
            assert there or "filters.dead" in condition, (condition, lang)
