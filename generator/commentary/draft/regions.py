"""What was measured by class and region, and which region each class goes by."""

from __future__ import annotations

from collections import defaultdict

from generator.commentary.draft.page import Measured
from generator.commentary.helpers import is_number

Regions = dict[str, dict[str, float]]


def regions_by_class(measured: Measured, group: str) -> dict[str, Regions]:
    """Class to region to measures, where all of ``enrichment``, ``low`` and ``high`` are numbers."""
    needed = ("enrichment", "low", "high")
    table: dict[str, Regions] = {}
    for class_ in measured.group(group):
        for region in measured.group(group, class_):
            found = {key: measured.get(group, class_, region, key) for key in needed}
            if all(is_number(value) for value in found.values()):
                table.setdefault(class_, {})[region] = found
    return table


def favourites(table: dict[str, Regions]) -> dict[str, list[str]]:
    """Region to the classes in which it comes first and surely above 1; the most common region first."""
    found: dict[str, list[str]] = defaultdict(list)
    for class_, regions in table.items():
        first = max(regions, key=lambda region: regions[region]["enrichment"])
        if regions[first]["low"] > 1:
            found[first].append(class_)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
