"""From superpixel weights to regions, against slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.lime.regions import decisive_regions, region_weights, shares_and_areas, weight_map


def test_a_weight_is_spread_evenly_over_its_superpixel() -> None:
    segments = np.array([[0, 0, 1], [0, 0, 1]])
    found = weight_map(np.array([8.0, -3.0]), segments)
    assert np.allclose(found, [[2, 2, -1.5], [2, 2, -1.5]])
    assert found.sum() == pytest.approx(5.0)


def test_shares_areas_and_winners_equal_a_slow_loop() -> None:
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(5, 6, 6))
    label = rng.integers(0, 3, (5, 6, 6))
    masks = {name: label == k for k, name in enumerate(("eyes", "mouth", "background"))}
    shares, areas = shares_and_areas(maps, masks)
    for i in range(5):
        densities = []
        for r, mask in enumerate(masks.values()):
            inside = sum(abs(maps[i, y, x]) for y in range(6) for x in range(6) if mask[i, y, x])
            share = inside / np.abs(maps[i]).sum()
            area = mask[i].sum() / 36
            assert shares[i, r] == pytest.approx(share)
            assert areas[i, r] == pytest.approx(area)
            densities.append(share / area)
        assert decisive_regions(shares, areas)[i] == int(np.argmax(densities))


def test_even_weights_prefer_nothing() -> None:
    mask = np.zeros((4, 8, 8), dtype=bool)
    mask[:, :4] = True
    found = region_weights(np.ones((4, 8, 8)), {"mouth": mask, "background": ~mask}, seed=1)
    for region in found.values():
        assert region.enrichment == pytest.approx(1)
        assert region.low == pytest.approx(1)
        assert region.high == pytest.approx(1)


def test_enrichment_lies_within_its_interval_and_shares_add_up() -> None:
    rng = np.random.default_rng(2)
    mask = np.zeros((30, 8, 8), dtype=bool)
    mask[:, 5:7, 2:6] = True
    maps = rng.normal(size=(30, 8, 8)) * np.where(mask, 3, 1)
    found = region_weights(maps, {"mouth": mask, "background": ~mask}, seed=1)
    assert found["mouth"].low < found["mouth"].enrichment < found["mouth"].high
    assert found["mouth"].low > 1
    assert sum(region.share for region in found.values()) == pytest.approx(1)
    assert sum(region.decisive for region in found.values()) == pytest.approx(1)


def test_a_map_of_zeros_counts_as_even() -> None:
    mask = np.zeros((1, 4, 4), dtype=bool)
    mask[:, 0] = True
    found = region_weights(np.zeros((1, 4, 4)), {"mouth": mask, "background": ~mask}, seed=0)
    assert found["mouth"].share == pytest.approx(0.25)
    assert found["mouth"].enrichment == pytest.approx(1)


def test_a_region_that_is_nowhere_is_left_out_and_no_regions_give_nothing() -> None:
    nowhere = np.zeros((2, 4, 4), dtype=bool)
    assert set(region_weights(np.ones((2, 4, 4)), {"brows": nowhere, "background": ~nowhere}, 0)) == {"background"}
    assert region_weights(np.ones((2, 4, 4)), {}, 0) == {}


def test_a_speck_of_a_region_is_never_decisive() -> None:
    shares, areas = np.array([[0.1, 0.5, 0.4]]), np.array([[0.001, 0.3, 0.699]])
    assert decisive_regions(shares, areas)[0] == 1
