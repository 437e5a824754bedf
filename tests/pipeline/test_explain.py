"""What ``build --explain`` says runs, and why, after each sort of change."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.config.load import Overrides, load_config
from generator.pipeline.artifact import Artifact
from generator.pipeline.digest import FileDigests
from generator.pipeline.libraries import Libraries
from generator.pipeline.plan import Step, make_plan, read_latest, write_latest
from generator.pipeline.sources import Sources
from generator.pipeline.stages import ANALYSES, STAGES
from generator.pipeline.store import Store

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
site: {title: {en: A, zh-Hant: 甲}}
profile: own
profiles:
  own:
    dataset: {path: data.csv}
    model: {path: model.keras}
    confusion: {pairs: 5}
"""
UNCHANGED = "nothing that it depends on has changed"
EVERYTHING = {stage.name for stage in STAGES}


@dataclass
class Project:
    """A checkout whose last build finished; its results are empty, since nothing here looks into them."""

    root: Path

    def plan(self) -> dict[str, Step]:
        """Every stage with the verdict of a new process."""
        loaded = load_config(self.root / "config.yaml", Overrides(), self.cache)
        digests, sources = FileDigests(self.cache / "digests.json"), Sources(self.cache / "imports.json", self.root)
        steps, damaged = make_plan(
            loaded, Store(self.cache / "store"), digests, read_latest(self.cache, "own"), sources=sources
        )
        assert damaged == []
        digests.save()
        sources.save()
        return {step.stage.name: step for step in steps}

    def build(self) -> None:
        steps = self.plan().values()
        for step in steps:
            if not step.fresh:
                Store(self.cache / "store").write(step.entry, Artifact(), step.parts)
        write_latest(self.cache, "own", list(steps))

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    def run(self) -> dict[str, str]:
        """The stages that run, with the reason given; all others must say that nothing has changed."""
        plan = self.plan()
        assert {step.reason for step in plan.values() if step.fresh} <= {UNCHANGED}
        return {name: step.reason for name, step in plan.items() if not step.fresh}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(ROOT / "generator", folder / "generator", ignore=shutil.ignore_patterns("__pycache__", "weights"))
    kept = Sources(folder / "imports.json", folder)
    for stage in STAGES:
        kept.hashes(stage.module)
    kept.save()
    return folder


@pytest.fixture
def project(tmp_path: Path, sources: Path) -> Project:
    shutil.copytree(sources / "generator", tmp_path / "generator")
    (tmp_path / ".cache").mkdir()
    shutil.copy(sources / "imports.json", tmp_path / ".cache")
    for name in ("content/faces", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "data.csv").write_bytes(b"emotion,pixels,Usage\n0,1 2 3,Training\n")
    (tmp_path / "model.keras").write_bytes(b"weights")
    found = Project(tmp_path)
    assert set(found.run()) == EVERYTHING
    assert set(found.run().values()) == {"it has not run before"}
    found.build()
    return found


def _replaced(file: Path, content: bytes) -> None:
    """Another file of the same size under the same name, with the same time stamp."""
    before = file.stat()
    assert len(content) == before.st_size
    file.unlink()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_nothing(project: Project) -> None:
    assert project.run() == {}


@pytest.mark.parametrize("file", ["content/faces/1-saliency.en.md", "templates/page.html", "templates/assets/site.css"])
def test_edited_commentary_and_templates_compute_nothing(project: Project, file: str) -> None:
    path = project.root / file
    path.write_text(path.read_text("utf-8") + "\n\nMore.\n", "utf-8")
    assert project.run() == {}


def test_a_moved_checkout_computes_nothing(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    moved = tmp_path_factory.mktemp("moved") / "checkout"
    shutil.copytree(project.root, moved)
    assert Project(moved).run() == {}


def test_a_changed_option_of_one_analysis(project: Project) -> None:
    (project.root / "config.yaml").write_text(CONFIG.replace("pairs: 5", "pairs: 3"), "utf-8")
    assert project.run() == {
        "confusion": "options pairs 5 -> 3",
        "confusion-figures": "stage confusion has a new result",
    }


def test_a_changed_helper_module_of_two_analyses(project: Project) -> None:
    hashes = Sources(project.cache / "imports.json", project.root).hashes
    modules = {stage.name: set(hashes(stage.module)) for stage in STAGES}
    analyses = [modules[name] for name in ANALYSES]
    below = modules["model"] | {stage.module for stage in STAGES}
    shared = {name for one in analyses for name in one - below if sum(name in other for other in analyses) > 1}
    files = {name: project.root.joinpath(*name.split(".")).with_suffix(".py") for name in shared}
    helper = min(name for name, file in files.items() if file.is_file())
    users = {name for name, found in modules.items() if helper in found}
    file = files[helper]
    file.write_text(file.read_text("utf-8") + "\nMORE = 1\n", "utf-8")
    found = project.run()
    assert {name for name, reason in found.items() if f"module {helper} changed" in reason} == users
    followers = {stage.name for stage in STAGES if set(stage.needs) & users} - users
    assert set(found) >= users | followers
    assert all("stage " in found[name] and "has a new result" in found[name] for name in set(found) - users)
    assert not {"dataset", "model", "dataset-figures", "model-figures"} & set(found)


def test_a_data_file_of_equal_size_and_time_stamp(project: Project) -> None:
    _replaced(project.root / "data.csv", b"emotion,pixels,Usage\n0,1 2 4,Training\n")
    found = project.run()
    assert found["dataset"] == "file data.csv changed"
    assert set(found) == EVERYTHING
    assert all(reason.startswith("stage ") for name, reason in found.items() if name != "dataset")


def test_another_model(project: Project) -> None:
    _replaced(project.root / "model.keras", b"WEIGHTS")
    found = project.run()
    assert found["model"] == "file model.keras changed"
    assert found["tsne"] == "stage model has a new result"
    assert set(found) == EVERYTHING - {"dataset", "dataset-figures"}


def test_a_model_under_another_name_says_so(project: Project) -> None:
    shutil.copy(project.root / "model.keras", project.root / "other.keras")
    (project.root / "config.yaml").write_text(CONFIG.replace("model.keras", "other.keras"), "utf-8")
    found = project.run()["model"]
    assert "model.keras -> other.keras" in found


def test_an_upgraded_library(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Libraries().version("scikit-learn")
    (tmp_path / "newer" / "scikit_learn-99.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "newer"))
    found = project.run()
    users = {stage.name for stage in STAGES if "scikit-learn" in stage.libraries}
    assert {found[name] for name in users} == {f"library scikit-learn {before} -> 99.0"}
    assert set(found) == users | {stage.name for stage in STAGES if set(stage.needs) & users}


def test_versions_are_those_that_python_states() -> None:
    from importlib import metadata

    libraries = Libraries()
    for name in {name for stage in STAGES for name in stage.libraries}:
        assert libraries.version(name) == metadata.version(name)
    assert libraries.version("no-such-distribution") == "absent"


def test_two_changes_are_both_named(project: Project) -> None:
    (project.root / "config.yaml").write_text(CONFIG.replace("pairs: 5", "pairs: 3") + "    seed: 7\n", "utf-8")
    assert project.run()["confusion"].startswith("options pairs 5 -> 3; seed 2018 -> 7")
