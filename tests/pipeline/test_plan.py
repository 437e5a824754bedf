"""Which stages run, and what is hashed before it is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator.config.load import Loaded, load_config
from generator.pipeline.artifact import Artifact
from generator.pipeline.fingerprint import fingerprints
from generator.pipeline.plan import Step, make_plan
from generator.pipeline.store import Store
from tests.pipeline.test_store import StuckStamps

CONFIG = Path(__file__).parents[2] / "config.yaml"


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Loaded, Store, StuckStamps]:
    """A store with a result of every stage, seen once."""
    loaded, store, digests = load_config(CONFIG), Store(tmp_path / "store"), StuckStamps(tmp_path / "digests.json")
    for stage, (fingerprint, parts) in fingerprints(loaded, digests).items():
        artifact = Artifact(arrays={"a": np.arange(9)}, files={"b.csv": b"1"})
        store.write(store.entry(stage, fingerprint), artifact, parts)
    assert stale(*planned(loaded, store, digests)) == set()
    return loaded, store, digests


def planned(loaded: Loaded, store: Store, digests: StuckStamps, *forced: str) -> tuple[list[Step], list[str]]:
    return make_plan(loaded, store, digests, {}, frozenset(forced))


def stale(steps: list[Step], damaged: list[str]) -> set[str]:
    """Names of the stages that run; also checks that all stages are there, each after what it reads."""
    seen: set[str] = set()
    for step in steps:
        assert seen >= set(step.stage.needs)
        seen.add(step.stage.name)
    assert len(seen) == 15
    return {step.stage.name for step in steps if not step.fresh}


def flip(store: Store, stage: str, part: str) -> None:
    (file,) = (store.folder / stage).glob(f"*/{part}")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("part", ["artifact.json", "files/b.csv", "manifest.json"])
def test_what_pages_are_made_of_is_hashed_every_time(kept: tuple[Loaded, Store, StuckStamps], part: str) -> None:
    flip(kept[1], "lime-figures", part)
    steps, damaged = planned(*kept)
    assert stale(steps, damaged) == {"lime-figures"}
    assert len(damaged) == 1
    assert damaged[0].startswith("lime-figures in the store is damaged (")


def test_arrays_are_hashed_before_a_stage_reads_them(kept: tuple[Loaded, Store, StuckStamps]) -> None:
    flip(kept[1], "dataset", "arrays/a.npy")
    assert stale(*planned(*kept)) == set()  # nothing reads them
    steps, damaged = planned(*kept, "confusion")
    assert stale(steps, damaged) == {"dataset", "confusion", "confusion-figures"}
    assert damaged == [
        "dataset in the store is damaged (arrays/a.npy has other bytes than were written); it is computed anew"
    ]


def test_a_damaged_result_has_the_results_it_is_made_of_hashed_too(kept: tuple[Loaded, Store, StuckStamps]) -> None:
    flip(kept[1], "dataset", "arrays/a.npy")
    flip(kept[1], "model", "arrays/a.npy")
    flip(kept[1], "tsne-figures", "files/b.csv")
    steps, damaged = planned(*kept)
    assert stale(steps, damaged) == {"dataset", "model", "tsne-figures"}
    assert [line.split()[0] for line in damaged] == ["dataset", "model", "tsne-figures"]
