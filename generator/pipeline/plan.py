"""Which stages are fresh, which must run, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.config.load import Loaded
from generator.pipeline.digest import FileDigests
from generator.pipeline.fingerprint import differences, fingerprints
from generator.pipeline.sources import Sources
from generator.pipeline.stages import STAGES, Stage
from generator.pipeline.store import CorruptEntry, Store


@dataclass(frozen=True)
class Step:
    """One stage of a plan.

    Attributes:
        stage: the stage.
        entry: its place in the store.
        parts: the parts of its fingerprint.
        fresh: whether the stored result is used again.
        reason: why it runs or not, in words.
    """

    stage: Stage
    entry: Path
    parts: dict[str, Any]
    fresh: bool
    reason: str


def make_plan(
    loaded: Loaded,
    store: Store,
    digests: FileDigests,
    latest: dict[str, str],
    forced: frozenset[str] = frozenset(),
    sources: Sources | None = None,
) -> tuple[list[Step], list[str]]:
    """Decide for every stage whether it runs.

    Args:
        loaded: the configuration with its chosen profile.
        store: where results are kept.
        digests: hashes of files.
        latest: stage to the entry folder's name that the profile's last build used (see `read_latest`).
        forced: stages to run although they are fresh; their figures run too.
        sources: the program's sources as they are now; None: they are read.

    Returns:
        The steps in order, and one line for every damaged entry that was dropped.
    """
    steps: list[Step] = []
    damaged: list[str] = []
    found = fingerprints(loaded, digests, sources)
    read: set[str] = set()
    # From the last stage to the first: what a stale stage reads is hashed to the last byte before it is used.
    for stage in reversed(STAGES):
        fingerprint, parts = found[stage.name]
        entry = store.entry(stage.name, fingerprint)
        is_forced = stage.name in forced or stage.name.removesuffix("-figures") in forced
        try:
            there = store.verify(entry, digests, arrays=stage.name in read)
            reason = "nothing that it depends on has changed"
        except CorruptEntry as corrupt:
            damaged.append(str(corrupt))
            store.drop(entry)
            there, reason = False, "its stored result was damaged"
        if is_forced and there:
            there, reason = False, "forced"
        elif not there and not reason.endswith("damaged"):
            reason = _why(stage, parts, store, latest)
        if not there:
            read.update(stage.needs)
        steps.append(Step(stage, entry, parts, there, reason))
    return steps[::-1], damaged[::-1]


def _why(stage: Stage, parts: dict[str, Any], store: Store, latest: dict[str, str]) -> str:
    if stage.name not in latest:
        return "it has not run before"
    before = store.inputs(store.folder / stage.name / latest[stage.name])
    changes = differences(before, parts) if before else []
    return "; ".join(changes) if changes else "its result is no longer in the store"


def latest_file(cache: Path, profile: str) -> Path:
    """Where the last build of a profile notes which entries it used."""
    return cache / "latest" / f"{profile}.json"


def read_latest(cache: Path, profile: str) -> dict[str, str]:
    """Stage to entry of the profile's last build; empty if there was none."""
    try:
        kept = json.loads(latest_file(cache, profile).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}


def write_latest(cache: Path, profile: str, steps: list[Step]) -> None:
    """Note the entries that a build used."""
    file = latest_file(cache, profile)
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".tmp")
    aside.write_text(json.dumps({step.stage.name: step.entry.name for step in steps}), "utf-8")
    aside.replace(file)
