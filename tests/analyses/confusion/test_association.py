"""Rank association over classes with its permutation p, and concentration."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from generator.analyses.confusion.association import association, concentration


def test_correlation_and_p_equal_a_loop_over_all_orders() -> None:
    rng = np.random.default_rng(0)
    for _ in range(3):
        a, b = rng.normal(size=5), rng.integers(0, 3, 5).astype(float)
        if not np.ptp(b):
            continue
        found = association(a, b)
        observed = spearmanr(a, b).statistic
        others = [spearmanr(a, order).statistic for order in permutations(b)]
        assert found.spearman == pytest.approx(observed)
        assert found.p == pytest.approx(np.mean([abs(r) >= abs(observed) - 1e-9 for r in others]))
        assert found.n == 5


def test_seven_classes_in_perfect_order_have_the_smallest_p_there_is() -> None:
    found = association(np.arange(7.0), np.arange(7.0) ** 2)
    assert found.spearman == 1
    assert found.p == pytest.approx(2 / 5040)


def test_many_classes_are_permuted_at_random_but_alike_every_time() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=12), rng.normal(size=12)
    first, second = association(a, b, seed=3), association(a, b, seed=3)
    assert first == second
    assert first.p == pytest.approx(spearmanr(a, b).pvalue, abs=0.05)


@pytest.mark.parametrize(("a", "b"), [([1, 2, 3], [5, 5, 5]), ([1, 2], [2, 1]), ([], [])])
def test_without_order_there_is_no_correlation(a: list[float], b: list[float]) -> None:
    found = association(np.array(a, dtype=float), np.array(b, dtype=float))
    assert found.spearman is None
    assert found.p is None


def test_saliency_spread_like_area_is_not_concentrated() -> None:
    found = concentration({"mouth": {"share": 0.2, "enrichment": 1.0}, "background": {"share": 0.8, "enrichment": 1.0}})
    assert found is not None
    assert found.divergence == 0


def test_concentration_is_the_divergence_of_shares_from_areas() -> None:
    shares, areas = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
    regions = {
        name: {"share": s, "enrichment": s / a}
        for name, s, a in zip(("mouth", "eyes", "background"), shares, areas, strict=True)
    }
    found = concentration(regions)
    assert found is not None
    assert found.region == "mouth"
    assert found.highest == pytest.approx(3)
    assert found.divergence == pytest.approx(sum(s * np.log(s / a) for s, a in zip(shares, areas, strict=True)))


def test_nothing_measured_is_no_concentration() -> None:
    assert concentration({}) is None
    assert concentration({"mouth": {"share": 0.0, "enrichment": None}}) is None
