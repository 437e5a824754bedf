"""Compiled modules where Python is told to write none: as in many containers, every start would compile them anew."""

from __future__ import annotations

import os
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def keep_bytecode() -> None:
    """Keep compiled modules in the checkout's ``.cache``, for this process and the workers that it starts.

    ``PYTHONDONTWRITEBYTECODE`` asks that nothing be left beside the sources, and nothing is. Without compiled modules
    half of a build that computes nothing is compiling Jinja and Markdown, and TensorFlow takes twice as long to import.
    """
    # Only in a checkout: an installed package has no cache of its own.
    if not sys.dont_write_bytecode or sys.pycache_prefix or not os.path.exists(os.path.join(_ROOT, "pyproject.toml")):
        return
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = os.path.join(_ROOT, ".cache", "bytecode")
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
