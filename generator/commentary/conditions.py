"""Conditions of claims, evaluated over ``results.json``; `grammar` says what they may hold.

Comparisons with something that was not measured are neither true nor false (Kleene's three-valued logic), and a
claim that comes out so does not hold.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.commentary import helpers
from generator.commentary.grammar import ARITHMETIC, COMPARISONS, LITERALS, ConditionError, names, parse
from generator.commentary.lookup import Group, NotQuotableError, UnknownNameError, Value, kind, member, shown

__all__ = ["LITERALS", "ConditionError", "Verdict", "evaluate", "names", "parse"]


@dataclass(frozen=True)
class Verdict:
    """A condition's outcome.

    Attributes:
        holds: whether it is true of the results; a comparison with something not measured is not.
        values: what was looked up, by name, in reading order.
    """

    holds: bool
    values: dict[str, Value]


class _NotMeasuredError(Exception):
    """Something compared was null."""


def evaluate(condition: str, results: Mapping[str, Any]) -> Verdict:
    """Evaluate a condition over the results.

    Args:
        condition: as written in the claim.
        results: the content of ``results.json``.

    Raises:
        ConditionError: it cannot be read, names what does not exist, or is not true or false.

    Example:
        >>> evaluate("a.b > 1", {"a": {"b": 2}})
        Verdict(holds=True, values={'a.b': 2})
    """
    tree = parse(condition)
    walk = _Walk(Group(results))
    try:
        holds = walk.value(tree)
    except _NotMeasuredError:
        holds = None
    except (UnknownNameError, NotQuotableError) as error:
        raise ConditionError(f"in the condition '{condition}': {error}") from None
    except ZeroDivisionError:
        raise ConditionError(f"the condition '{condition}' divides by zero") from None
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ConditionError(f"the condition '{condition}' cannot be evaluated: {error}") from None
    if holds is not None and not isinstance(holds, bool):
        raise ConditionError(
            f"the condition '{condition}' gives {kind(holds)} ({shown(holds)}), not true or false; "
            "compare it with something"
        )
    return Verdict(bool(holds), walk.seen)


class _Walk:
    """One evaluation, remembering what it looked up."""

    def __init__(self, results: Group) -> None:
        self.results = results
        self.seen: dict[str, Value] = {}

    def value(self, node: ast.expr) -> Any:
        """The value of a node; plain results that it names are written down as evidence."""
        result = self._value(node)
        named = isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and ast.unparse(node) not in LITERALS
        if named and not isinstance(result, Group | tuple):
            self.seen[self._path(node)] = result
        return result

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return LITERALS[name] if name in LITERALS else self.results[name]
            case ast.Attribute(value=inner, attr=name):
                return member(self._measured(inner), name, self._path(inner))
            case ast.Subscript(value=inner, slice=key):
                return member(self._measured(inner), self.value(key), self._path(inner))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self.value(item) for item in items)
            case ast.Call():
                return self._call(node)
            case ast.BoolOp(op=op, values=parts):
                # Every part is evaluated: what decides nothing is evidence too, and a wrong name an error.
                truths = [self._truth(part) for part in parts]
                decisive = isinstance(op, ast.Or)
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                truth = self._truth(inner)
                return None if truth is None else not truth
            case ast.UnaryOp(op=op, operand=inner):
                number = self._number(inner)
                return -number if isinstance(op, ast.USub) else number
            case ast.BinOp(left=left, op=op, right=right):
                return ARITHMETIC[type(op)](self._number(left), self._number(right))
            case ast.Compare():
                return self._compare(node)
        raise ConditionError(f"'{ast.unparse(node)}' is not allowed in a condition")

    def _measured(self, node: ast.expr) -> Any:
        """A group or list; what lies below one that was not measured was not measured either."""
        found = self._value(node)
        if found is None and ast.unparse(node) not in LITERALS:
            self.seen[self._path(node)] = None
            raise _NotMeasuredError
        return found

    def _truth(self, node: ast.expr) -> bool | None:
        try:
            found = self.value(node)
        except _NotMeasuredError:
            return None
        if found is not None and not isinstance(found, bool):
            raise NotQuotableError(f"'{ast.unparse(node)}' is {kind(found)}, not true or false")
        return found

    def _number(self, node: ast.expr) -> Any:
        found = self.value(node)
        if found is None:
            raise _NotMeasuredError
        if not helpers.is_number(found):
            raise NotQuotableError(f"'{ast.unparse(node)}' is {kind(found)}, not a number")
        return found

    def _compare(self, node: ast.Compare) -> bool:
        values = [self.value(item) for item in (node.left, *node.comparators)]
        texts = [ast.unparse(item) for item in (node.left, *node.comparators)]
        truths = []
        for place, op in enumerate(node.ops):
            left, right = values[place], values[place + 1]
            if isinstance(op, ast.In | ast.NotIn):
                if not isinstance(right, Group | tuple):
                    what = kind(right)
                    raise NotQuotableError(f"'in' needs a group or a list, '{texts[place + 1]}' is {what}")
                inside = left in tuple(right)
                truths.append(inside == isinstance(op, ast.In))
            elif isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
                for value, text in zip(values, texts, strict=True):
                    if isinstance(value, Group):
                        raise NotQuotableError(f"'{text}' is a group of results; compare one of its members")
                truths.append((left == right) == isinstance(op, ast.Eq | ast.Is))
            else:
                if left is None or right is None:
                    raise _NotMeasuredError
                for value, text in ((left, texts[place]), (right, texts[place + 1])):
                    if not helpers.is_number(value):
                        raise NotQuotableError(f"'{text}' is {kind(value)}, not a number")
                truths.append(COMPARISONS[type(op)](left, right))
        return all(truths)

    def _call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        arguments = [self.value(item) for item in node.args]
        if node.func.id != "defined" and any(item is None for item in arguments):
            raise _NotMeasuredError
        try:
            found = helpers.HELPERS[node.func.id](*arguments)
        except TypeError as error:
            if isinstance(error, NotQuotableError):
                raise NotQuotableError(f"{ast.unparse(node)}: {error}") from None
            raise NotQuotableError(f"{ast.unparse(node)} has the wrong number of arguments") from None
        self.seen[ast.unparse(node)] = ", ".join(map(str, found)) if isinstance(found, tuple) else found
        if node.func.id in ("argmax", "argmin") and isinstance(arguments[0], Group):
            # The winner's own number is what a reader asks for next.
            key = arguments[1] if len(arguments) > 1 else None
            self.seen[_measured(arguments[0], found, key)] = helpers.measures(*arguments)[found]
        return found

    def _path(self, node: ast.expr) -> str:
        """The name of a node as evidence lists it."""
        if isinstance(node, ast.Attribute | ast.Subscript):
            inner = self._value(node.value)
            key = node.attr if isinstance(node, ast.Attribute) else self._value(node.slice)
            if isinstance(inner, Group):
                return inner.path_of(key)
            return f"{self._path(node.value)}[{key!r}]"
        return ast.unparse(node)


def _measured(group: Group, name: str, key: str | None) -> str:
    """The full name of the number by which `name` won."""
    path = group.path_of(name)
    item = group[name]
    if not isinstance(item, Group):
        return path
    measured = key or next(part for part in helpers.PRIMARY if part in item)
    return f"{path}.{measured}"
