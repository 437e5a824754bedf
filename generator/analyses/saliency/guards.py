"""A saturated or all-zero map is an error, not a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.errors import BuildError

SATURATED = 1e-6
"""In logits per step from black to white: the gradients of a model that answers at all are a thousand times that."""


def refuse_blank(
    method: str, classes: Sequence[str], labels: np.ndarray, peaks: np.ndarray, span: float = 1.0, every: bool = False
) -> None:
    """Stop if a method's maps of a class say nothing.

    A single image may do without a map (gradient x input of a black photograph is 0).

    Args:
        method: its name.
        classes: their names.
        labels: (n,), index into `classes`.
        peaks: (n,), the largest absolute value of each map.
        span: from black to white in the units of the model's input; 1 for maps that are no gradients.
        every: stop only if every map of the class is blank, and not already if most are.

    Raises:
        BuildError: names the class and the method.
    """
    for label, name in enumerate(classes):
        mine = peaks[labels == label]
        if not len(mine):
            continue
        if not np.isfinite(mine).all():
            raise BuildError(f"saliency: {method} gives values that are not finite for the class '{name}'")
        typical = float(mine.max() if every else np.median(mine)) * span
        if typical < SATURATED:
            what = "are 0 everywhere" if typical == 0 else f"are saturated (largest value {typical:.1e})"
            raise BuildError(
                f"saliency: {'all' if every else 'most'} {method} maps of the class '{name}' {what}; "
                "is the model's last layer a softmax in disguise, or the value range of model.preprocess wrong?"
            )
