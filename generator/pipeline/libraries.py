"""Versions of installed libraries."""

from __future__ import annotations

import os
import re
import sys


class Libraries:
    """The distributions that are installed now, read once off the names of their folders.

    ``importlib.metadata`` parses a file per question, some milliseconds each, and a plan asks a hundred times.
    """

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}
        for place in sys.path:
            try:
                names = os.listdir(place or ".")
            except OSError:
                continue  # a zip file or a folder that is not there: asked of importlib below
            for name in sorted(names):
                if name.endswith(".dist-info"):
                    distribution, _, version = name.removesuffix(".dist-info").rpartition("-")
                    # The first place on the path is the one that Python imports from.
                    self._versions.setdefault(_normal(distribution), version)

    def version(self, distribution: str) -> str:
        """The version of a distribution; ``absent`` if it is not installed."""
        name = _normal(distribution)
        if name not in self._versions:
            from importlib import metadata

            try:
                self._versions[name] = metadata.version(distribution)
            except metadata.PackageNotFoundError:
                self._versions[name] = "absent"
        return self._versions[name]


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
