"""Integrated gradients (Sundararajan, Taly and Yan 2017): gradients collected on the way from black to the image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generator.analyses.saliency.gradient import Gradients
from generator.model.batches import rows_at_once

_ROWS = 1024


def integrated_gradients(
    gradients: Gradients, inputs: np.ndarray, targets: np.ndarray, baseline: np.ndarray, steps: int = 32
) -> np.ndarray:
    """Each pixel's part in the logit's rise from the baseline to the image; float32 (n, h, w), channels added up.

    The integral is taken by the midpoint rule.

    Args:
        gradients: see `generator.analyses.saliency.gradient`.
        inputs: (n, h, w, c), in the model's range.
        targets: columns of the logits, (n,).
        baseline: (1, h, w, c), where the way begins: a black image.
        steps: points on the way.
    """
    way = ((np.arange(steps, dtype=np.float32) + 0.5) / steps)[None, :, None, None, None]
    maps = np.empty(inputs.shape[:3], dtype=np.float32)
    several = max(1, rows_at_once(_ROWS, *inputs.shape[1:3]) // steps)
    for start in range(0, len(inputs), several):
        part = slice(start, start + several)
        rise = inputs[part] - baseline
        points = baseline[:, None] + way * rise[:, None]
        found = gradients(points.reshape(-1, *inputs.shape[1:]), np.repeat(targets[part], steps))
        mean = found.reshape(len(rise), steps, *inputs.shape[1:]).mean(axis=1)
        maps[part] = (rise * mean).sum(axis=-1)
    return maps


def completeness_error(
    logits: Callable[[np.ndarray], np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    baseline: np.ndarray,
    sums: np.ndarray,
) -> tuple[float, float]:
    """How far the maps' sums (n,) miss the rise of the logit, which they equal in theory (the completeness axiom).

    Returns:
        The mean absolute miss in logits, and the same over the mean absolute rise.
    """
    rows = np.arange(len(inputs))
    rise = logits(inputs)[rows, targets] - logits(baseline)[0, targets]
    miss = float(np.abs(sums - rise).mean())
    scale = float(np.abs(rise).mean())
    return miss, miss / scale if scale > 0 else 0.0
