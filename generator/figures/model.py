"""Figures of the model: its card and its learning curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from generator.figures.figure import Figure, artifact_of
from generator.figures.tables import table_bytes
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context

WIDTH, HEIGHT = 640, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 44


def run(options: None, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Draw ``model-card`` and, where the training is known, ``model-curves``."""
    results = inputs["model"].results["model"]
    turns = cycles(results["training"]["recipe"]) if results["training"] else []
    figures = [Figure("model-card", "model-card", {"card": inputs["model"].facts.get("card"), "cycles": turns})]
    files: dict[str, bytes] = {}
    if results["training"]:
        epochs, restarts = results["training"]["epochs"], [turn["last"] for turn in turns[:-1]]
        figures.append(Figure("model-curves", "model-curves", curves(epochs, restarts), "model-curves.csv"))
        files["model-curves.csv"] = _table(epochs)
    return artifact_of(figures, files)


def curves(epochs: list[dict[str, Any]], restarts: Sequence[int] = ()) -> dict[str, Any]:
    """Accuracy over the epochs as points of an SVG drawing of WIDTH x HEIGHT.

    Args:
        epochs: the learning curve, one mapping per epoch with ``accuracy`` and ``validation_accuracy``, which is None
            where the images set aside are trained on too.
        restarts: epochs after which the learning rate rises again.

    Returns:
        ``lines`` (name to ``points`` attribute), ``x`` and ``y`` ticks as (position, label), ``restarts`` as
        positions, the number of ``epochs``, the ``first`` and ``last`` one with a validation, and the drawing's size.
    """
    last = max(len(epochs), 2)
    validated = [epoch for epoch in epochs if epoch["validation_accuracy"] is not None]

    def x(epoch: int) -> float:
        return round(_LEFT + (epoch - 1) / (last - 1) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(share: float) -> float:
        return round(_TOP + (1 - share) * (HEIGHT - _TOP - _BOTTOM), 1)

    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**9) if last <= 8 * step)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": _LEFT,
        "right": WIDTH - _RIGHT,
        "bottom": HEIGHT - _BOTTOM,
        "lines": {
            name: " ".join(f"{x(epoch['epoch'])},{y(epoch[name])}" for epoch in those)
            for name, those in (("accuracy", epochs), ("validation_accuracy", validated))
        },
        "x": [(x(at), at) for at in _labelled(len(epochs), step)],
        "restarts": [x(at) for at in restarts if at < len(epochs)],
        "y": [(y(share / 100), share) for share in (0, 25, 50, 75, 100)],
        "epochs": len(epochs),
        "first": validated[0],
        "last": validated[-1],
    }


def _labelled(last: int, step: int) -> list[int]:
    """Epochs with a number: whole steps, the first and the last one, none so near the last that they would touch."""
    steps = {at for at in range(step, last, step) if last - at > step / 2}
    return sorted(steps | {last} | ({1} if step > 2 else set()))


def cycles(recipe: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A recipe's cycles in order, each with its ``first`` and ``last`` epoch, from 1, and the ``widths`` of its views.

    Args:
        recipe: as a model card keeps it; options that came later than the card may be missing.
    """
    start = {name: recipe[name] for name in ("epochs", "learning_rate", "sizes")}
    turns: list[dict[str, Any]] = [start, *recipe["restarts"]]
    ends = list(accumulate(turn["epochs"] for turn in turns))
    return [
        {**turn, "first": end - turn["epochs"] + 1, "last": end, "widths": [width for _, width in turn["sizes"]]}
        for turn, end in zip(turns, ends, strict=True)
    ]


def _table(epochs: list[dict[str, Any]]) -> bytes:
    names = [name for name in epochs[0] if name != "seconds"]
    return table_bytes(names, ([epoch[name] for name in names] for epoch in epochs))
