from __future__ import annotations

from pathlib import Path

import pytest

from generator.pipeline import sources
from generator.pipeline.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "generator"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner" / "__init__.py").write_text("")
    (package / "a.py").write_text("import generator.b\n\ndef f():\n    from generator.inner import c\n")
    (package / "b.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from generator import d\n")
    (package / "d.py").write_text("x = 1\n")
    (package / "inner" / "c.py").write_text("from . import e\nfrom ..b import y\nimport os\n")
    (package / "inner" / "e.py").write_text("import generator.a\n")
    monkeypatch.setattr(sources, "_ROOT", tmp_path)
    sources.forget_sources()
    yield package
    sources.forget_sources()


def test_imports_are_followed_into_functions_relative_names_and_circles(project: Path) -> None:
    found = set(sources.source_hashes("generator.a"))
    names = {"generator", "generator.a", "generator.b", "generator.inner", "generator.inner.c", "generator.inner.e"}
    assert found == names


def test_imports_for_type_checkers_do_not_count(project: Path) -> None:
    assert "generator.d" not in sources.source_hashes("generator.b")


def test_a_changed_helper_changes_everything_above_it(project: Path) -> None:
    before = sources.source_hashes("generator.a")
    (project / "inner" / "e.py").write_text("import generator.a\nz = 2\n")
    sources.forget_sources()
    after = sources.source_hashes("generator.a")
    assert {name for name in after if after[name] != before[name]} == {"generator.inner.e"}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_no_stage_depends_on_how_pages_are_made(stage: object) -> None:
    # A stage that imported the renderer would be computed anew on every edit of a template's code.
    modules = sources.source_hashes(stage.module)  # type: ignore[attr-defined]
    pages = ("generator.site", "generator.commentary", "generator.serve", "generator.commands", "generator.cli")
    assert [name for name in modules if name.startswith(pages)] == []
