"""What the author of a report should know of its results, though nothing in it is wrong as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def cautions(results: Mapping[str, Any]) -> Iterator[str]:
    """Warnings, a line each, about what the pages state but an author may overlook.

    Args:
        results: the content of ``results.json``.
    """
    model, source = results.get("model", {}), results.get("dataset", {}).get("source", {})
    seen = model.get("input", {})
    coloured = source.get("coloured", 0)
    if coloured and seen.get("channels") == 3:
        yield (
            f"warning: the model takes 3 channels and {coloured:,} of the pictures {'has' if coloured == 1 else 'have'} "
            "colours, but pictures are read as grey; a model trained on colours is judged on grey here"
        )
    guess = seen.get("guess")
    if guess and (guess["chance"] or guess["tied"] > 1):
        tried, taken = seen["tried"], f"black {seen['low']:g}, white {seen['high']:g}"
        found = f"{guess['tied']} of {len(tried)} value ranges do equally well" if guess["tied"] > 1 else "the best guess"
        chance = "no better than guessing, " if guess["chance"] else ""
        yield (
            f"warning: the model's value range is not known: {found} ({chance}{100 * tried[0]['accuracy']:.1f} % of "
            f"{guess['images']} images right), and {taken} was taken; set model.preprocess"
        )
