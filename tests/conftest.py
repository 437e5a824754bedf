"""What tests of several folders share: one browser, and one tiny report built from nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.trust.project import build, make_project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the session; without one the tests are skipped, but never in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium; .ci/run installs it")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny report built from nothing, once for all tests; not to be changed."""
    folder = make_project(tmp_path_factory.mktemp("first") / "報告")
    done = build(folder, umask=0o022, LC_ALL="C.UTF-8", TZ="Asia/Taipei", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def project(first_build: Path, tmp_path: Path) -> Path:
    """A copy of it with all its results, to be changed at will."""
    return Path(shutil.copytree(first_build, tmp_path / "project"))
