"""``check`` and ``draft`` from the command line, on a checkout with commentary and the results of a build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.commentary.draft.profile import draft_profile
from tests.commentary.measured import FACES, PARTS, whole_report

CONFIG = """site:
  title: {en: Toy, zh-Hant: 玩具}
profile: toy
profiles:
  toy: {}
"""


@pytest.fixture
def results() -> dict[str, Any]:
    return whole_report(FACES, PARTS, 3)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: dict[str, Any]) -> Path:
    """A checkout whose profile was built into ``measured/`` and has a draft for commentary."""
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    built = tmp_path / "measured"
    built.mkdir()
    (built / "results.json").write_text(json.dumps(results), "utf-8")
    draft_profile("toy", results, tmp_path / "content" / "toy", ("zh-Hant", "en"), figures=["claims-list"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("generator.site.check.check_site", lambda folder: [])
    return tmp_path


def run(*arguments: str) -> int:
    return main(["check", "--out", "measured", *arguments])


def test_sound_commentary_passes(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "claims hold in measured/results.json; nothing to mend" in capsys.readouterr().out


def test_all_mistakes_of_all_files_are_told_at_once(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for page in ("2-filters", "4-tsne"):
        file = checkout / "content" / "toy" / f"{page}.en.md"
        file.write_text(file.read_text("utf-8") + "\n{{ model.acuracy }}\n\n{{ nothing.at.all }}\n", "utf-8")
    assert run() == 2
    told = capsys.readouterr().err.splitlines()
    for page in ("2-filters", "4-tsne"):
        assert sum(line.startswith(f"content/toy/{page}.en.md:") and "no result named" in line for line in told) == 2
    assert [line.partition(":")[0] for line in told] == sorted(line.partition(":")[0] for line in told)


def test_a_result_that_changed_fails_the_claim_in_both_languages(
    checkout: Path, results: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    results["tsne"]["last"]["knn_low"] = 0.0
    (checkout / "measured" / "results.json").write_text(json.dumps(results), "utf-8")
    assert run() == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "does not hold" in line]
    assert all("tsne.last.knn_low = 0" in line for line in told if "tsne.last.knn_low" in line)
    assert {line.partition(":")[0] for line in told} >= {
        "content/toy/4-tsne.en.md",
        "content/toy/4-tsne.zh-Hant.md",
    }


def test_a_stale_translation_is_told_and_settled(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = checkout / "content" / "toy" / "4-tsne.en.md"
    file.write_text(file.read_text("utf-8") + "\nOne more thought.\n", "utf-8")
    assert run() == 2
    assert "4-tsne.zh-Hant.md:" in capsys.readouterr().err
    assert run("--accept-translation", "content/toy/4-tsne.en.md") == 0
    assert run() == 0


def test_several_pages_are_declared_equal_at_once_and_told_once_a_page(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [checkout / "content" / "toy" / f"{page}.en.md" for page in ("1-saliency", "4-tsne")]
    for file in files:
        file.write_text(file.read_text("utf-8").replace(". ", ".  ").replace("\n## ", "\nMore.\n\n## "), "utf-8")
    assert run() == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "may be out of date" in line]
    assert len(told) > 4
    assert sum("read both, then run" in line for line in told) == 2
    assert run("--accept-translation", *map(str, files)) == 0
    assert run() == 0


def test_a_profile_never_built_is_checked_for_form(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "measured" / "results.json").unlink()
    assert run() == 0
    assert "has not been built here" in capsys.readouterr().out
    file = checkout / "content" / "toy" / "4-tsne.en.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("{claim=", "{clam=", 1).replace("tsne.first.null", "tsne.fist.null"), "utf-8")
    capsys.readouterr()
    assert run() == 2
    told = capsys.readouterr().err
    assert "is no attribute that commentary knows" in told
    assert "no result named 'tsne.fist' (did you mean 'tsne.first'?)" in told


def test_results_of_another_profile_are_not_taken(
    checkout: Path, results: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    results["dataset"]["profile"] = "other"
    (checkout / "measured" / "results.json").write_text(json.dumps(results), "utf-8")
    assert run() == 0
    assert "has not been built here" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["content/toy/nowhere.en.md", "content/toy/translations.json"])
def test_only_commentary_can_be_declared_equal(checkout: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--accept-translation", name) == 2
    assert name in capsys.readouterr().err


def test_a_draft_needs_results(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft"]) == 2
    assert capsys.readouterr().err.strip() == (
        "config.yaml:5: the profile 'toy' was not built yet; run: python -m generator build --profile toy"
    )


def test_a_draft_is_written_where_nothing_is(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "measured").rename(checkout / "site")
    strings = checkout / "templates" / "strings"
    strings.mkdir(parents=True)
    (strings / "x.yaml").write_text("class.happy: {en: Happy, zh-Hant: 開心}\n", "utf-8")
    for language in ("en", "zh-Hant"):
        (checkout / "content" / "toy" / f"3-lime.{language}.md").unlink()
    assert main(["draft"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "content/toy/3-lime.zh-Hant.md: written",
        "content/toy/3-lime.en.md: written",
    ]
    assert main(["draft"]) == 0
    assert "every page has its text; nothing written" in capsys.readouterr().out
    (checkout / "content" / "toy" / "3-lime.en.md").unlink()
    assert main(["draft"]) == 0
    assert capsys.readouterr().out.strip() == (
        "content/toy/3-lime.en.md: not written, since the page has a text in another language; translate that"
    )


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_translation_that_is_not_utf8_is_named(
    checkout: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    file = checkout / f"content/toy/4-tsne.{language}.md"
    file.write_bytes("# 看\n".encode("utf-16"))
    assert run("--accept-translation", "content/toy/4-tsne.en.md") == 2
    assert capsys.readouterr().err.strip().endswith(f"4-tsne.{language}.md:1: is not UTF-8 text")
