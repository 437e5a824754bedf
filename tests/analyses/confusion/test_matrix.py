"""Counts, intervals, precision, recall and F1 against slow definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.analyses.confusion.matrix import confusion_matrix, examples_of_cells, measures, rate, top_pairs

PREDICTIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@given(PREDICTIONS)
def test_counts_equal_a_loop(pairs: list[tuple[int, int]]) -> None:
    labels, predicted = (np.array(x) for x in zip(*pairs, strict=True))
    slow = [[sum(p == (i, j) for p in pairs) for j in range(4)] for i in range(4)]
    assert confusion_matrix(labels, predicted, 4).tolist() == slow


@given(PREDICTIONS)
def test_measures_equal_their_definitions(pairs: list[tuple[int, int]]) -> None:
    labels, predicted = (np.array(x) for x in zip(*pairs, strict=True))
    for k, found in enumerate(measures(confusion_matrix(labels, predicted, 4))):
        hits = sum(a == b == k for a, b in pairs)
        own, told = sum(a == k for a, _ in pairs), sum(b == k for _, b in pairs)
        recall, precision = (hits / own if own else None), (hits / told if told else None)
        assert found.recall.value == recall
        assert found.precision.value == precision
        assert (found.recall.n, found.precision.n) == (own, told)
        if recall and precision:
            assert found.f1 == pytest.approx(2 * recall * precision / (recall + precision))
        elif own or told:
            assert found.f1 == 0
        else:
            assert found.f1 is None


@given(st.integers(1, 300), st.floats(0, 1))
def test_the_wilson_interval_holds_the_proportions_that_the_score_test_keeps(n: int, part: float) -> None:
    successes = round(part * n)
    found = rate(successes, n)
    z = 1.959963984540054
    for p in (found.low, found.high):
        if 1e-9 < p < 1 - 1e-9:
            # At its ends the observed proportion is exactly z standard errors (under p) away.
            assert abs(successes / n - p) == pytest.approx(z * (p * (1 - p) / n) ** 0.5, rel=1e-6)
    assert 0 <= found.low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= found.high <= 1


def test_nothing_to_divide_by_is_no_rate() -> None:
    found = rate(0, 0)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)


def test_top_confusions_are_parts_of_a_class_and_never_the_diagonal_or_empty() -> None:
    matrix = np.array([[90, 10, 0], [0, 1, 3], [5, 5, 990]])
    found = [(p.true, p.predicted, p.count) for p in top_pairs(matrix, 10)]
    assert found == [(1, 2, 3), (0, 1, 10), (2, 0, 5), (2, 1, 5)]
    assert len(top_pairs(matrix, 2)) == 2


def test_cells_show_the_surest_images_first_and_only_their_own() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 50)
    probabilities = rng.dirichlet(np.ones(3), 50)
    cells = examples_of_cells(labels, probabilities, 4)
    for (true, predicted), index in cells.items():
        assert 0 < len(index) <= 4
        assert all(labels[i] == true and probabilities[i].argmax() == predicted for i in index)
        confidences = [probabilities[i].max() for i in index]
        assert confidences == sorted(confidences, reverse=True)
        others = [i for i in range(50) if labels[i] == true and probabilities[i].argmax() == predicted]
        assert confidences[0] == max(probabilities[i].max() for i in others)
