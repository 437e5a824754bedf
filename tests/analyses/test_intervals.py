"""Bootstrap intervals against resampling image by image."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t

from generator.analyses.intervals import bootstrap_mean, bootstrap_ratios, ends

RNG = np.random.default_rng(11)
SHARES = RNG.random((40, 3)) * np.array([0.2, 0.5, 1.0])
AREAS = np.column_stack([np.full(40, 0.1), RNG.random(40), (RNG.random(40) < 0.2) * 0.3])


def resampled(above: np.ndarray, below: np.ndarray, draws: int = 20_000) -> list[float]:
    rng, ratios = np.random.default_rng(5), []
    for _ in range(draws):
        chosen = rng.integers(0, len(above), len(above))
        if below[chosen].sum() > 0:
            ratios.append(above[chosen].sum() / below[chosen].sum())
    return [float(end) for end in np.quantile(ratios, ends(len(above)))]


@pytest.mark.parametrize("column", range(3))
def test_ratios_have_the_interval_of_whole_images_drawn_again(column: int) -> None:
    found = bootstrap_ratios(SHARES, AREAS, seed=1, draws=20_000)[column]
    assert found is not None
    above, below = SHARES[:, column], AREAS[:, column]
    assert found[0] == pytest.approx(above.sum() / below.sum())
    assert found[1:] == pytest.approx(resampled(above, below), rel=0.03)


def test_a_ratio_to_ones_is_a_mean() -> None:
    (found,) = bootstrap_ratios(SHARES[:, :1], np.ones((40, 1)), seed=3)
    assert found == pytest.approx((SHARES[:, 0].mean(), *bootstrap_mean(SHARES[:, 0], seed=3)))


def test_what_no_image_has_is_no_ratio() -> None:
    assert bootstrap_ratios(SHARES[:, :2], np.array([[0.0, 1.0]] * 40), seed=0)[0] is None


@pytest.mark.parametrize("n", [9, 400])
def test_hits_have_the_interval_of_the_numbers_nought_and_one(n: int) -> None:
    hits = np.arange(n) % 3 == 0
    resamples = RNG.choice(hits, size=(20_000, n)).mean(axis=1)
    assert bootstrap_mean(hits, seed=2, draws=20_000) == pytest.approx(np.quantile(resamples, ends(n)), abs=1.1 / n)
    assert bootstrap_mean(hits, seed=2) == pytest.approx(bootstrap_mean(hits.astype(float), seed=2), abs=1.1 / n)


@pytest.mark.parametrize("n", [2, 8, 30, 1000])
def test_a_normal_bootstrap_would_give_students_interval(n: int) -> None:
    low, high = ends(n)
    # A mean's resamples spread by the biased standard deviation over the root of n.
    biased = np.sqrt((n - 1) / n)
    wanted = t.ppf(0.025, n - 1)
    assert norm.ppf(low) * biased == pytest.approx(wanted)
    assert low + high == pytest.approx(1)


@pytest.mark.parametrize("n", [8, 12, 20])
def test_intervals_over_few_images_cover_what_they_say(n: int) -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for trial in range(400):
        low, high = bootstrap_mean(rng.gamma(8.0, size=n), seed=trial)  # skewed, as shares of a map are
        covered += low <= 8.0 <= high
    assert 0.92 <= covered / 400 <= 0.985


def test_one_image_has_no_spread() -> None:
    assert bootstrap_mean(np.array([0.3]), seed=0) == pytest.approx((0.3, 0.3))
