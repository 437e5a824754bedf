from __future__ import annotations

from pathlib import Path

import pytest

from generator.pipeline.sources import Sources
from generator.pipeline.stages import STAGES


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "generator"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner" / "__init__.py").write_text("")
    (package / "a.py").write_text("import generator.b\n\ndef f():\n    from generator.inner import c\n")
    (package / "b.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from generator import d\n")
    (package / "d.py").write_text("x = 1\n")
    (package / "inner" / "c.py").write_text("from . import e\nfrom ..b import y\nimport os\n")
    (package / "inner" / "e.py").write_text("import generator.a\n")
    return package


def _hashes(package: Path, module: str, memo: Path | None = None) -> dict[str, str]:
    sources = Sources(memo, package.parent)
    found = sources.hashes(module)
    sources.save()
    return found


def test_imports_are_followed_into_functions_relative_names_and_circles(project: Path) -> None:
    found = set(_hashes(project, "generator.a"))
    names = {"generator", "generator.a", "generator.b", "generator.inner", "generator.inner.c", "generator.inner.e"}
    assert found == names


def test_imports_for_type_checkers_do_not_count(project: Path) -> None:
    assert "generator.d" not in _hashes(project, "generator.b")


def test_a_changed_helper_changes_everything_above_it(project: Path) -> None:
    memo = project.parent / "imports.json"
    before = _hashes(project, "generator.a", memo)
    (project / "inner" / "e.py").write_text("import generator.a\nz = 2\n")
    after = _hashes(project, "generator.a", memo)
    assert {name for name in after if after[name] != before[name]} == {"generator.inner.e"}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_no_stage_depends_on_how_pages_are_made(stage: object) -> None:
    # A stage that imported the renderer would be computed anew on every edit of a template's code.
    modules = Sources().hashes(stage.module)  # type: ignore[attr-defined]
    pages = ("generator.site", "generator.commentary", "generator.serve", "generator.commands", "generator.cli")
    assert [name for name in modules if name.startswith(pages)] == []


@pytest.mark.parametrize("added", ["from . import f", "import generator.inner.f", "def g():\n    from .f import x"])
def test_a_new_import_and_a_new_module_are_noticed_although_the_rest_is_kept(project: Path, added: str) -> None:
    memo = project.parent / "imports.json"
    before = _hashes(project, "generator.a", memo)
    (project / "inner" / "e.py").write_text(f"import generator.a\n{added}\n")
    assert set(_hashes(project, "generator.a", memo)) == set(before)
    (project / "inner" / "f.py").write_text("x = 1\n")
    assert set(_hashes(project, "generator.a", memo)) == {*before, "generator.inner.f"}


def test_what_is_kept_of_the_sources_gives_the_same_as_reading_them(project: Path) -> None:
    memo = project.parent / "imports.json"
    first = _hashes(project, "generator.a", memo)
    stamp = memo.stat().st_mtime_ns
    assert _hashes(project, "generator.a", memo) == _hashes(project, "generator.a") == first
    assert memo.stat().st_mtime_ns == stamp, "written although nothing is new in it"


def test_a_damaged_memo_is_not_believed(project: Path) -> None:
    memo = project.parent / "imports.json"
    whole = _hashes(project, "generator.a", memo)
    memo.write_bytes(memo.read_bytes().replace(b"generator.inner.c", b"generator.inner.x"))
    assert _hashes(project, "generator.a", memo) == whole
