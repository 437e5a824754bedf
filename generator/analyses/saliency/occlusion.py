"""Occlusion (Zeiler and Fergus 2014): how far the logit falls when a patch that slides over the face covers it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_ROWS = 1024


def occlusion(
    logits: Callable[[np.ndarray], np.ndarray],
    faces: np.ndarray,
    targets: np.ndarray,
    patch: int = 8,
    stride: int = 4,
) -> np.ndarray:
    """Mean fall of the target logit over the patches that cover each pixel; float32 (n, h, w).

    The patch has the mean grey of its face.

    Args:
        logits: faces (n, h, w) in 0..255 to logits (n, classes).
        faces: (n, h, w), 0..255.
        targets: columns of the logits, (n,).
        patch: side of the patch, pixels.
        stride: pixels from one position to the next; the last one touches the edge.
    """
    faces = np.asarray(faces, dtype=np.float32)
    places = positions(faces.shape[1:], patch, stride)
    whole = logits(faces)[np.arange(len(faces)), targets]
    maps = np.empty(faces.shape, dtype=np.float32)
    several = max(1, _ROWS // len(places))
    for start in range(0, len(faces), several):
        part = slice(start, start + several)
        grey = faces[part].mean(axis=(1, 2))[:, None, None, None]
        covered = np.where(places, grey, faces[part, None]).reshape(-1, *faces.shape[1:])
        columns = np.repeat(targets[part], len(places))
        scores = logits(covered)[np.arange(len(covered)), columns].reshape(-1, len(places))
        falls = whole[part, None] - scores
        maps[part] = np.tensordot(falls, places.astype(np.float32), axes=1) / places.sum(axis=0)
    return maps


def positions(shape: tuple[int, ...], patch: int, stride: int) -> np.ndarray:
    """Bool (positions, h, w): the pixels that the patch covers at each position."""
    if stride > patch:
        raise ValueError(f"a stride of {stride} would leave pixels that a patch of {patch} never covers")
    starts = [sorted({*range(0, side - patch, stride), side - patch}) for side in shape]
    masks = np.zeros((len(starts[0]) * len(starts[1]), *shape), dtype=bool)
    for mask, (top, left) in zip(masks, ((t, le) for t in starts[0] for le in starts[1]), strict=True):
        mask[top : top + patch, left : left + patch] = True
    return masks
