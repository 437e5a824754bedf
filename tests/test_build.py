"""The whole build, end to end, on small data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """
site: {title: {en: What the model looks at, zh-Hant: 看模型在看什麼}}
profile: small
profiles:
  small:
    dataset: {train_images: 700, evaluation_images: 350}
    model: {training: {recipe: faces, epochs: 2}}
    lime: {images_per_class: 2, class_samples: 64, max_samples: 64, first_samples: 32, segmenter_images: 2, seeds: 2}
    saliency: {images_per_class: 2, default_images_per_class: 2, noise_samples: 2, shown_noise_samples: 2, steps: 4}
    filters: {seeds: 2, steps: 5}
    tsne: {images: 70, measured: 140, large: 0, seeds: 1, shuffles: 10}
"""
HEAVY = ("tensorflow", "matplotlib", "sklearn", "skimage", "lime", "scipy")


def _build(folder: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", "build", "--config", str(folder / "config.yaml")]
    command += ["--out", str(folder / "out"), *more]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "config.yaml").write_text(CONFIG, "utf-8")
    done = _build(folder, "--explain")
    assert done.returncode == 0, done.stderr
    assert "saliency: runs: it has not run before" in done.stdout
    return folder


@pytest.mark.slow
def test_all_pages_are_there_in_both_languages(built: Path) -> None:
    names = ("index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods")
    for lang in ("zh-Hant", "en"):
        for name in names:
            assert (built / "out" / lang / f"{name}.html").is_file()
    for name in ("index.html", "404.html", "results.json", "sitemap.xml", ".nojekyll"):
        assert (built / "out" / name).is_file()
    results = json.loads((built / "out" / "results.json").read_text("utf-8"))
    assert set(results) >= {"dataset", "model", "saliency", "faithfulness", "filters", "lime", "tsne", "claims"}


@pytest.mark.slow
def test_the_second_build_computes_nothing_and_changes_nothing(built: Path) -> None:
    before = {path: path.read_bytes() for path in (built / "out").rglob("*") if path.is_file()}
    done = _build(built, "--explain")
    assert done.returncode == 0, done.stderr
    assert ": runs:" not in done.stdout
    assert "unchanged" in done.stdout
    assert {path: path.read_bytes() for path in (built / "out").rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_build_of_pages_alone_imports_nothing_heavy(built: Path) -> None:
    done = _build(built, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    imported = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "jinja2" in imported
    assert imported.isdisjoint(HEAVY)


@pytest.mark.slow
def test_a_changed_option_runs_its_stage_alone_and_says_why(built: Path) -> None:
    config = built / "config.yaml"
    config.write_text(CONFIG + "    confusion: {pairs: 3}\n", "utf-8")
    try:
        done = _build(built, "--explain")
    finally:
        config.write_text(CONFIG, "utf-8")
    assert done.returncode == 0, done.stderr
    assert "confusion: runs: options pairs 5 -> 3" in done.stdout
    assert "confusion-figures: runs: stage confusion has a new result" in done.stdout
    assert done.stdout.count(": runs:") == 2


def test_help_and_bad_input_need_no_build(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.replace("epochs", "epoch"), "utf-8")
    done = _build(tmp_path)
    assert done.returncode == 2
    assert "(did you mean 'epochs'?)" in done.stderr
    assert "Traceback" not in done.stderr
    missing = _build(tmp_path, "--data", "nowhere.zip")
    assert missing.returncode == 2
