"""What README promises is tested, by the tests that it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _promises() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^## What it promises\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return [item for item in re.split(r"^- ", found.group(1), flags=re.MULTILINE)[1:] if item.strip()]


def _tests_of(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_tests_that_exist() -> None:
    promises = _promises()
    assert len(promises) >= 8
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", promise)
        assert named, f"names no test: {promise}"
        assert len(named) == promise.count("`tests/"), f"a test's name is not readable: {promise}"
        for file, function in named:
            assert (ROOT / file).is_file(), f"README names {file}, which is not there"
            tests = _tests_of(ROOT / file)
            assert any(name.startswith("test_") for name in tests), f"{file} holds no tests"
            assert not function or function in tests, f"README names {file}::{function}, which is not there"


def test_files_that_readme_points_to_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text) + re.findall(
        r"`((?:generator|content)/[\w/]+\.\w+)`", text
    )
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
