"""Names over ``results.json``: ``saliency.happy.mouth.low`` as the author writes it."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.errors import nearest

Value = float | int | str | bool | None
"""What a name can stand for in the end."""


class UnknownNameError(LookupError):
    """A name that ``results.json`` does not hold; the message names the nearest one that it does."""


class NotQuotableError(TypeError):
    """A name that exists but cannot be used in this way."""


class Group(Mapping[str, Any]):
    """A group of results that knows its own name, so messages and evidence can quote it.

    Args:
        data: the group as read from ``results.json``.
        path: its name, ``""`` for the whole.
    """

    def __init__(self, data: Mapping[str, Any], path: str = "") -> None:
        self.data = data
        self.path = path

    def __getitem__(self, key: str) -> Any:
        return wrapped(self.data[self.spelling(key)], self.path_of(key))

    def __contains__(self, key: object) -> bool:
        try:
            self.spelling(key)
        except UnknownNameError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"the group {self.path}"

    def spelling(self, key: object) -> str:
        """The key as the results spell it: ``smooth_grad`` finds ``smooth-grad`` and ``smooth grad``.

        Raises:
            UnknownNameError: there is no such key.
        """
        if isinstance(key, str):
            if key in self.data:
                return key
            for other in self.data:
                if re.sub(r"\W", "_", other) == key:
                    return other
        known = [joined(self.path, name) for name in self.data]
        wanted = joined(self.path, str(key))
        if not self.path and len(str(key)) < 4:
            # Difflib finds far-fetched likenesses for short words; the list of groups helps more.
            raise UnknownNameError(f"there is no result named '{wanted}' (known: {', '.join(sorted(known))})")
        raise UnknownNameError(f"there is no result named '{wanted}'{nearest(wanted, known)}")

    def path_of(self, key: object) -> str:
        """The full name of a member."""
        return joined(self.path, self.spelling(key))


def joined(path: str, key: str) -> str:
    """`key` appended to `path`: with a dot if it is a plain name, else in brackets and quotes."""
    if not path:
        return key
    plain = re.fullmatch(r"[A-Za-z_]\w*", key) and not keyword.iskeyword(key)
    return f"{path}.{key}" if plain else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def wrapped(value: Any, path: str) -> Any:
    """A value of the results as commentary sees it: groups know their names, lists cannot be changed."""
    if isinstance(value, Mapping):
        return Group(value, path)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(wrapped(item, f"{path}[{index}]") for index, item in enumerate(value))
    return value


def member(value: Any, key: object, path: str = "") -> Any:
    """``value.key`` or ``value[key]`` over the results.

    Args:
        value: a group or a tuple.
        key: a name, or an index into a tuple.
        path: the name of `value`, for the message.

    Raises:
        UnknownNameError: there is no such member, or the value has none.
    """
    if isinstance(key, str) and key.startswith("_"):
        raise UnknownNameError(f"'{joined(path, key)}' begins with an underscore; no result does")
    if isinstance(value, Group):
        return value[key]  # type: ignore[index]
    if isinstance(value, tuple):
        if isinstance(key, int) and not isinstance(key, bool) and -len(value) <= key < len(value):
            return value[key]
        raise UnknownNameError(f"'{path or 'the list'}' has the places 0 to {len(value) - 1}, not {key!r}")
    raise UnknownNameError(f"'{path or shown(value)}' is {kind(value)} and has no member '{key}'")


def kind(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "not measured (null)"
    if isinstance(value, Group):
        return "a group of results"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str) else "a number"


def shown(value: Any) -> str:
    """A value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
