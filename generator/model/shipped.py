"""Weights that come with the program, and the files that belong to them."""

from __future__ import annotations

from pathlib import Path

WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
"""For each name ``NAME.keras``, its card ``NAME.json`` and log ``NAME.log.json``, and ``NAME.epoch-NNN.keras``."""


def weights_file(name: str) -> Path:
    """Where the weights called `name` are, or will be."""
    return WEIGHTS / f"{name}.keras"


def shipped_weights(name: str) -> Path | None:
    """The same file, if it and its card are there."""
    file = weights_file(name)
    return file if file.is_file() and card_file(file).is_file() else None


def card_file(weights: Path) -> Path:
    """The card of shipped weights."""
    return weights.with_suffix(".json")


def snapshot_files(weights: Path) -> dict[int, Path]:
    """By epoch, the same network as it was in the course of its training, for question 4."""
    files = sorted(weights.parent.glob(f"{weights.stem}.epoch-*.keras"))
    return {int(file.stem.rpartition("-")[2]): file for file in files}


def belonging(file: Path) -> list[Path]:
    """The file, and with shipped weights all others that a build reads along with it."""
    if file.parent != WEIGHTS or not card_file(file).is_file():
        return [file]
    return [file, card_file(file), *snapshot_files(file).values()]
