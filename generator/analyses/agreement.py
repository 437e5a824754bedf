"""Do gradient, occlusion and LIME name the same region?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOP = 2
"""A method names the regions that are among its two most enriched ones."""


@dataclass(frozen=True)
class Methods:
    """What the methods give the regions.

    Attributes:
        by_class: class to method (``gradient``, ``occlusion``, ``lime``; those there are) to region to its values, see
            `named_regions`.
        gradient: the method that stands for the gradients.
        untrained: the one that is held against networks with random weights, which only the saliency page's method
            was asked of; None if there were none.
    """

    by_class: dict[str, dict[str, dict[str, Any]]]
    gradient: str
    untrained: str | None


def methods_of(
    lime: Mapping[str, Mapping[str, Mapping[str, Any]]], saliency: Mapping[str, Any], default: str | None
) -> Methods:
    """Gradient, occlusion and LIME side by side, over the regions that LIME knows.

    Args:
        lime: class to region to LIME's values.
        saliency: the stage's results, ``saliency_by_method``, ``saliency_untrained`` and ``faithfulness.ranking``.
        default: the saliency page's method, if there is one.
    """
    by_method, untrained = saliency.get("saliency_by_method", {}), saliency.get("saliency_untrained", {})
    gradient = gradient_based(default, saliency)
    asked = any(values["high"] is not None for regions in untrained.values() for values in regions.values())
    held = ("occlusion" if default == "occlusion" else "gradient") if asked else None
    by_class: dict[str, dict[str, dict[str, Any]]] = {}
    for name, own in lime.items():
        found = {
            "gradient": by_method.get(gradient, {}).get(name),
            "occlusion": by_method.get("occlusion", {}).get(name),
            "lime": own,
        }
        by_class[name] = {
            method: {
                region: {**values, "untrained_high": untrained[name][region]["high"]} if method == held else values
                for region, values in regions.items()
                if region in own
            }
            for method, regions in found.items()
            if regions
        }
    return Methods(by_class, gradient, held)


def gradient_based(default: str | None, saliency: Mapping[str, Any]) -> str:
    """The method that stands for the gradients: the saliency page's own, or after occlusion the next best.

    Args:
        default: the saliency page's method, if there is one.
        saliency: the stage's results, ``faithfulness.ranking`` and ``saliency_by_method``.
    """
    if default is not None and default != "occlusion":
        return default
    by_method = saliency.get("saliency_by_method", {})
    # As for the page's method: one that leaves a class without any map does not do.
    classes = {name for found in by_method.values() for name in found}
    complete = {name for name, found in by_method.items() if set(found) == classes}
    others = ("occlusion", "lime", "guided_backprop")
    ranked = saliency.get("faithfulness", {}).get("ranking", [])
    return next((name for name in ranked if name in complete and name not in others), "gradient")


def named_regions(regions: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The regions that a method names: among its `TOP` by enrichment, surely above 1, and more than chance gives.

    Args:
        regions: region to ``enrichment`` and ``low``, the lower end of its 95 % interval; of LIME ``null``, over which
            its enrichment is taken, and ``null_high`` too; of a method that networks with random weights were asked by
            ``untrained_high``, the upper end of theirs, above which ``low`` has to lie, or None where they had no map.
    """

    def beyond(values: Mapping[str, Any]) -> float:
        return float(values["enrichment"] / (values.get("null") or 1.0))

    def sure(values: Mapping[str, Any]) -> bool:
        untrained = values.get("untrained_high", 1.0)
        return untrained is not None and (values.get("low") or 0.0) > max(1.0, untrained)

    known = {name: values for name, values in regions.items() if values.get("enrichment") is not None}
    order = sorted(known, key=lambda name: (-beyond(known[name]), name))
    return frozenset(
        name
        for name in order[:TOP]
        if sure(known[name]) and known[name]["enrichment"] > known[name].get("null_high", 0.0)
    )


def agreement(methods: Mapping[str, Mapping[str, Mapping[str, Any]]], expected: int = 3) -> dict[str, Any]:
    """How many methods name each region, and the region that all of them name.

    Args:
        methods: method to region to ``enrichment`` and ``low``, for one class.
        expected: methods that must be there for a common region to be stated.

    Returns:
        Region to the part of the methods that name it (0 to 1), and ``region``: the one that all name (the one with
        the highest mean enrichment if there are two), or None.
    """
    if not methods:
        return {"region": None}
    named = {method: named_regions(regions) for method, regions in methods.items()}
    regions = list(dict.fromkeys(region for found in methods.values() for region in found))
    parts = {region: sum(region in found for found in named.values()) / len(methods) for region in regions}
    common = [region for region in regions if parts[region] == 1] if len(methods) >= expected else []

    def mean_enrichment(region: str) -> float:
        return sum(float(found[region]["enrichment"]) for found in methods.values()) / len(methods)

    return {**parts, "region": max(common, key=mean_enrichment, default=None)}
