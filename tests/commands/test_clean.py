"""What ``clean`` removes, and when it removes nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from generator.cli import main
from generator.pipeline.lock import folder_lock

CONFIG = "site: {title: {en: a, zh-Hant: b}}\nprofile: p\nprofiles: {p: {}}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    for name in ("store/lime", "train/p", "bytecode/p"):
        (tmp_path / ".cache" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_results_go_and_what_lasts_stays_unless_all_is_said(checkout: Path) -> None:
    assert main(["clean"]) == 0
    assert not (checkout / ".cache" / "store").exists()
    assert (checkout / ".cache" / "train").exists()
    assert (checkout / ".cache" / "bytecode").exists()
    assert main(["clean", "--all"]) == 0
    assert not (checkout / ".cache" / "train").exists()
    assert not (checkout / ".cache" / "bytecode").exists()


def test_checkpoints_of_a_run_that_is_training_are_waited_for(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = checkout / ".cache" / "train" / "p"
    with folder_lock(run, "test"):
        cleaning = threading.Thread(target=main, args=(["clean", "--all"],))
        cleaning.start()
        cleaning.join(0.5)
        assert run.exists()
    cleaning.join(20)
    assert not run.exists()
    assert f"a run is training in {Path('.cache/train/p')}" in capsys.readouterr().err.replace(f"{checkout}/", "")


def test_a_configuration_that_is_not_there_is_bad_input_and_nothing_is_removed(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clean", "--config", "confg.yaml"]) == 2
    assert capsys.readouterr().err == "confg.yaml: there is no such file\n"
    assert (checkout / ".cache" / "store").exists()


def test_results_of_one_profile_alone_cannot_be_asked_for(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["clean", "--profile", "p"])
    assert "unrecognized arguments: --profile p" in capsys.readouterr().err
    assert (checkout / ".cache" / "store").exists()


def test_a_broken_configuration_can_be_cleaned_up_after(checkout: Path) -> None:
    (checkout / "config.yaml").write_text("profiles: [", "utf-8")
    assert main(["clean"]) == 0
