from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.trust.project import build, make_project

_built: list[Path] = []


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny report built from nothing, once for all tests, also those of other folders; not to be changed."""
    if not _built:
        folder = make_project(tmp_path_factory.mktemp("first") / "報告")
        done = build(folder, umask=0o022, LC_ALL="C.UTF-8", TZ="Asia/Taipei", PYTHONHASHSEED="1")
        assert done.returncode == 0, done.stderr
        _built.append(folder)
    return _built[0]


@pytest.fixture
def project(first_build: Path, tmp_path: Path) -> Path:
    """A copy of it with all its results, to be changed at will."""
    return Path(shutil.copytree(first_build, tmp_path / "project"))
