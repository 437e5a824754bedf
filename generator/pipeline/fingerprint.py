"""What a stage's result depends on, part by part, and the hash of it all."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from generator.config.load import Loaded
from generator.errors import InputError, nearest
from generator.model.shipped import belonging, shipped_weights
from generator.pipeline.digest import FileDigests
from generator.pipeline.libraries import Libraries
from generator.pipeline.sources import Sources
from generator.pipeline.stages import STAGES, Stage


def options_of(stage: Stage, loaded: Loaded) -> Any:
    """The Struct of the stage's options, or None."""
    return None if stage.section is None else getattr(loaded.profile, stage.section)


def external_file(stage: Stage, loaded: Loaded) -> Path | None:
    """The data or model file that the stage reads, if there is one.

    Raises:
        InputError: when the configuration names one that is not there, or describes a model and names none.
    """
    profile = loaded.profile
    if stage.name == "dataset" and profile.dataset.path is not None:
        return _existing(Path(profile.dataset.path), "dataset", loaded)
    if stage.name == "model":
        if profile.model.path is not None:
            return _existing(Path(profile.model.path), "model", loaded)
        _refuse_what_needs_a_file(loaded)
        if profile.model.weights is not None:
            return shipped_weights(profile.model.weights)
    return None


def check_files(loaded: Loaded) -> None:
    """Refuse a data or model file that the configuration names and that is not there.

    Raises:
        InputError: with the option's line.
    """
    for section, path in (("dataset", loaded.profile.dataset.path), ("model", loaded.profile.model.path)):
        if path is not None:
            _existing(Path(path), section, loaded)


def _refuse_what_needs_a_file(loaded: Loaded) -> None:
    model = loaded.profile.model
    given = {"classes": model.classes, "preprocess": model.preprocess, "allow_lambda": model.allow_lambda or None}
    for key, value in given.items():
        if value is not None:
            raise InputError(
                f"model.{key} is said of a model that you bring; give it in model.path or with --model",
                loaded.document.file,
                loaded.line("model", key),
            )


def _existing(path: Path, section: str, loaded: Loaded) -> Path:
    if path.is_file() or path.is_dir():
        return path
    if path.exists():
        message = f"{path} is neither a file nor a folder"
    elif path.parent.is_dir():
        near = nearest(path.name, [file.name for file in path.parent.iterdir()])
        # A long list of what else lies there would be no help.
        message = f"there is no file or folder {path}{near if near.startswith(' (did') else ''}"
    else:
        message = f"there is no file or folder {path} (nor the folder {path.parent})"
    if (loaded.overrides.data if section == "dataset" else loaded.overrides.model) is not None:
        raise InputError(f"--{'data' if section == 'dataset' else 'model'}: {message}")
    raise InputError(f"{section}.path: {message}", loaded.document.file, loaded.line(section, "path"))


def fingerprints(
    loaded: Loaded, digests: FileDigests, sources: Sources | None = None
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Fingerprint and its parts for every stage of a profile, in the table's order.

    Args:
        loaded: the configuration with its chosen profile.
        digests: hashes of files.
        sources: the program's sources as they are now; None: they are read.

    Raises:
        InputError: when a data or model file is missing.
    """
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    sources, libraries = sources or Sources(), Libraries()
    for stage in STAGES:
        options = msgspec.to_builtins(options_of(stage, loaded)) or {}
        external = external_file(stage, loaded)
        if external is not None:
            # Content, not place: moving the data is no reason to compute anew; its name is shown on the pages.
            options["path"] = external.name
        parts: dict[str, Any] = {
            "options": options,
            "seed": loaded.profile.seed,
            "file": {file.name: _digest(file, digests) for file in ([] if external is None else belonging(external))},
            "module": sources.hashes(stage.module),
            "stage": {name: found[name][0] for name in stage.needs},
            "library": {name: libraries.version(name) for name in stage.libraries} | {"python": sys.version.split()[0]},
        }
        text = json.dumps([stage.name, parts], sort_keys=True, ensure_ascii=False)
        # As they come back from the store, where tuples are lists: otherwise they would differ from themselves.
        found[stage.name] = hashlib.sha256(text.encode()).hexdigest(), json.loads(text)[1]
    return found


def _digest(path: Path, digests: FileDigests) -> str:
    try:
        return digests.of_tree(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What changed between two sets of parts, in words: ``options.samples 100 -> 500``, ``module x.py``."""
    changes: list[str] = []
    for part in ("options", "seed", "file", "module", "stage", "library"):
        old, new = before.get(part), now.get(part)
        if old == new:
            continue
        if not isinstance(old, dict) or not isinstance(new, dict):
            changes.append(f"{part} {old} -> {new}")
            continue
        for key in sorted({*old, *new}):
            if old.get(key) == new.get(key):
                continue
            if part in ("options", "library"):
                changes.append(f"{part} {key} {old.get(key)} -> {new.get(key)}")
            elif part == "stage":
                changes.append(f"stage {key} has a new result")
            else:
                state = "new" if key not in old else "gone" if key not in new else "changed"
                changes.append(f"{part} {key} {state}")
    return changes
