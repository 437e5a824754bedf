"""The reliability curve and its error, against a loop over predictions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.analyses.confusion.calibration import expected_calibration_error, reliability


@given(st.lists(st.tuples(st.floats(0.01, 1), st.booleans()), min_size=1, max_size=80), st.integers(2, 15))
def test_bins_and_error_equal_a_loop(predictions: list[tuple[float, bool]], bins: int) -> None:
    confidence = np.array([c for c, _ in predictions])
    right = np.array([r for _, r in predictions])
    found = reliability(confidence, right, bins)
    error = 0.0
    for number, one in enumerate(found):
        inside = [
            (c, r)
            for c, r in predictions
            if (number == 0 or np.ceil(c * bins) > number) and np.ceil(c * bins) <= number + 1
        ]
        assert one.n == len(inside)
        if inside:
            mean, accuracy = np.mean([c for c, _ in inside]), np.mean([r for _, r in inside])
            assert one.confidence == pytest.approx(mean)
            assert one.accuracy == pytest.approx(accuracy)
            error += len(inside) / len(predictions) * abs(mean - accuracy)
        else:
            assert one.confidence is None
            assert one.accuracy is None
    assert expected_calibration_error(found) == pytest.approx(error)


def test_a_model_as_right_as_it_is_sure_has_no_error() -> None:
    confidence = np.repeat([0.25, 0.75], 400)
    right = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    assert expected_calibration_error(reliability(confidence, right, 10)) == pytest.approx(0)


def test_a_model_that_is_always_sure_and_half_right_is_off_by_half() -> None:
    bins = reliability(np.ones(100), np.arange(100) % 2 == 0, 10)
    assert expected_calibration_error(bins) == pytest.approx(0.5)
    assert bins[-1].n == 100


def test_an_edge_belongs_to_the_bin_below() -> None:
    assert reliability(np.array([0.5]), np.array([True]), 2)[0].n == 1
