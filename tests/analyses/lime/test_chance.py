"""What regions get by chance, against a slow loop over shuffled weights, and where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.lime.chance import chance, shuffled_shares
from generator.analyses.lime.regions import decisive_regions, shares_and_areas, weight_map

SEGMENTS = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 3, 4, 4], [5, 6, 4, 4]])
"""Small superpixels at the lower left, where the detail is."""
DETAIL = np.zeros((4, 4), dtype=bool)
DETAIL[2:, :2] = True


def images(count: int) -> tuple[list[np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(3)
    masks = np.stack([DETAIL] * count)
    return [rng.normal(size=7) for _ in range(count)], np.stack([SEGMENTS] * count), {"mouth": masks, "rest": ~masks}


def test_small_superpixels_have_more_than_their_area_by_chance() -> None:
    found = chance(*images(12), seed=0)
    # Four of seven superpixels lie in a quarter of the picture.
    assert found["mouth"].enrichment == pytest.approx(4 / 7 / 0.25, rel=0.02)
    assert found["rest"].enrichment == pytest.approx(3 / 7 / 0.75, rel=0.02)
    assert found["mouth"].enrichment < found["mouth"].enrichment_high
    assert found["mouth"].decisive > found["rest"].decisive
    assert found["mouth"].decisive + found["rest"].decisive == pytest.approx(1)


def test_superpixels_of_one_size_give_every_region_its_area() -> None:
    rng = np.random.default_rng(1)
    grid = np.arange(16).reshape(4, 4)
    masks = np.stack([DETAIL] * 20)
    found = chance(
        [rng.normal(size=16) for _ in range(20)], np.stack([grid] * 20), {"mouth": masks, "rest": ~masks}, seed=0
    )
    assert found["mouth"].enrichment == pytest.approx(1, abs=0.02)


def test_every_shuffling_is_one_of_the_images_weights_and_what_a_map_of_them_gives() -> None:
    weights = [np.array([1.0, -2.0, 4.0])]
    segments = np.array([[[0, 0, 0, 1], [0, 0, 2, 2]]])
    mask = np.array([[[True, True, False, False], [True, False, True, False]]])
    masks = {"mouth": mask, "rest": ~mask}
    shares, areas = shuffled_shares(weights, segments, masks, seed=0, draws=300)
    expected = set()
    for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        slow, slow_areas = shares_and_areas(weight_map(weights[0][list(order)], segments[0])[None], masks)
        expected.add(round(float(slow[0, 0]), 9))
        assert np.allclose(areas, slow_areas)
    drawn = [round(float(share), 9) for share in shares[:, 0, 0]]
    assert set(drawn) == expected
    # All orders are equally likely: 50 of each are expected, with a standard deviation of 6.5.
    assert all(20 < drawn.count(value) < 80 for value in expected)
    assert np.allclose(shares.sum(axis=2), 1)


def test_means_and_ends_equal_a_slow_loop_over_the_same_shufflings() -> None:
    weights, segments, masks = images(5)
    shares, areas = shuffled_shares(weights, segments, masks, seed=4, draws=200)
    factors, first = [], []
    for draw in shares:
        factors.append(sum(draw[i, 0] for i in range(5)) / sum(areas[i, 0] for i in range(5)))
        first.append(np.mean([draw[i, 0] / areas[i, 0] >= draw[i, 1] / areas[i, 1] for i in range(5)]))
        assert np.mean(decisive_regions(draw, areas) == 0) == pytest.approx(first[-1])
    found = chance(weights, segments, masks, seed=4, draws=200)["mouth"]
    assert found.enrichment == pytest.approx(np.mean(factors))
    assert found.enrichment_high == pytest.approx(np.quantile(factors, 0.975))
    assert found.decisive == pytest.approx(np.mean(first))
    assert found.decisive_high == pytest.approx(np.quantile(first, 0.975))


def test_an_image_without_weights_prefers_nothing() -> None:
    masks = {"mouth": DETAIL[None], "rest": ~DETAIL[None]}
    found = chance([np.zeros(7)], SEGMENTS[None], masks, seed=0)
    assert found["mouth"].enrichment == found["mouth"].enrichment_high == pytest.approx(1)


def test_weights_that_say_nothing_of_the_place_go_beyond_chance_about_one_time_in_forty() -> None:
    rng = np.random.default_rng(8)
    _, segments, masks = images(8)
    beyond = 0
    for seed in range(200):
        weights = [rng.normal(size=7) for _ in range(8)]
        shares, areas = shares_and_areas(
            np.stack([weight_map(own, labels) for own, labels in zip(weights, segments, strict=True)]), masks
        )
        factor = shares[:, 0].sum() / areas[:, 0].sum()
        beyond += factor > chance(weights, segments, masks, seed, draws=200)["mouth"].enrichment_high
    assert beyond <= 14


def test_a_region_that_is_nowhere_is_left_out_and_no_regions_give_nothing() -> None:
    nowhere = np.zeros((1, 4, 4), dtype=bool)
    assert set(chance([np.ones(7)], SEGMENTS[None], {"brows": nowhere, "rest": ~nowhere}, 0)) == {"rest"}
    assert chance([np.ones(7)], SEGMENTS[None], {}, 0) == {}
