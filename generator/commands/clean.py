"""``clean``: remove what can be computed again. The site and the commentary are never touched."""

from __future__ import annotations

import argparse
import shutil

from generator.commands.paths import cache_of
from generator.errors import InputError
from generator.pipeline.lock import build_lock, folder_lock

_COMPUTED = ("store", "scratch", "latest", "logs", "matplotlib", "templates", "documents")
_LASTING = ("train", "bytecode")
"""What no result depends on the age of: checkpoints, and compiled modules, without which TensorFlow starts slowly."""


def run(options: argparse.Namespace) -> int:
    """Remove the cached results of all profiles, and with ``--all`` training checkpoints and compiled modules.

    Raises:
        InputError: there is no configuration, so no checkout.
    """
    if not options.config.is_file():
        # Without it there is no telling which folder's cache is meant.
        raise InputError("there is no such file", options.config)
    cache = cache_of(options.config)
    if not cache.is_dir():
        print("nothing to clean")
        return 0
    with build_lock(cache):
        names = (*_COMPUTED, *_LASTING) if options.all else _COMPUTED
        removed = [name for name in names if (cache / name).is_dir()]
        for checkpoints in (cache / "train").iterdir() if "train" in removed else ():
            if checkpoints.is_dir():
                with folder_lock(checkpoints, "a run is training in"):
                    shutil.rmtree(checkpoints)
        for name in removed:
            shutil.rmtree(cache / name)
        for memo in cache.glob("*.json"):
            memo.unlink()
    print(f"removed {', '.join(removed)}" if removed else "nothing to clean")
    return 0
