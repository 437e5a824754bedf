"""How little is loaded before a command does anything, and what is kept so that it stays quick."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.sealed import made_by, read_sealed, write_sealed

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("tensorflow", "keras", "numpy", "matplotlib", "sklearn", "skimage", "lime", "scipy", "PIL")
LISTED = "import sys, runpy, atexit; atexit.register(lambda: print(sorted(sys.modules), file=sys.stderr)); "


def _modules(*arguments: str) -> set[str]:
    """Top-level names of all modules that a command has imported when it ends."""
    program = LISTED + f"sys.argv = {['generator', *arguments]!r}; runpy.run_module('generator', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1].replace("'", '"'))}


@pytest.mark.parametrize("command", [["--help"], ["build", "--help"], ["--version"], ["biuld"]])
def test_help_loads_nothing_that_works_on_data_or_pages(command: list[str]) -> None:
    assert _modules(*command).isdisjoint({*HEAVY, "jinja2", "markdown", "msgspec", "yaml", "watchfiles", "rich"})


def test_checking_the_commentary_loads_nothing_heavy() -> None:
    found = _modules("check")
    assert found.isdisjoint(HEAVY)
    assert "markdown" in found, "this test looked at a command that did nothing"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "weights", "analyses", "faces", "figures", "dataset", "model")
    shutil.copytree(ROOT / "generator", tmp_path / "generator", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    return tmp_path


def _run(folder: Path, **environment: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    subprocess.run(
        [sys.executable, "-m", "generator", "--version"],
        cwd=folder,
        check=True,
        capture_output=True,
        env=kept | environment,
    )


def test_no_bytecode_lies_beside_the_sources_where_that_is_not_wanted(copied: Path) -> None:
    _run(copied, PYTHONDONTWRITEBYTECODE="1")
    assert list((copied / "generator").rglob("__pycache__")) == []
    assert any("cli" in file.name for file in (copied / ".cache" / "bytecode").rglob("*.pyc"))


def test_a_package_that_is_no_checkout_keeps_nothing(copied: Path) -> None:
    (copied / "pyproject.toml").unlink()
    _run(copied, PYTHONDONTWRITEBYTECODE="1")
    assert not (copied / ".cache" / "bytecode").exists()
    assert list((copied / "generator").rglob("__pycache__")) == []


def test_what_was_kept_is_read_back_by_its_maker_alone(tmp_path: Path) -> None:
    file, maker = tmp_path / "a" / "kept.json", made_by(__file__)
    content = {"字": [1, 2.5, None, True, {"a": ["b"]}]}
    write_sealed(file, maker, content)
    assert read_sealed(file, maker) == content
    assert read_sealed(file, made_by(str(ROOT / "config.yaml"))) is None
    assert [path.name for path in file.parent.iterdir()] == ["kept.json"]


def test_anything_damaged_is_not_believed(tmp_path: Path) -> None:
    file, maker = tmp_path / "kept.json", made_by(__file__)
    write_sealed(file, maker, {"a": 1, "b": [2, 3]})
    whole = file.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        file.write_bytes(damaged)
        assert read_sealed(file, maker) is None
        file.write_bytes(whole[:place])
        assert read_sealed(file, maker) is None
    assert read_sealed(tmp_path / "none.json", maker) is None


def test_what_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    write_sealed(tmp_path / "file" / "kept.json", "", {})
    write_sealed(tmp_path / "kept.json", "", {"a": "\ud800"})
    assert not (tmp_path / "kept.json").exists()
