"""Marks of classes in the drawing of a map that the first page takes in as it is."""

from __future__ import annotations

import numpy as np

SHAPES = (
    "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z",
    "M-.9-.9H.9V.9H-.9Z",
    "M0-1.1L1.1 .9H-1.1Z",
    "M0-1.2L1.2 0 0 1.2-1.2 0Z",
    "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
    "M-1-.5L-.5-1 0-.5 .5-1 1-.5 .5 0 1 .5 .5 1 0 .5-.5 1-1 .5-.5 0Z",
    "M0 1.1L1.1-.9H-1.1Z",
)
"""Outlines of radius 1, as in templates/figures/_scatter.html. There are as many colours, the style sheet's."""


def look(label: int) -> tuple[int, int]:
    """Numbers of a class's colour and shape: no two of 49 classes share both, nor do neighbours share either."""
    return label % len(SHAPES), (label + label // len(SHAPES)) % len(SHAPES)


def cover(places: np.ndarray, labels: np.ndarray, side: int) -> str:
    """A map as SVG in HTML: points (n, 2) in 0 to `side`, one mark per class, in the colours of the page's scheme."""
    groups = []
    for label in np.unique(labels):
        colour, shape = look(int(label))
        uses = "".join(f'<use href="#cover-{shape}" x="{x:g}" y="{y:g}"/>' for x, y in places[labels == label])
        groups.append(f'<g fill="var(--class-{colour})">{uses}</g>')
    marks = "".join(f'<path id="cover-{i}" d="{outline}" transform="scale(5)"/>' for i, outline in enumerate(SHAPES))
    box = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"'
    return f'<svg {box} aria-hidden="true"><defs>{marks}</defs>{"".join(groups)}</svg>'
