"""``train``: train the profile's network to the end of its schedule and ship it with its card."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from generator.commands.paths import cache_of
from generator.config.load import Overrides, load_config
from generator.errors import InputError
from generator.pipeline.digest import FileDigests


def run(options: argparse.Namespace) -> int:
    """Train, or go on where a killed run stopped; see `generator.cli`."""
    cache = cache_of(options.config)
    loaded = load_config(options.config, Overrides(options.profile, options.data, None))
    name = loaded.profile.model.weights
    if name is None:
        line = loaded.line("model")
        message = f"profile '{loaded.name}' trains in the build; name its weights in model.weights to ship them"
        raise InputError(message, options.config, line)
    path = loaded.profile.dataset.path
    source = {"name": "drawn faces", "sha256": ""}
    if path is not None:
        if not Path(path).exists():
            raise InputError(f"there is no file or folder {path}")
        digests = FileDigests(cache / "digests.json")
        source = {"name": Path(path).name, "sha256": digests.of_tree(Path(path))}
        digests.save()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # Only here does this command become the worker: TensorFlow is imported below this line.
    from generator.model.shipping import train_and_ship

    report = train_and_ship(loaded.profile, source, cache, name, options.folder)
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return 0
