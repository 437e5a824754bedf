"""How numbers are written where their size is not known beforehand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.commentary.numbers import magnitude

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.193, "0.193"),
        (0.70912, "0.709"),
        (12.46, "12.5"),
        (123456.0, "123000"),
        (0.000123, "0.000123"),
        (0.0000319999, "3.20×10⁻⁵"),
        (9.996, "10.0"),
        (2.5e10, "2.50×10¹⁰"),
        (-0.04, "−0.0400"),
        (0, "0.00"),
    ],
)
def test_three_digits_tell_a_number_of_any_size(value: float, written: str) -> None:
    assert magnitude(value) == written


@given(st.floats(1e-200, 1e200))
def test_what_is_written_is_the_number_to_half_a_per_cent(value: float) -> None:
    mantissa, _, power = magnitude(value).partition("×10")
    assert float(f"{mantissa}e{power.translate(RAISED) or 0}") == pytest.approx(value, rel=0.0051)
