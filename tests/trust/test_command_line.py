"""Bad input through the command line: one line that says where, exit code 2, no traceback, nothing written."""

from __future__ import annotations

import fnmatch
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from generator.cli import main
from generator.pipeline import runner
from tests.config.test_load import BAD
from tests.dataset.test_bad_data import CASES, Case
from tests.trust.project import OPTIONS, ROOT, build, make_project
from tests.trust.refusing import HEAD, in_process, refused


@pytest.mark.parametrize(("text", "line", "what"), BAD, ids=[f"{i}-{case[2][:25]}" for i, case in enumerate(BAD)])
def test_bad_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, what: str) -> None:
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    assert refused(tmp_path, capsys) == f"{tmp_path / 'config.yaml'}:{line}: {what}\n"
    assert not (tmp_path / ".cache").exists()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_data(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_drive", in_process())
    (tmp_path / "given").mkdir()
    data = case.build(tmp_path / "given")
    options = msgspec.json.encode({"path": str(data), **case.options}).decode()
    config = tmp_path / "config.yaml"
    config.write_text(f"{HEAD}    seed: 1\n    dataset: {options}\n", "utf-8")
    said = refused(tmp_path, capsys)
    expected = case.said(data)
    if "there is no file or folder" in expected:  # noticed before any stage runs, in the option that names it
        assert said.startswith(f"{config}:6: dataset.path: there is no file or folder {data}")
    elif expected.startswith("dataset."):
        assert said == f"{config}:6: {expected}\n"
    elif expected.endswith("*"):
        assert said.startswith(expected[:-1])
    else:
        assert said == f"{expected}\n"


ARGUMENTS = [
    (["biuld"], "argument COMMAND: invalid choice: 'biuld' (choose from *"),
    ([], "the following arguments are required: COMMAND; see python -m generator --help"),
    (["build", "--stric"], "unrecognized arguments: --stric; see *"),
    (["build", "--force", "tsn"], "argument --force: invalid choice: 'tsn' (choose from *"),
    (["build", "--data"], "argument --data: expected one argument; see *"),
    (["serve", "--port", "80800"], "argument --port: expected 0 to 65535, got '80800'; see *"),
    (["serve", "--port", "http"], "argument --port: expected 0 to 65535, got 'http'; see *"),
    (["build", "--config", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
    (["build", "--config", "."], ".: cannot be read: Is a directory"),
    (["build", "--profile", "tyni"], "config.yaml:3: there is no profile 'tyni' (did you mean 'tiny'?)"),
    (["build", "--out", "/"], "--out /: a site is not written over /; give a folder of its own"),
    (["build", "--out", "config.yaml"], "--out config.yaml: is a file, not a folder"),
    (["build", "--data", "/dev/zero"], "--data: /dev/zero is neither a file nor a folder"),
    (["build", "--data", "nowhere.zip"], "--data: there is no file or folder *"),
    (["build", "--model", "nowhere.h5"], "--model: there is no file or folder *"),
    (["build", "--data", "caf\udce9.zip"], "*/caf\\udce9.zip: is no UTF-8 text, in which names of files are written *"),
    (["train"], "config.yaml:4: profile 'tiny' trains in the build; name its weights in model.weights to ship them"),
    (["check", "--accept-translation", "no.md"], "no.md: there is no such file; name either language's file of a page"),
    (["draft"], "config.yaml:4: the profile 'tiny' was not built yet; run: python -m generator build --profile tiny"),
]


@pytest.mark.parametrize(("arguments", "what"), ARGUMENTS, ids=[what[:30] for _, what in ARGUMENTS])
def test_bad_arguments(
    arguments: list[str],
    what: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runner, "_drive", in_process())
    (tmp_path / "config.yaml").write_text(f"{HEAD}    seed: 1\n".replace("  tiny:\n    seed: 1", "  tiny: {seed: 1}"))
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse ends the program itself
        code = int(end.code or 0)
    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1, said
    told = re.sub(r"^python -m generator( \w+)?: ", "", said)
    assert fnmatch.fnmatchcase(told, what) if "*" in what else told == f"{what}\n"
    assert not (tmp_path / "site").exists()


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
