"""What a stage leaves behind: numbers, arrays and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np


@dataclass
class Artifact:
    """The output of one stage, stored whole under its fingerprint.

    Attributes:
        results: groups of ``results.json`` that this stage measures, e.g. ``{"saliency": {...}}``; JSON builtins only.
        facts: what later stages or pages need besides, not quotable in the commentary; JSON builtins only.
        arrays: NumPy arrays by name; read back memory-mapped.
        files: ready files by name (PNG, SVG, CSV …), published under ``assets/<stage>/``.
    """

    results: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


class Progress(Protocol):
    """Reports how far a stage is. Called with the count done, the total, and a few words on what is being done."""

    def __call__(self, done: int, total: int, what: str = "") -> None: ...


def silent(done: int, total: int, what: str = "") -> None:
    """A progress report that goes nowhere."""
