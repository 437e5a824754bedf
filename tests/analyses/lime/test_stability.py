"""Rank correlation and Jaccard index against slow definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from generator.analyses.lime.stability import jaccard, over_seeds, top
from generator.analyses.ranks import rank_correlation

WEIGHTS = st.lists(st.integers(-5, 5), min_size=4, max_size=12)


@given(st.data())
def test_rank_correlation_is_spearmans_with_ties(data: st.DataObject) -> None:
    a = np.array(data.draw(WEIGHTS), dtype=float)
    b = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=len(a), max_size=len(a))), dtype=float)
    expected = spearmanr(a, b).statistic if np.ptp(a) and np.ptp(b) else 0.0
    assert np.isclose(rank_correlation(a, b), expected)


def test_rank_correlation_knows_same_and_opposite_order() -> None:
    values = np.array([3.0, 1.0, 2.0, 9.0])
    assert rank_correlation(values, values**3) == 1
    assert rank_correlation(values, -values) == -1


@given(st.data())
def test_jaccard_is_the_overlap_of_the_sets(data: st.DataObject) -> None:
    a = np.array(data.draw(WEIGHTS), dtype=float)
    b = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=len(a), max_size=len(a))), dtype=float)

    def best(weights: np.ndarray) -> set[int]:
        ranked = sorted(range(len(weights)), key=lambda i: (-weights[i], i))[:3]
        return {i for i in ranked if weights[i] > 0}

    first, second = best(a), best(b)
    expected = len(first & second) / len(first | second) if first | second else 1.0
    assert jaccard(a, b, 3) == expected


def test_negative_superpixels_are_never_top() -> None:
    assert top(np.array([-1.0, 2.0, -3.0]), 3) == {1}


def test_over_seeds_is_the_mean_over_all_pairs() -> None:
    rng = np.random.default_rng(0)
    runs = list(rng.normal(size=(5, 9)))
    pairs = list(combinations(runs, 2))
    correlation, overlap = over_seeds(runs, 4)
    assert np.isclose(correlation, np.mean([spearmanr(a, b).statistic for a, b in pairs]))
    assert np.isclose(overlap, np.mean([jaccard(a, b, 4) for a, b in pairs]))
