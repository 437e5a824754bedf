"""``check`` beside ``build``: the same names, the same results, and no traceback whatever lies in the site."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from generator.cli import main
from generator.config.load import load_config
from generator.pipeline.artifact import Artifact
from generator.pipeline.digest import FileDigests
from generator.pipeline.plan import make_plan, write_latest
from generator.pipeline.store import Store
from generator.results.assemble import assemble

CONFIG = "site:\n  title: {en: Toy, zh-Hant: 玩具}\nprofile: toy\nprofiles:\n  toy: {seed: 7}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "content" / "toy").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def built(checkout: Path) -> None:
    """Leave in the cache what a build leaves, and write commentary that quotes every name of its provenance."""
    loaded, store = load_config(checkout / "config.yaml"), Store(checkout / ".cache" / "store")
    steps, _ = make_plan(loaded, store, FileDigests(checkout / ".cache" / "digests.json"), {})
    for step in steps:
        store.write(step.entry, Artifact({step.stage.name: {"n": 3}}), step.parts)
    write_latest(checkout / ".cache", "toy", steps)
    results = assemble(loaded, steps, {step.stage.name: store.read(step.entry) for step in steps})
    assert results["provenance"]["seed"] == 7
    quoted = "{{ provenance.seed }}, {{ provenance.generator }}, {{ provenance.fingerprints.lime }}, {{ dataset.n }}"
    for lang in ("en", "zh-Hant"):
        file = checkout / "content" / "toy" / f"2-filters.{lang}.md"
        file.write_text(f"# Filters\n\nFrom seed {quoted}.\n", "utf-8")
    assert main(["check", "--accept-translation", "content/toy/2-filters.en.md"]) == 0


def test_check_knows_every_name_that_the_build_knows(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built(checkout)
    assert main(["check"]) == 0, capsys.readouterr().err
    assert "hold in the last build; nothing to mend" in capsys.readouterr().out


def test_results_without_their_inputs_are_not_believed(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built(checkout)
    for file in (checkout / ".cache" / "store").glob("*/*/inputs.json"):
        file.unlink()
    for file in (checkout / "content" / "toy").glob("*.md"):
        file.write_text("# Filters\n\nFrom seed {{ provenance.seed }}.\n", "utf-8")
    assert main(["check", "--accept-translation", "content/toy/2-filters.en.md"]) == 0
    assert main(["check"]) == 0
    assert "has not been built here" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["index.html", "en/1-saliency.html"])
@pytest.mark.parametrize("profile", ["toy", "other"])
def test_a_page_of_the_site_that_is_no_text_is_named(
    checkout: Path, capsys: pytest.CaptureFixture[str], name: str, profile: str
) -> None:
    page = checkout / "site" / name
    page.parent.mkdir(parents=True)
    page.write_bytes("<p>\n看".encode("big5"))
    (checkout / "site" / "results.json").write_text(json.dumps({"dataset": {"profile": profile}}), "utf-8")
    assert main(["check"]) == 2
    assert capsys.readouterr().err == f"site/{name}:2: is not UTF-8 text\n"


@pytest.mark.parametrize("results", [{"dataset": "x"}, {"dataset": None}, {"dataset": [1]}, [], "x", None])
def test_results_of_another_shape_are_nobodys(
    checkout: Path, capsys: pytest.CaptureFixture[str], results: object
) -> None:
    (checkout / "site").mkdir()
    (checkout / "site" / "results.json").write_text(json.dumps(results), "utf-8")
    assert main(["check"]) == 0
    assert "has not been built here" in capsys.readouterr().out


def test_check_refuses_a_commentary_folder_that_is_not_there_and_draft_does_not(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "config.yaml").write_text(CONFIG.replace("seed: 7", "content: tyo"), "utf-8")
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("config.yaml:5: profiles.toy.content is 'tyo', but there is no folder content/tyo (did you")
    assert told.count("\n") == 1
    assert main(["draft"]) == 2
    assert "the profile 'toy' was not built yet" in capsys.readouterr().err


def test_a_name_that_the_terminal_cannot_show_is_shown_escaped(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "content" / "toy").rename(checkout / "content" / "報告")
    (checkout / "config.yaml").write_text(CONFIG.replace("seed: 7", "content: 報告"), "utf-8")
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="cp1252", errors="strict"))
    assert main(["check"]) == 0
    sys.stdout.flush()
    assert shown.getvalue().startswith(rb"content/\u5831\u544a: well formed")


def test_a_program_without_a_terminal_runs_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)  # as under pythonw
    assert main(["check"]) == 0


def test_check_names_a_data_file_that_is_not_there(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "config.yaml").write_text(CONFIG.replace("{seed: 7}", "\n    dataset: {path: nowhere.zip}"), "utf-8")
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("config.yaml:6: dataset.path: there is no file or folder ")
    assert told.count("\n") == 1
