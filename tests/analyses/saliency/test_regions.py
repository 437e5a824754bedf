"""Regions' shares and enrichment against slow definitions."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.saliency.guards import refuse_blank
from generator.analyses.saliency.regions import by_class, enrichment, mean_maps, survey
from generator.errors import BuildError
from tests.analyses.saliency.models import MOUTH, dataset

EVERY = np.arange(24)


def surveyed(magnitude, data=None, right=None):
    data = data or dataset()
    right = np.ones(24, bool) if right is None else right
    return data, survey(data, EVERY, magnitude.astype("f"), magnitude.max(axis=(1, 2)), right)


def test_an_even_map_has_no_preference():
    data, found = surveyed(np.ones((24, 48, 48)))
    for regions in by_class(data, found, 0).values():
        for measured in regions.values():
            np.testing.assert_allclose([measured.enrichment, measured.low, measured.high], 1, rtol=1e-6)


def test_share_and_enrichment_follow_their_definition():
    magnitude = np.random.default_rng(1).random((24, 48, 48)) ** 3
    magnitude[:12, *MOUTH] *= 3
    data, found = surveyed(magnitude)
    happy = [i for i in range(24) if data.evaluation.labels[i] == 0]
    shares = [magnitude[i][data.region_masks["mouth"]].sum() / magnitude[i].sum() for i in happy]
    area = data.region_masks["mouth"].mean()
    measured = by_class(data, found, 0)["happy"]["mouth"]
    assert measured.share == pytest.approx(np.mean(shares), rel=1e-5)
    assert measured.enrichment == pytest.approx(np.mean(shares) / area, rel=1e-5)
    assert measured.low < measured.enrichment < measured.high


def test_images_count_alike_however_strong_their_maps():
    magnitude = np.random.default_rng(1).random((24, 48, 48))
    _, found = surveyed(magnitude)
    _, louder = surveyed(magnitude * np.linspace(1, 1000, 24)[:, None, None])
    np.testing.assert_allclose(found.shares, louder.shares, rtol=1e-4)


def test_masks_may_differ_from_image_to_image():
    data = dataset()
    mouths = np.zeros((24, 48, 48), bool)
    for i in range(24):
        mouths[i, i : i + 10] = True
    data.region_masks["mouth"] = mouths
    data, found = surveyed(mouths.astype(float), data)
    assert by_class(data, found, 0)["sad"]["mouth"].share == pytest.approx(1)


def test_bootstrap_interval_is_that_of_resampled_images():
    rng = np.random.default_rng(3)
    shares, areas = rng.random((40, 1)), rng.random((40, 1)) / 4
    found = enrichment(shares, areas, 0)[0]
    again = np.random.default_rng(77)
    draws = [again.integers(0, 40, 40) for _ in range(4000)]
    low, high = np.quantile([shares[d].mean() / areas[d].mean() for d in draws], [0.025, 0.975])
    assert found.low == pytest.approx(low, rel=0.05)
    assert found.high == pytest.approx(high, rel=0.05)


def test_a_region_that_no_image_has_is_left_out():
    data = dataset()
    data.region_masks["forehead"] = np.zeros((48, 48), bool)
    data, found = surveyed(np.ones((24, 48, 48)), data)
    assert set(by_class(data, found, 0)["happy"]) == {"mouth", "background"}


def test_blank_maps_are_not_averaged_in():
    magnitude = np.zeros((24, 48, 48))
    magnitude[:, *MOUTH] = 1
    magnitude[:4] = 0
    data, found = surveyed(magnitude)
    assert by_class(data, found, 0)["happy"]["mouth"].share == pytest.approx(1)
    assert found.blank.sum() == 4


def test_right_and_wrong_images_are_told_apart():
    magnitude = np.zeros((24, 48, 48))
    right = np.arange(24) % 4 < 2
    magnitude[right, *MOUTH] = 1
    magnitude[~right, :8] = 1
    data, found = surveyed(magnitude, right=right)
    assert by_class(data, found, 0, right)["happy"]["mouth"].share == pytest.approx(1)
    assert by_class(data, found, 0, ~right)["happy"]["forehead"].share == pytest.approx(1)
    whole, of_right, of_wrong = mean_maps(found)
    np.testing.assert_allclose(whole.mean(axis=(1, 2)), 1)
    assert of_right[:, :8].sum() == 0
    assert of_wrong[:, *MOUTH].sum() == 0


def test_surveys_of_two_halves_join_to_that_of_the_whole():
    data = dataset()
    magnitude = np.random.default_rng(1).random((24, 48, 48)).astype("f")
    right = np.arange(24) % 3 > 0
    _, whole = surveyed(magnitude, data, right)
    halves = [survey(data, i, magnitude[i], magnitude[i].max(axis=(1, 2)), right) for i in (EVERY[:10], EVERY[10:])]
    joined = halves[0].joined(halves[1])
    np.testing.assert_allclose(joined.shares, whole.shares)
    np.testing.assert_allclose(joined.sums, whole.sums, rtol=1e-5)


@pytest.mark.parametrize(
    ("peaks", "span", "said"),
    [
        ([1, 1, 0, 0, 0, 1], 1.0, "are 0 everywhere"),
        ([1, 1, 1e-19, 1, 1e-12, 1], 1.0, "saturated"),
        ([1, 1, 1, 1, np.nan, 1], 1.0, "not finite"),
    ],
)
def test_blank_and_saturated_maps_stop_the_build(peaks, span, said):
    with pytest.raises(BuildError, match=said) as stopped:
        refuse_blank("gradient", ("happy", "sad"), np.array([0, 0, 1, 0, 1, 1]), np.array(peaks), span)
    assert "gradient" in str(stopped.value)
    assert "'sad'" in str(stopped.value)


def test_small_gradients_of_a_wide_value_range_are_no_saturation():
    refuse_blank("gradient", ("happy",), np.zeros(3, int), np.full(3, 1e-5), span=255.0)


def test_a_single_blank_map_is_let_pass():
    refuse_blank("grad_cam", ("happy",), np.zeros(3, int), np.array([0, 0, 1.0]), every=True)
