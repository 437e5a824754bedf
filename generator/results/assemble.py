"""``results.json``: what all stages measured, in one tree."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from generator import __version__
from generator.config.load import Loaded
from generator.pipeline.artifact import Artifact
from generator.pipeline.plan import Step

_SHOWN_VERSIONS = (
    "tensorflow",
    "keras",
    "lime",
    "scikit-learn",
    "scikit-image",
    "numpy",
    "scipy",
    "matplotlib",
)


def assemble(loaded: Loaded, steps: list[Step], artifacts: Mapping[str, Artifact]) -> dict[str, Any]:
    """Merge the stages' groups and say where they come from.

    Args:
        loaded: the configuration.
        steps: the plan, for the fingerprints.
        artifacts: stage name to artifact.

    Returns:
        The tree of ``results.json`` without ``claims``, which the rendering of the commentary adds.
    """
    entries = {step.stage.name: (step.entry.name, step.parts) for step in steps}
    return assembled(loaded.name, entries, artifacts)


def assembled(
    profile: str, entries: Mapping[str, tuple[str, Mapping[str, Any]]], artifacts: Mapping[str, Artifact]
) -> dict[str, Any]:
    """The same from what the store holds, where there is no plan.

    Args:
        profile: its name.
        entries: stage name to its entry's name and the parts of its fingerprint, in the order of the stages.
        artifacts: stage name to artifact.

    Raises:
        KeyError: for parts that are not whole.
    """
    merged: dict[str, Any] = {}
    for stage in entries:
        _merge(merged, artifacts[stage].results)
    merged.setdefault("dataset", {})["profile"] = profile
    files = {name: digest for _, parts in entries.values() for name, digest in parts["file"].items()}
    merged["provenance"] = {
        "generator": __version__,
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in _SHOWN_VERSIONS},
        "seed": next(iter(entries.values()))[1]["seed"],
        "files": files,
        "fingerprints": {stage: name for stage, (name, _) in entries.items()},
    }
    return merged


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, Mapping):
            into[key] = {}
            _merge(into[key], value)
        else:
            into[key] = value
