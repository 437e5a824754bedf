"""A training run's teacher: its own earlier networks, averaged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import softmax


class Teacher:
    """What the networks at the ends of earlier cycles say of every training image.

    An ensemble of a run's snapshots (Huang et al. 2017) is better than each of them, and its probabilities are targets
    with less noise than single labels (Hinton et al. 2015; Furlanello et al. 2018).
    """

    def __init__(self) -> None:
        self._probabilities: np.ndarray | None = None
        self._networks = 0

    def learn(self, logits_of: Callable[[np.ndarray], np.ndarray], images: np.ndarray) -> None:
        """Take one more network into the average.

        Args:
            logits_of: from images, uint8 (n, 48, 48), to logits (n, classes).
            images: all training images.
        """
        said = np.mean([softmax(logits_of(faces), axis=1) for faces in (images, images[:, :, ::-1])], axis=0)
        known = said if self._probabilities is None else self._probabilities
        self._networks += 1
        self._probabilities = (known + (said - known) / self._networks).astype(np.float32)

    def targets(self, index: np.ndarray, part: float, classes: int) -> np.ndarray:
        """The teacher's part of some images' targets.

        Args:
            index: of the images, int (n,).
            part: of the targets, 0 to 1.
            classes: their number.

        Returns:
            float32 (n, classes); each row sums to `part`.
        """
        if self._probabilities is None or not part:
            return np.zeros((len(index), classes), np.float32)
        return np.asarray(part * self._probabilities[index])

    def state(self) -> list[np.ndarray]:
        """What `of` makes the same teacher of."""
        return [] if self._probabilities is None else [self._probabilities, np.array(self._networks)]

    @classmethod
    def of(cls, state: list[np.ndarray]) -> Teacher:
        """A teacher as `state` gave it."""
        teacher = cls()
        if state:
            teacher._probabilities, teacher._networks = state[0], int(state[1])
        return teacher
