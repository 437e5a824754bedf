"""Boxes become masks that cover every pixel once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from generator.dataset.regions import NAMES, NINTHS, check_boxes, masks_of
from generator.dataset.types import REGIONS
from generator.errors import InputError

FACE = {
    "eyes": [(8, 15, 21, 21), (27, 15, 40, 21)],
    "mouth": [(13, 32, 35, 45)],
}


def test_boxes_are_left_top_right_bottom_with_open_ends():
    masks = masks_of({"mouth": [(13, 32, 35, 45)]})
    rows, columns = np.nonzero(masks["mouth"])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (32, 44, 13, 34)


def test_masks_and_background_cover_every_pixel_once():
    masks = masks_of(FACE)
    assert list(masks) == ["eyes", "mouth", "background"]
    assert (np.sum(list(masks.values()), axis=0) == 1).all()
    assert masks["eyes"].sum() == 2 * 13 * 6


def test_without_boxes_there_are_no_regions():
    assert masks_of({}) == {}


def test_where_nothing_is_configured_the_image_is_cut_into_ninths():
    masks = masks_of(None)
    assert list(masks) == [
        *("top_left", "top", "top_right"),
        *("left", "centre", "right"),
        *("bottom_left", "bottom", "bottom_right"),
    ]
    assert (np.sum(list(masks.values()), axis=0) == 1).all()
    rows, columns = np.nonzero(masks["bottom_left"])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (32, 47, 0, 15)


def test_there_is_no_background_where_boxes_cover_everything():
    assert list(masks_of({"upper": [(0, 0, 48, 24)], "lower": [(0, 24, 48, 48)]})) == ["upper", "lower"]


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
@pytest.mark.parametrize("region", [*NAMES, "background", *NINTHS])
def test_the_programs_own_regions_have_display_names(region, lang):
    strings = yaml.safe_load(Path("templates/strings/regions.yaml").read_text(encoding="utf-8"))
    assert strings[f"region.{region}"][lang]


def test_two_boxes_of_one_region_may_overlap():
    assert masks_of({"nose": [(0, 0, 4, 4), (2, 2, 6, 6)]})["nose"].sum() == 28
    check_boxes({"nose": [(0, 0, 4, 4), (2, 2, 6, 6)]})


def test_the_names_are_those_of_the_contract():
    assert (*NAMES, "background") == REGIONS


@pytest.mark.parametrize("box", [(0, 0, 48, 48), (47, 47, 48, 48)])
def test_boxes_may_touch_the_border(box):
    assert masks_of({"forehead": [box]})["forehead"].sum() == (box[2] - box[0]) * (box[3] - box[1])


def test_regions_of_ones_own_come_after_those_of_a_face():
    masks = masks_of({"left_cheek": [(0, 0, 4, 4)], "scar2": [(5, 5, 6, 6)], "nose": [(10, 10, 20, 20)]})
    assert list(masks) == ["nose", "left_cheek", "scar2", "background"]
    assert masks["scar2"].sum() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("moth", "there is no region 'moth' (did you mean 'mouth'?)"),
        ("eye", "there is no region 'eye' (did you mean 'eyes'?)"),
        ("background", "'background' is taken"),
        ("region", "'region' is taken"),
        ("Left eye", "'Left eye' is no name for a region; expected small letters, digits and _, such as left_eye"),
        ("左眼", "'左眼' is no name for a region"),
        ("", "'' is no name for a region"),
    ],
)
def test_names_that_cannot_be_meant_are_refused(name, said):
    with pytest.raises(InputError) as refused:
        check_boxes({name: [(0, 0, 9, 9)]})
    assert str(refused.value).startswith(f"dataset.regions: {said}")
