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
    merged: dict[str, Any] = {}
    for step in steps:
        _merge(merged, artifacts[step.stage.name].results)
    merged.setdefault("dataset", {})["profile"] = loaded.name
    files = {name: digest for step in steps for name, digest in step.parts["file"].items()}
    merged["provenance"] = {
        "generator": __version__,
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in _SHOWN_VERSIONS},
        "seed": loaded.profile.seed,
        "files": files,
        "fingerprints": {step.stage.name: step.entry.name for step in steps},
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
