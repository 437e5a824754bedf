"""Marks of classes in charts that stand alone as files, where the page's style sheet does not reach."""

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
"""Outlines of radius 1, as in templates/figures/_scatter.html."""
COLOURS = ("#c2410c", "#6b7a00", "#7c3aad", "#0f766e", "#1d4ed8", "#b4257f", "#5b5b5b")
"""As the page's ``--class-0`` … on a light ground."""


def look(label: int) -> tuple[int, int]:
    """Numbers of a class's colour and shape: no two of 49 classes share both, nor do neighbours share either."""
    return label % len(COLOURS), (label + label // len(COLOURS)) % len(SHAPES)


def cover(places: np.ndarray, labels: np.ndarray, side: int) -> bytes:
    """A map as an SVG file for small previews: points (n, 2) in 0 to `side`, one mark per class, no text."""
    groups = []
    for label in np.unique(labels):
        colour, shape = look(int(label))
        uses = "".join(f'<use href="#s{shape}" x="{x:g}" y="{y:g}"/>' for x, y in places[labels == label])
        groups.append(f'<g fill="{COLOURS[colour]}">{uses}</g>')
    marks = "".join(f'<path id="s{i}" d="{outline}" transform="scale(5)"/>' for i, outline in enumerate(SHAPES))
    box = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><defs>{marks}</defs>{"".join(groups)}</svg>'.encode()
