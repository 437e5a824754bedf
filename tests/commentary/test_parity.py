"""Two languages of a page: what counts as saying the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.commentary import translation
from generator.commentary.folder import check_folder
from generator.commentary.parity import Difference
from generator.errors import InputError

LANGUAGES = ("zh-Hant", "en")
ZH = """# 標題

## 開心

[嘴巴]{claim="saliency.happy.mouth.low > 1"}

{{ figure("saliency-means") }}

## 難過

[眼睛]{claim="saliency.sad.eyes.low > 1"}
"""
EN = """# Title

## Happy

[the mouth]{claim='saliency.happy.mouth.low  > 1'}

{{ figure('saliency-means') }}

## Sad

[the eyes]{claim="saliency.sad.eyes.low > 1"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A profile's commentary of one page in both languages, declared equal."""
    place = tmp_path / "content" / "toy"
    place.mkdir(parents=True)
    (place / "1-saliency.zh-Hant.md").write_text(ZH, "utf-8")
    (place / "1-saliency.en.md").write_text(EN, "utf-8")
    translation.accept(place / "1-saliency.en.md", LANGUAGES)
    return place


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check_folder(folder, LANGUAGES, folder.parents[1])]


def change(folder: Path, lang: str, old: str, new: str) -> None:
    file = folder / f"1-saliency.{lang}.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_translations_that_agree_leave_nothing_to_say(folder: Path) -> None:
    assert problems(folder) == []


def test_a_missing_translation_is_named(folder: Path) -> None:
    (folder / "1-saliency.en.md").unlink()
    assert problems(folder) == ["content/toy/1-saliency.en.md: there is no translation of 1-saliency.zh-Hant.md"]


def test_a_missing_claim_is_named_where_it_stands(folder: Path) -> None:
    change(folder, "zh-Hant", '[眼睛]{claim="saliency.sad.eyes.low > 1"}', "眼睛")
    found = problems(folder)
    assert (
        "content/toy/1-saliency.en.md:11: the claim 'saliency.sad.eyes.low > 1' has no counterpart in "
        "1-saliency.zh-Hant.md:9" in found
    )


def test_claims_in_another_order_are_named(folder: Path) -> None:
    more = ' [x]{claim="model.accuracy > 0"}\n'
    change(folder, "en", "> 1'}\n", "> 1'}" + more)
    change(folder, "zh-Hant", "[嘴巴]", more.strip() + " [嘴巴]")
    assert any("1-saliency.en.md:5: the claim" in line and "stands where" in line for line in problems(folder))


def test_a_missing_figure_is_named(folder: Path) -> None:
    change(folder, "en", "{{ figure('saliency-means') }}", "")
    assert any(
        line.startswith("content/toy/1-saliency.zh-Hant.md:7: the figure 'saliency-means' has no")
        for line in problems(folder)
    )


def formulas(folder: Path, zh: str, en: str) -> list[str]:
    """What is said of formulas where the second sections end in these sentences."""
    for lang, sentence in (("zh-Hant", zh), ("en", en)):
        with (folder / f"1-saliency.{lang}.md").open("a", encoding="utf-8") as file:
            file.write(f"\n{sentence}\n")
    return [line for line in problems(folder) if "the formula" in line]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        (r"$a$ 除以 $b$", r"over $b$ there is $a$"),
        (r"$a$", r"$a$, and once more $a$"),
        (r"$\frac{a}{\text{面積}}$", r"$\frac{ a }{ \text{area} }$"),
        ("$$\na = b\n$$", "$a=b$"),
        ("`$a$`", "`$b$`"),
        ("5$ 到 6$", "$5 to $6"),
        ("$p = {{ one('x') }}$", '$p = {{one("x")}}$'),
    ],
    ids=["order", "number", "words", "place", "code", "prices", "quotes"],
)
def test_formulas_may_stand_as_each_language_needs_them(folder: Path, zh: str, en: str) -> None:
    assert formulas(folder, zh, en) == []


def test_a_formula_that_the_other_language_lacks_is_named_once_on_either_side(folder: Path) -> None:
    found = formulas(folder, r"$E = \frac{s}{a}$，也就是 $E = \frac{s}{a}$", "$a$ and\n$E = \\frac{a}{s}$ and $a$")
    assert found == [
        r"content/toy/1-saliency.en.md:13: the formula 'a' has no counterpart in 1-saliency.zh-Hant.md:9",
        r"content/toy/1-saliency.en.md:14: the formula 'E = \frac{a}{s}' has no counterpart in 1-saliency.zh-Hant.md:9",
        r"content/toy/1-saliency.zh-Hant.md:13: the formula 'E = \frac{s}{a}' has no counterpart in 1-saliency.en.md:9",
    ]


