"""What was measured by class and region, and which region each class goes by.

A region stands out where its factor surely lies above 1, and above what networks with random weights give where that
was measured: such a network marks regions as well.
"""

from __future__ import annotations

from collections import defaultdict

from generator.commentary.draft.page import Measured, name
from generator.commentary.helpers import is_number

Regions = dict[str, dict[str, float]]

UNTRAINED = "saliency_untrained"


def regions_by_class(measured: Measured, group: str) -> dict[str, Regions]:
    """Class to region to measures, where all of ``enrichment``, ``low`` and ``high`` are numbers.

    Of ``saliency`` also ``floor``, what ``low`` has to exceed for the region to stand out.
    """
    needed = ("enrichment", "low", "high")
    table: dict[str, Regions] = {}
    for class_ in measured.group(group):
        for region in measured.group(group, class_):
            found = {key: measured.get(group, class_, region, key) for key in needed}
            if not all(is_number(value) for value in found.values()):
                continue
            random = measured.number(UNTRAINED, class_, region, "high") if group == "saliency" else None
            table.setdefault(class_, {})[region] = found | {"floor": max(1.0, random or 0.0)}
    return table


def stands_out(measured: Measured, class_: str, region: str) -> str:
    """The condition under which a region's saliency stands out in a class."""
    low = name("saliency", class_, region, "low")
    if measured.number(UNTRAINED, class_, region, "high") is None:
        return f"{low} > 1"
    return f"{low} > 1 and {low} > {name(UNTRAINED, class_, region, 'high')}"


def stays_down(measured: Measured, class_: str, region: str) -> str:
    """A condition under which it does not: the one of the two comparisons that fails."""
    low = name("saliency", class_, region, "low")
    below_1 = f"{low} <= 1"
    return below_1 if measured.holds(below_1) else f"{low} <= {name(UNTRAINED, class_, region, 'high')}"


def compared(measured: Measured) -> bool:
    """Whether there are untrained networks to compare with."""
    return any(
        measured.number(UNTRAINED, class_, region, "high") is not None
        for class_ in measured.group(UNTRAINED)
        for region in measured.group(UNTRAINED, class_)
    )


def favourites(table: dict[str, Regions]) -> dict[str, list[str]]:
    """Region to the classes in which it comes first and stands out; the most common region first."""
    found: dict[str, list[str]] = defaultdict(list)
    for class_, regions in table.items():
        first = max(regions, key=lambda region: regions[region]["enrichment"])
        if regions[first]["low"] > regions[first]["floor"]:
            found[first].append(class_)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
