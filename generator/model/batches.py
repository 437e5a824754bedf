"""Runs a compiled step over many rows, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

ROUND = 16
"""The last batch is padded to a multiple of this: few rows are wasted, and few shapes are ever seen."""


_FACE = 48


def rows_at_once(rows: int, height: int, width: int) -> int:
    """How many inputs to work on at a time so that their layers' outputs take no more memory than those of faces.

    Args:
        rows: as many as for inputs of the size of a face; smaller inputs are no reason for more.
        height, width: of the inputs.
    """
    return min(rows, max(8, rows * _FACE * _FACE // (height * width)))


def in_batches(step: Callable[..., Sequence[Any]], size: int, *arrays: np.ndarray) -> list[np.ndarray]:
    """Run `step` on at most `size` rows of `arrays` at a time, and join what it returns.

    Args:
        step: works row by row; every tensor that it returns has as many rows as it was given.
        size: rows of a batch.
        arrays: with equally many rows each, perhaps none.
    """
    count = len(arrays[0])
    joined: list[np.ndarray] = []
    for start in range(0, max(count, 1), size):
        stop = min(start + size, count)
        missing = min(size, max(1, -(-(stop - start) // ROUND)) * ROUND) - (stop - start)
        rows = [array[start:stop] for array in arrays]
        if missing:
            rows = [np.concatenate([r, np.zeros((missing, *r.shape[1:]), r.dtype)]) for r in rows]
        outputs = [np.asarray(output) for output in step(*rows)]
        if not joined:
            joined = [np.empty((count, *output.shape[1:]), output.dtype) for output in outputs]
        for whole, output in zip(joined, outputs, strict=True):
            whole[start:stop] = output[: stop - start]
    return joined
