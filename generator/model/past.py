"""A training run's own networks at the ends of epochs that a later cycle learns from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from generator.errors import InputError
from generator.model.checkpoints import replace_file
from generator.model.recipe import Recipe


class Past:
    """The averaged weights after the epochs that any of a recipe's cycles names in `selves`.

    Args:
        recipe: of the run.
        folder: of its checkpoint, where they are kept as ``past-074.npz``; None: in memory.
    """

    def __init__(self, recipe: Recipe, folder: Path | None) -> None:
        self._wanted = {epoch for cycle in recipe.cycles for epoch in cycle.selves}
        self._folder = folder
        self._weights: dict[int, list[np.ndarray]] = {}

    def keep(self, epoch: int, weights: Sequence[np.ndarray]) -> None:
        """Keep the network as it is after an epoch, counted from 1, if a cycle will ask for it."""
        if epoch not in self._wanted:
            return
        if self._folder is None:
            self._weights[epoch] = list(weights)
            return
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {f"{index:03d}": value for index, value in enumerate(weights)}
        np.savez(buffer, **arrays)
        replace_file(_file(self._folder, epoch), buffer.getvalue())

    def weights(self, epoch: int) -> list[np.ndarray]:
        """The network's weights after an epoch.

        Raises:
            InputError: they are not there, since the run went on from another's end.
        """
        if self._folder is None:
            return self._weights[epoch]
        file = _file(self._folder, epoch)
        if not file.is_file():
            raise InputError(f"the run learns from its network after epoch {epoch}, which is not there", file)
        with np.load(file, allow_pickle=False) as kept:
            return [kept[name] for name in sorted(kept.files)]

    def lacks(self, before: int) -> bool:
        """Whether a network of an epoch before the given one is asked for and is not there."""
        asked = {epoch for epoch in self._wanted if epoch < before}
        if self._folder is None:
            return not asked <= self._weights.keys()
        return any(not _file(self._folder, epoch).is_file() for epoch in asked)


def _file(folder: Path, epoch: int) -> Path:
    return folder / f"past-{epoch:03d}.npz"
