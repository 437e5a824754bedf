"""Checkpoints of a training run: written aside and renamed, so that a kill at any moment leaves a whole one."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_FILE = "checkpoint.npz"
_LISTS = ("network", "average", "velocity", "taught", "before")


@dataclass(frozen=True)
class Checkpoint:
    """Everything that a run needs to go on as if nothing had happened.

    Attributes:
        step: steps done.
        sums: of loss, accuracy and seconds over the present epoch.
        epochs: the learning curve so far.
        network, average, velocity: values of all variables, in order.
        taught: the teacher's probabilities, (images, classes), and of how many networks; empty before there are any.
        before: the averaged weights as the cycle began, if it is learnt from.
    """

    step: int
    sums: list[float]
    epochs: list[dict[str, Any]]
    network: list[np.ndarray]
    average: list[np.ndarray]
    velocity: list[np.ndarray]
    taught: list[np.ndarray] = field(default_factory=list)
    before: list[np.ndarray] = field(default_factory=list)


def write_checkpoint(folder: Path, state: Checkpoint) -> None:
    """Replace the folder's checkpoint."""
    head = json.dumps({"step": state.step, "sums": state.sums, "epochs": state.epochs})
    arrays = {f"{name}_{index:03d}": value for name in _LISTS for index, value in enumerate(getattr(state, name))}
    buffer = io.BytesIO()
    np.savez(buffer, head=np.frombuffer(head.encode(), np.uint8), **arrays)
    replace_file(folder / _FILE, buffer.getvalue())


def replace_file(file: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with aside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(file)


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The folder's checkpoint, or None if there is none."""
    file = folder / _FILE
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as kept:
        head = json.loads(kept["head"].tobytes())
        lists = {name: [kept[key] for key in sorted(kept.files) if key.startswith(f"{name}_")] for name in _LISTS}
    return Checkpoint(head["step"], head["sums"], head["epochs"], **lists)
