"""Do the methods name the same region?"""

from __future__ import annotations

from typing import Any

import pytest

from generator.analyses.agreement import agreement, gradient_based, methods_of, named_regions


def regions(**values: tuple[float, float]) -> dict[str, dict[str, float]]:
    return {name: {"enrichment": enrichment, "low": low} for name, (enrichment, low) in values.items()}


MOUTH = regions(mouth=(3, 2), eyes=(1.5, 1.2), nose=(1.4, 1.1), background=(0.5, 0.4))
EYES = regions(eyes=(3, 2), nose=(2, 1.5), mouth=(1.4, 1.2), background=(0.5, 0.4))


def test_a_method_names_its_two_most_enriched_regions() -> None:
    assert named_regions(MOUTH) == {"mouth", "eyes"}


def test_a_region_that_may_be_chance_is_not_named() -> None:
    assert named_regions(regions(mouth=(3, 2), eyes=(1.5, 0.9), nose=(1.4, 1.1))) == {"mouth"}


def test_what_chance_gives_is_taken_off_first_where_it_is_known() -> None:
    chance = {"mouth": (1.0, 1.3), "eyes": (1.6, 1.8), "nose": (1.0, 2.2), "cheeks": (0.8, 1.1)}
    found = regions(mouth=(1.5, 1.2), eyes=(1.7, 1.3), nose=(2.1, 1.4), cheeks=(1.15, 1.1))
    with_chance = {
        name: {**values, "null": chance[name][0], "null_high": chance[name][1]} for name, values in found.items()
    }
    # The nose is first, but may be so by chance; the eyes come last, relative to what chance gives them.
    assert named_regions(found) == {"nose", "eyes"}
    assert named_regions(with_chance) == {"mouth"}


def test_a_region_has_to_lie_above_what_untrained_networks_give_it_where_they_were_asked() -> None:
    def beside(found: dict[str, dict[str, float]], **untrained: float | None) -> dict[str, dict[str, float | None]]:
        return {name: {**values, "untrained_high": untrained[name]} for name, values in found.items()}

    assert named_regions(beside(MOUTH, mouth=1.9, eyes=1.3, nose=0.8, background=None)) == {"mouth"}
    # Below 1 they excuse nothing, and where they had no map there is nothing to say.
    nose = regions(nose=(1.5, 0.9), background=(2, 1.5))
    assert named_regions(beside(nose, nose=0.8, background=None)) == frozenset()


def test_only_the_pages_own_method_is_held_against_untrained_networks() -> None:
    untrained = {"happy": {name: {"high": 1.1} for name in MOUTH}}
    saliency = {**ranked(), "saliency_untrained": untrained}
    for default, expected in (("occlusion", "occlusion"), ("smoothgrad", "gradient")):
        found = methods_of({"happy": MOUTH}, saliency, default)
        assert found.untrained == expected
        held = [name for name, values in found.by_class["happy"].items() if "untrained_high" in values["mouth"]]
        assert held == [expected]
    blank = {"happy": {name: {"high": None} for name in MOUTH}}
    found = methods_of({"happy": MOUTH}, {**saliency, "saliency_untrained": blank}, "occlusion")
    assert found.untrained is None
    assert found.by_class["happy"]["occlusion"] == MOUTH


def test_parts_count_the_methods() -> None:
    found = agreement({"gradient": MOUTH, "occlusion": EYES, "lime": MOUTH})
    assert found["mouth"] == pytest.approx(2 / 3)
    assert found["eyes"] == 1
    assert found["nose"] == pytest.approx(1 / 3)
    assert found["background"] == 0
    assert found["region"] == "eyes"


def test_of_two_common_regions_the_more_enriched_is_stated() -> None:
    assert agreement({"gradient": MOUTH, "occlusion": MOUTH, "lime": MOUTH})["region"] == "mouth"


def test_without_common_region_there_is_none() -> None:
    nose = regions(nose=(3, 2), background=(1.5, 1.2))
    assert agreement({"gradient": MOUTH, "occlusion": EYES, "lime": nose})["region"] is None


def test_two_methods_are_not_enough() -> None:
    found = agreement({"gradient": MOUTH, "lime": MOUTH})
    assert found["mouth"] == 1
    assert found["region"] is None


def test_nothing_measured_is_no_agreement() -> None:
    assert agreement({}) == {"region": None}


def ranked(happy_alone: str = "") -> dict[str, Any]:
    """Results of the saliency stage in which one method has no map of the class sad."""
    names = ("guided_backprop", "occlusion", "grad_cam", "smoothgrad", "gradient")
    both = {"happy": MOUTH, "sad": EYES}
    return {
        "saliency_by_method": {name: {"happy": MOUTH} if name == happy_alone else both for name in names},
        "faithfulness": {"ranking": list(names)},
    }


def test_the_gradients_are_shown_by_the_saliency_pages_method() -> None:
    assert gradient_based("smoothgrad", ranked()) == "smoothgrad"
    assert gradient_based("smoothgrad", ranked(happy_alone="grad_cam")) == "smoothgrad"


def test_after_occlusion_comes_the_next_method_with_maps_of_every_class() -> None:
    assert gradient_based("occlusion", ranked()) == "grad_cam"
    assert gradient_based("occlusion", ranked(happy_alone="grad_cam")) == "smoothgrad"
    assert gradient_based(None, {}) == "gradient"
