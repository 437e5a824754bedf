"""The functions that conditions and commentary may call; there are no others.

Over a group, ``argmax(saliency.happy)`` compares its members by their first measure in `PRIMARY`; a second
argument names another one, with dots where it lies deeper: ``min(saliency, "mouth.low")``.

Of equals the first in the group's own order comes first, which for classes is the order of ``dataset.classes``, as on
the first page's cards and in drafts: ``argmax`` and ``argmin`` name the first of those that tie.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from generator.commentary.lookup import Group, NotQuotableError, UnknownNameError, kind, shown
from generator.errors import nearest

PRIMARY = ("enrichment", "recall", "decisive", "weight", "share", "auc", "value")
"""What the members of a group are compared by when no measure is named: the first that they have."""

HELP = {
    "min": 'smallest of numbers, or over a group or list: min(saliency, "mouth.low"), min(tsne.grid, "knn_map")',
    "max": "largest of numbers, or over a group",
    "sum": "sum of numbers, or over a group",
    "mean": "mean of numbers, or over a group",
    "abs": "absolute value of a number",
    "round": "round(x) or round(x, digits)",
    "len": "number of members of a group or list",
    "argmax": "name of the group's member with the largest measure, of equals the first: argmax(saliency.happy)",
    "argmin": "name of the group's member with the smallest measure, of equals the first",
    "rank": 'place of a member, 1 the largest: rank(model.recall, "happy")',
    "top": 'names of the n members with the largest measure: "mouth" in top(saliency.happy, 2)',
    "count": 'number of members whose measure is one of the values: count(lime, "region", "mouth", "eyes")',
    "defined": "whether a measure was taken (is not null): defined(tsne.last.silhouette)",
}


def measure(item: Any, key: str | None) -> Any:
    """One member's measure: itself if plain, else the named or first primary one; `...` if it has none."""
    if not isinstance(item, Group):
        return item if key is None else ...
    if key is None:
        return next((item[name] for name in PRIMARY if name in item), ...)
    for part in key.split("."):
        if not isinstance(item, Group):
            return ...
        try:
            item = item[part]
        except UnknownNameError:
            return ...
    return item


def measures(group: Any, key: str | None = None) -> dict[str, float]:
    """Members of a group by name with the number that each is compared by; members without one are left out.

    Raises:
        NotQuotableError: it is no group, or no member has such a number.
    """
    if not isinstance(group, Group):
        raise NotQuotableError(f"expected a group of results such as saliency.happy, found {shown(group)}")
    if key is not None and not isinstance(key, str):
        raise NotQuotableError(f'the measure must be a name in quotes such as "share", found {shown(key)}')
    found = {name: measure(group[name], key) for name in group}
    numbers = {name: float(value) for name, value in found.items() if is_number(value)}
    if not numbers:
        if key is None:
            raise NotQuotableError(f"'{group.path}' has nothing to compare by; name a measure in quotes")
        inner = {part for name in group if isinstance(group[name], Group) for part in group[name]}
        raise NotQuotableError(f"no member of '{group.path}' has a number '{key}'{nearest(key, inner)}")
    return numbers


def is_number(value: Any) -> bool:
    """Whether a value is a finite number (true and false are not)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def numbers_of(arguments: tuple[Any, ...]) -> list[float]:
    """The numbers meant by ``(1, 2)``, ``([1, 2],)``, ``(group,)``, ``(group, "measure")`` or ``(rows, "measure")``."""
    if len(arguments) == 2 and isinstance(arguments[0], tuple) and isinstance(arguments[1], str):
        return list(measures(_numbered(arguments[0]), arguments[1]).values())
    if arguments and isinstance(arguments[0], Group):
        if len(arguments) > 2:
            raise NotQuotableError("a group takes one measure in quotes at most")
        return list(measures(*arguments).values())
    items = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments
    if not items:
        raise NotQuotableError("needs at least one number")
    for item in items:
        if not is_number(item):
            raise NotQuotableError(f"needs numbers, found {kind(item)}: {shown(item)}")
    return list(items)


def _numbered(rows: tuple[Any, ...]) -> Group:
    """A list of groups such as ``tsne.grid`` as one group, whose members are named by their places."""
    first = rows[0] if rows else None
    if not isinstance(first, Group):
        raise NotQuotableError("a measure in quotes needs a group of results, or a list of them such as tsne.grid")
    path = first.path.removesuffix("[0]")
    return Group({str(place): row.data for place, row in enumerate(rows) if isinstance(row, Group)}, path)


def ordered(group: Any, key: str | None = None) -> list[str]:
    """Names of a group's members from the largest measure to the smallest; of equals the first in the group first."""
    return [name for name, _ in sorted(measures(group, key).items(), key=lambda item: -item[1])]


def smallest(group: Any, key: str | None = None) -> str:
    """The name of the member with the smallest measure; of equals the first in the group."""
    return min(measures(group, key).items(), key=lambda item: item[1])[0]


def rank(group: Any, name: Any, key: str | None = None) -> int:
    """The place of a member, 1 for the largest measure."""
    order = ordered(group, key)
    if name not in order:
        raise NotQuotableError(f"'{group.path}' has no member '{name}'{nearest(str(name), order)}")
    return order.index(name) + 1


def top(group: Any, n: Any, key: str | None = None) -> tuple[str, ...]:
    """Names of the `n` members with the largest measure."""
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise NotQuotableError(f"the number of members must be 1 or more, found {shown(n)}")
    return tuple(ordered(group, key)[:n])


def count(group: Any, key: Any, *values: Any) -> int:
    """How many members have one of `values` as the named measure."""
    if not isinstance(group, Group) or not isinstance(key, str) or not values:
        raise NotQuotableError('write count(group, "measure", value, …)')
    found = [measure(group[name], key) for name in group]
    if all(value is ... for value in found):
        raise NotQuotableError(f"no member of '{group.path}' has a '{key}'")
    return sum(value in values for value in found if value is not ...)


def rounded(number: Any, digits: Any = 0) -> float:
    """A number rounded half to even, as Python does."""
    if not is_number(number):
        raise NotQuotableError(f"round needs a number, found {kind(number)}")
    if not isinstance(digits, int) or not 0 <= digits <= 12:
        raise NotQuotableError(f"round keeps 0 to 12 digits, not {shown(digits)}")
    return float(round(number, digits))


def length(value: Any) -> int:
    """Number of members of a group or a list."""
    if not isinstance(value, Group | tuple):
        raise NotQuotableError(f"len needs a group or a list, found {kind(value)}")
    return len(value)


HELPERS: dict[str, Callable[..., Any]] = {
    "min": lambda *arguments: min(numbers_of(arguments)),
    "max": lambda *arguments: max(numbers_of(arguments)),
    "sum": lambda *arguments: sum(numbers_of(arguments)),
    "mean": lambda *arguments: math.fsum(values := numbers_of(arguments)) / len(values),
    "abs": lambda number: abs(numbers_of((number,))[0]),
    "round": rounded,
    "len": length,
    "argmax": lambda group, key=None: ordered(group, key)[0],
    "argmin": smallest,
    "rank": rank,
    "top": top,
    "count": count,
    "defined": lambda value: value is not None,
}
