"""How numbers are written in prose, the same in both languages."""

from __future__ import annotations

from typing import Any

from generator.commentary.helpers import is_number
from generator.commentary.lookup import NotQuotableError, kind, shown

MINUS = "−"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(value: Any, digits: int = 1) -> str:
    """A fraction as a percentage: ``0.6472`` becomes ``64.7%``.

    Args:
        value: 0.01 is one per cent.
        digits: after the decimal point, 0 to 6.
    """
    return fixed(_number(value, "percent") * 100, digits) + "%"


def fixed(value: Any, digits: int = 2) -> str:
    """A number with a fixed count of decimals, 0 to 12, with a true minus sign."""
    number = _number(value, "fixed")
    if not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= 12:
        raise NotQuotableError(f"the number of decimals must be 0 to 12, not {shown(digits)}")
    text = f"{abs(number):.{digits}f}"
    # Minus nought is no number that a reader knows.
    return MINUS + text if number < 0 and float(text) else text


def signed(value: Any, digits: int = 2) -> str:
    """As `fixed`, with a plus sign where it is positive."""
    text = fixed(value, digits)
    return text if text.startswith(MINUS) or not float(text) else "+" + text


def magnitude(value: Any) -> str:
    """A number of any size to three significant digits: ``0.193``, ``12.5``, ``3.20×10⁻⁵``."""
    number = _number(value, "magnitude")
    rounded = f"{abs(number):.2e}"
    mantissa, exponent = rounded.split("e")
    power = int(exponent)
    if -5 < power < 6:
        text = f"{float(rounded):.{max(0, 2 - power)}f}"
    else:
        text = f"{mantissa}×10{str(power).translate(_RAISED)}"
    return MINUS + text if number < 0 else text


def thousands(value: Any) -> str:
    """A whole number with separators: ``28,709``."""
    return f"{round(_number(value, 'thousands')):,}".replace("-", MINUS)


def plural(value: Any, one: Any, many: Any) -> str:
    """The word that goes with a number: ``{{ n }} {{ n | plural("filter", "filters") }}``.

    Args:
        value: the number.
        one: the word for 1.
        many: the word for any other number, 0 among them.
    """
    for word in (one, many):
        if not isinstance(word, str):
            raise NotQuotableError(f'write plural("filter", "filters"), two words in quotes; found {shown(word)}')
    return str(one if _number(value, "plural") == 1 else many)


def plain(value: Any) -> str:
    """A value as evidence shows it: whole numbers whole, others to four significant digits."""
    if not is_number(value):
        return "—" if value is None else {True: "true", False: "false"}.get(value, str(value))
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return f"{int(value)}".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS)


def _number(value: Any, name: str) -> float:
    if value is None:
        raise NotQuotableError(f"the filter '{name}' needs a number, but this was not measured (null)")
    if not is_number(value):
        raise NotQuotableError(f"the filter '{name}' needs a number, found {kind(value)}: {shown(value)}")
    return float(value)