def test_a_formula_of_another_section_is_no_counterpart(folder: Path) -> None:
    change(folder, "zh-Hant", "# 標題\n", "# 標題\n\n$a$\n")
    assert len(formulas(folder, "沒有", "$a$")) == 2


def test_a_heading_of_another_level_is_named(folder: Path) -> None:
    change(folder, "en", "## Sad", "### Sad")
    found = problems(folder)
    assert "content/toy/1-saliency.en.md:9: the heading '### Sad' has no counterpart in 1-saliency.zh-Hant.md" in found
    assert not any("claim" in line for line in found)


def test_text_without_a_heading_is_named_as_such(folder: Path) -> None:
    change(folder, "en", "# Title", "Title")
    assert "content/toy/1-saliency.en.md:1: the text before the first heading has no counterpart" in problems(folder)[0]


def test_headings_in_code_do_not_count(folder: Path) -> None:
    change(folder, "en", "[the eyes]", "```\n# comment\n```\n\n[the eyes]")
    assert [problem.kind for problem in check_folder(folder, LANGUAGES, folder) if isinstance(problem, Difference)] == [
        "stale"
    ]


def test_a_translation_is_stale_where_its_counterpart_changed(folder: Path) -> None:
    change(folder, "zh-Hant", "[嘴巴]", "主要看[嘴巴]")
    (line,) = problems(folder)
    assert line.startswith("content/toy/1-saliency.en.md:3: the section 'Happy' may be out of date")
    assert "1-saliency.zh-Hant.md:3 changed" in line
    assert line.endswith("check --accept-translation content/toy/1-saliency.en.md")


def test_declaring_equal_settles_it(folder: Path) -> None:
    change(folder, "zh-Hant", "[嘴巴]", "主要看[嘴巴]")
    translation.accept(folder / "1-saliency.zh-Hant.md", LANGUAGES)
    assert problems(folder) == []


def test_blanks_at_line_ends_make_nothing_stale(folder: Path) -> None:
    change(folder, "en", "## Sad\n", "## Sad  \n\n")
    assert problems(folder) == []


def test_a_page_never_declared_equal_is_named(folder: Path) -> None:
    (folder / translation.FILE).unlink()
    assert "were never declared equal" in problems(folder)[0]


def test_files_that_no_page_shows_are_named(folder: Path) -> None:
    for name in ("1-salience.en.md", "2-filters.fr.md", "notes.md"):
        (folder / name).write_text("# x", "utf-8")
    found = "\n".join(problems(folder))
    assert "there is no page '1-salience' (did you mean '1-saliency'?)" in found
    assert "the report has no language 'fr'" in found
    assert "notes.md: is no commentary file" in found


def test_pages_in_a_language_that_the_report_leaves_out_wait(folder: Path) -> None:
    assert [str(problem) for problem in check_folder(folder, ("en",), folder)] == []


def test_a_folder_in_the_place_of_a_page_is_named(folder: Path) -> None:
    (folder / "methods.en.md").unlink(missing_ok=True)
    (folder / "methods.en.md").mkdir()
    assert "methods.en.md: is no file; a page's commentary is a Markdown file" in "\n".join(problems(folder))


def test_one_language_needs_no_counterpart(folder: Path) -> None:
    (folder / "1-saliency.en.md").unlink()
    assert check_folder(folder, ("zh-Hant",), folder) == []


def test_a_broken_declaration_is_named_with_its_line(folder: Path) -> None:
    (folder / translation.FILE).write_text('{\n"a": ]', "utf-8")
    assert any("translations.json:2: is not a list of declared" in line for line in problems(folder))


def test_a_page_without_counterpart_cannot_be_declared_equal(folder: Path) -> None:
    (folder / "1-saliency.en.md").unlink()
    with pytest.raises(InputError, match=r"1-saliency\.en\.md: is missing"):
        translation.accept(folder / "1-saliency.zh-Hant.md", LANGUAGES)


def test_pages_of_different_shape_cannot_be_declared_equal(folder: Path) -> None:
    change(folder, "en", "## Sad", "Sad")
    with pytest.raises(InputError, match="not the same number of sections"):
        translation.accept(folder / "1-saliency.zh-Hant.md", LANGUAGES)
