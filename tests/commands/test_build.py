"""What ``build`` refuses before it computes, and what it keeps of other profiles."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator.commands.build import compute
from generator.config.load import load_config
from generator.pipeline import runner
from generator.pipeline.artifact import Artifact
from generator.pipeline.plan import Step
from generator.pipeline.sources import Sources
from generator.pipeline.store import Store
from tests.dataset.making import by_class, folder
from tests.trust.project import ROOT
from tests.trust.refusing import HEAD, in_process, refused


def test_a_commentary_folder_that_is_not_there_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.yaml").write_text(f"{HEAD}    content: tinny\n", "utf-8")
    (tmp_path / "content" / "tiny").mkdir(parents=True)
    assert refused(tmp_path, capsys) == (
        f"{tmp_path / 'config.yaml'}:5: profiles.tiny.content is 'tinny', but there is no folder content/tinny "
        "(did you mean 'tiny'?); make it if it is new\n"
    )


def test_a_file_of_the_data_whose_name_is_no_text_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_drive", in_process())
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "config.yaml").write_text(f"{HEAD}    seed: 1\n", "utf-8")
    data = folder(tmp_path / "data", by_class(("happy", "sad")))
    Path(os.fsdecode(bytes(data) + "/happy/笑.png".encode("big5"))).write_bytes(b"")
    said = refused(tmp_path, capsys, "--data", str(data))
    assert said == f"{data}: name 'happy/\\udcaf\\udcba.png' holds characters that cannot be shown; rename it\n"


@pytest.mark.parametrize("option", ["--data", "--model"])
def test_an_empty_path_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    (tmp_path / "config.yaml").write_text(f"{HEAD}    seed: 1\n", "utf-8")
    assert refused(tmp_path, capsys, option, "").startswith(f"{option} is empty; name a file or folder")


def test_building_one_profile_often_leaves_the_results_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, cache = tmp_path / "config.yaml", tmp_path / ".cache"
    store, runs = Store(cache / "store"), []

    def run_stale(steps: list[Step], *_: Any) -> None:
        for step in steps:
            if not step.fresh:
                runs.append(step.stage.name)
                store.write(step.entry, Artifact(), step.parts)

    sources = Sources()  # read once: quicker, and the same although somebody edits the program meanwhile
    monkeypatch.setattr(runner, "run_stale", run_stale)
    monkeypatch.setattr("generator.commands.build.Sources", lambda memo: sources)

    def build(profile: str, seed: int) -> None:
        text = f"site: {{title: {{en: a, zh-Hant: b}}}}\nprofile: {profile}\nprofiles:\n"
        file.write_text(f"{text}  one: {{seed: 1}}\n  other: {{seed: {seed}}}\n", "utf-8")
        compute(load_config(file), cache, frozenset(), False)

    build("one", 0)
    for seed in range(2, 9):
        build("other", seed)
    assert len(list((cache / "store" / "lime").iterdir())) == 5, "one's, and the newest four"
    runs.clear()
    build("one", 8)
    assert runs == []
