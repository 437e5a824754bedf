"""What every loader returns: labelled images with the split that the data gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Labelled:
    """Images as they were found, before training and evaluation images are told apart.

    Attributes:
        images: uint8, shape (n, 48, 48).
        labels: int64, shape (n,).
        names: n names by which a reader finds the image again.
        splits: n of ``train``, ``PrivateTest``, ``PublicTest``, ``test``, ``validation``; None if there is no split.
        classes: names of the labels 0, 1, ….
        kind: ``csv``, ``zip`` or ``folder``.
        converted: how many images were not 48x48 8-bit grey and were made so.
        coloured: how many had colours, which are gone.
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    splits: tuple[str, ...] | None
    classes: tuple[str, ...]
    kind: str
    converted: int = 0
    coloured: int = 0
