"""Bad input through the command line: one line that says where, exit code 2, no traceback, nothing written."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.cli import main
from generator.config.load import Loaded
from generator.pipeline import runner, worker
from generator.pipeline.messages import Finished, Job, Message, Refused
from generator.pipeline.refusal import refusal
from tests.config.test_load import BAD
from tests.dataset.test_bad_data import CASES, Case
from tests.trust.project import OPTIONS, build, make_project

HEAD = "site: {title: {en: a, zh-Hant: b}}\nprofile: tiny\nprofiles:\n  tiny:\n"


def _in_process(jobs: list[Job], loaded: Loaded, *_: Any) -> Exception | None:
    """The worker's own code and messages, without the seconds that a process takes to start."""
    for job in jobs:
        if job.inputs:  # of the other worker, which waits for the data
            return None
        channel = io.StringIO()
        if not worker._run(job, channel):
            last: Message = msgspec.json.decode(channel.getvalue().splitlines()[-1], type=Message)
            assert isinstance(last, Refused), last
            return refusal(last, loaded)
        assert isinstance(msgspec.json.decode(channel.getvalue().splitlines()[-1], type=Message), Finished)
        return AssertionError(f"stage {job.stage} took it")
    return None


def _refused(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What a build says that must not go through."""
    code = main(["build", "--config", str(folder / "config.yaml"), "--out", str(folder / "site"), *more])
    said = capsys.readouterr()
    assert code == 2, said.err
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    # Progress on the stages before it may go ahead of the one line, nothing else does.
    assert not (folder / "site").exists()
    return said.err


@pytest.mark.parametrize(("text", "line", "what"), BAD, ids=[f"{i}-{case[2][:25]}" for i, case in enumerate(BAD)])
def test_bad_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, what: str) -> None:
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    assert _refused(tmp_path, capsys) == f"{tmp_path / 'config.yaml'}:{line}: {what}\n"
    assert not (tmp_path / ".cache").exists()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_data(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_drive", _in_process)
    (tmp_path / "given").mkdir()
    data = case.build(tmp_path / "given")
    options = msgspec.json.encode({"path": str(data), **case.options}).decode()
    config = tmp_path / "config.yaml"
    config.write_text(f"{HEAD}    seed: 1\n    dataset: {options}\n", "utf-8")
    said = _refused(tmp_path, capsys)
    expected = case.said(data)
    if "there is no file or folder" in expected:  # noticed before any stage runs, in the option that names it
        assert said.startswith(f"{config}:6: dataset.path: there is no file or folder {data}")
    elif expected.startswith("dataset."):
        assert said == f"{config}:6: {expected}\n"
    elif expected.endswith("*"):
        assert said.startswith(expected[:-1])
    else:
        assert said == f"{expected}\n"


def test_the_tables_have_enough_cases() -> None:
    assert len(BAD) + len(CASES) >= 120
    assert len({what for *_, what in BAD} | {case.message for case in CASES}) >= 100


OPTIONS_FOUND_BY_STAGES = [
    ("filters: {layer: activaton}", "filters.layer: the model has no layer 'activaton'"),
    ("saliency: {images: {hapy: x}}", "saliency.images names the class 'hapy', which does not exist"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "words"), OPTIONS_FOUND_BY_STAGES)
def test_options_that_only_a_stage_can_judge_are_found_in_the_file(project: Path, options: str, words: str) -> None:
    section = options.split(":", maxsplit=1)[0]
    config = (project / "config.yaml").read_text("utf-8")
    lines = [line for line in config.splitlines() if not re.match(rf"    {section}:", line)]
    lines = [line for line in lines if "randomisation" not in line] if section == "saliency" else lines
    (project / "config.yaml").write_text("\n".join([*lines, f"    {options}"]) + "\n", "utf-8")
    done = build(project)
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"config.yaml:{len(lines) + 1}: {words}"), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_real_worker_says_the_same(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", HEAD + OPTIONS)
    (project / "data.csv").write_text("emotion,pixels,Usage\n0,1 2 3,Training\n", "utf-8")
    done = build(project, "--data", "data.csv")
    assert (done.returncode, done.stderr) == (2, f"{project / 'data.csv'}:2: 3 pixels, expected 2,304 (48x48)\n")
    assert not (project / "site").exists()
