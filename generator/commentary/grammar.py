"""The grammar of claims' conditions: Python's expressions, cut down to what can only compare results.

Only what `_check` allows exists: there is no way from a condition to a Python object, to an attribute of one, or to
a call that is not in `helpers.HELPERS`.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from generator.commentary import helpers
from generator.commentary.lookup import shown
from generator.errors import nearest

LONGEST = 1000
"""Characters; a condition that needs more says too much at once."""

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class ConditionError(ValueError):
    """A condition that cannot be read or evaluated, with what would be right."""


@lru_cache(maxsize=4096)
def parse(condition: str) -> ast.expr:
    """Read a condition; both languages of a page share what was read.

    Raises:
        ConditionError: it is empty, too long, no expression, or uses what conditions do not have.
    """
    text = " ".join(condition.split())
    if not text:
        raise ConditionError('the condition is empty; write for example {claim="model.accuracy > 0.5"}')
    if len(text) > LONGEST:
        raise ConditionError(f"the condition is {len(text)} characters long; at most {LONGEST} are read")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        hint = "; write == to compare" if re.search(r"(?<![=<>!:])=(?!=)", text) else ""
        raise ConditionError(f"the condition '{text}' is not a condition: {reason}{hint}") from None
    try:
        _check(tree, text)
    except RecursionError:
        raise ConditionError(f"the condition '{shown(text)}' is nested too deeply") from None
    return tree


def names(tree: ast.expr) -> list[tuple[str, ...]]:
    """The result names in a condition as tuples of parts; subscripts that are not plain strings end one."""
    found: list[tuple[str, ...]] = []

    def visit(node: ast.AST) -> None:
        chain = _chain(node)
        if chain:
            found.append(chain)
            return
        skip = node.func if isinstance(node, ast.Call) else None
        for child in ast.iter_child_nodes(node):
            if child is not skip:
                visit(child)

    visit(tree)
    return found


def _chain(node: ast.AST) -> tuple[str, ...]:
    """``a.b["c"]`` as parts; empty if the node is no such chain."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        inner = _chain(node.value)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = _chain(node.value)
        return (*inner, str(node.slice.value)) if inner else ()
    return ()


_ALLOWED = (
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.BinOp, *ARITHMETIC,
    ast.Compare, *COMPARISONS, ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot,
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Call, ast.Tuple, ast.List, ast.Load,
)  # fmt: skip


def _check(tree: ast.expr, text: str) -> None:
    """Refuse every construct that conditions do not have, before anything is evaluated."""
    for node in ast.walk(tree):
        wrong_sign = isinstance(node, ast.BinOp) and type(node.op) not in ARITHMETIC
        if wrong_sign or not isinstance(node, _ALLOWED):
            what = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise ConditionError(
                f"the condition '{text}' uses '{what}'; allowed are names, numbers, text in quotes, "
                f"comparisons, and, or, not, in, + - * / and {', '.join(helpers.HELPERS)}"
            )
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise ConditionError(f"the condition '{text}' uses '{node.attr}'; no result begins with '_'")
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str | None):
            raise ConditionError(f"the condition '{text}' uses {node.value!r}; numbers and text only")
        if isinstance(node, ast.Call):
            _check_call(node, text)
    if not any(chain[0] not in LITERALS for chain in names(tree)):
        raise ConditionError(f"the condition '{text}' names no result, so nothing measured could refute it")


def _check_call(node: ast.Call, text: str) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in helpers.HELPERS:
        called = ast.unparse(node.func)
        raise ConditionError(
            f"the condition '{text}' calls '{called}', which is no helper{nearest(called, helpers.HELPERS)}"
        )
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise ConditionError(f"the condition '{text}': helpers take plain arguments only")
