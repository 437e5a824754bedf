"""Where a checkout keeps what."""

from __future__ import annotations

from pathlib import Path


def root_of(config: Path) -> Path:
    """The checkout: the folder of its configuration file."""
    return config.absolute().parent


def cache_of(config: Path) -> Path:
    """The checkout's folder for everything that can be computed again."""
    return root_of(config) / ".cache"
