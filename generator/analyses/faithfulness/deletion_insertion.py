"""Deletion and insertion (Petsiuk, Das and Saenko 2018, "RISE"): does the score follow the pixels a map names?

Deletion blurs an image pixel by pixel, the most important first: the faster the class's probability falls, the
better the map. Insertion starts from the blurred image and puts the pixels back in the same order. Both end where
the other begins, because both use the same blur (the paper deletes to grey and inserts into a blur).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.ndimage import gaussian_filter

from generator.analyses.faithfulness.ranking import ranking

FRACTIONS = (0.0, 0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.22, 0.3, 0.4, 0.55, 0.75, 1.0)
"""Parts of the pixels at which the score is read: densely where the curves bend, at the start."""
BLUR = 8.0
"""Standard deviation of the blur, pixels of the 48x48 face: no feature of the face is left."""
_CHUNK = 32


class Probabilities(Protocol):
    """What is needed of a classifier."""

    def quick_probabilities(self, faces: np.ndarray) -> np.ndarray:
        """Softmax (n, classes) of faces (n, 48, 48) in 0..255."""
        ...


@dataclass(frozen=True)
class Curves:
    """The target class's probability while pixels go or come.

    Attributes:
        fractions: (k,), part of the pixels blurred (deletion) or put back (insertion), 0 to 1.
        deletion, insertion: (n, k), one curve per image.
    """

    fractions: np.ndarray
    deletion: np.ndarray
    insertion: np.ndarray

    @property
    def deletion_areas(self) -> np.ndarray:
        """Area under each deletion curve, (n,), 0 to 1; less is better."""
        return area(self.fractions, self.deletion)

    @property
    def insertion_areas(self) -> np.ndarray:
        """Area under each insertion curve, (n,), 0 to 1; more is better."""
        return area(self.fractions, self.insertion)

    def means(self) -> dict[str, list[float]]:
        """Both curves averaged over the images, each of k values, as the figure draws them."""
        return {"deletion": self.deletion.mean(axis=0).tolist(), "insertion": self.insertion.mean(axis=0).tolist()}


def deletion_insertion(
    classifier: Probabilities,
    faces: np.ndarray,
    targets: np.ndarray,
    maps: np.ndarray,
    fractions: Sequence[float] = FRACTIONS,
) -> Curves:
    """Deletion and insertion curves of one method's maps.

    Args:
        classifier: gives probabilities.
        faces: (n, 48, 48), 0..255.
        targets: columns of the probabilities, integers (n,).
        maps: (n, 48, 48), the larger the more important for the target (see `ranking` on ties); for maps whose sign
            does not say whether a pixel speaks for the class (gradients), pass absolute values.
        fractions: increasing, from 0 to 1.

    Returns:
        One pair of curves per image.
    """
    faces = np.asarray(faces, dtype=np.float32)
    maps = np.asarray(maps)
    if maps.shape != faces.shape:
        raise ValueError(f"one map per face is needed, got maps {maps.shape} for faces {faces.shape}")
    steps = np.asarray(fractions, dtype=np.float64)
    curves = np.empty((2, len(faces), len(steps)))
    for start in range(0, len(faces), _CHUNK):
        part = slice(start, start + _CHUNK)
        curves[:, part] = _curves(classifier, faces[part], np.asarray(targets)[part], maps[part], steps)
    return Curves(steps, curves[0], curves[1])


def _curves(
    classifier: Probabilities, faces: np.ndarray, targets: np.ndarray, maps: np.ndarray, fractions: np.ndarray
) -> np.ndarray:
    n, pixels = len(faces), faces[0].size
    place = np.empty((n, pixels), dtype=np.int64)
    np.put_along_axis(place, ranking(maps), np.arange(pixels)[None].repeat(n, axis=0), axis=1)
    counts = np.rint(fractions * pixels).astype(np.int64)
    # The two ends are the same two images in both curves: classified once.
    first = place[:, None] < counts[None, 1:-1, None]
    whole = faces.reshape(n, 1, pixels)
    plain = blurred(faces).reshape(n, 1, pixels)
    deleted = np.where(first, plain, whole)
    inserted = np.where(first, whole, plain)
    images = np.concatenate([whole, deleted, plain, inserted], axis=1)
    flat = images.reshape(-1, *faces.shape[1:])
    columns = np.repeat(targets, images.shape[1])
    scores = classifier.quick_probabilities(flat)[np.arange(len(flat)), columns].reshape(n, -1)
    inner = len(counts) - 2
    deletion = scores[:, : inner + 2]
    insertion = np.concatenate([scores[:, inner + 1 :], scores[:, :1]], axis=1)
    return np.stack([deletion, insertion])


def blurred(faces: np.ndarray) -> np.ndarray:
    """Faces (n, 48, 48) blurred by `BLUR`, float32."""
    return np.asarray(gaussian_filter(np.asarray(faces, np.float32), (0, BLUR, BLUR), mode="nearest"), np.float32)


def area(fractions: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Area under curves (n, k) by the trapezoid rule, (n,)."""
    widths = np.diff(fractions)
    return np.asarray(((curves[:, 1:] + curves[:, :-1]) / 2) @ widths)
