"""What can be found wrong in a page's Jinja without running it: all of it at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from generator.commentary.claims import Fault
from generator.commentary.lookup import Group, UnknownNameError, member
from generator.commentary.sandbox import METHODS, Commentary, syntax
from generator.errors import nearest

Look = Callable[[tuple[Any, ...]], str | None]
"""Looks a name up by its parts; says what is wrong with it, or None."""

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name,
    nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call, nodes.Test, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.Neg, nodes.Pos, nodes.CondExpr, nodes.List, nodes.Tuple,
)  # fmt: skip


def anything(chain: tuple[Any, ...]) -> str | None:
    """Takes every name for a result: when nothing is known of the results."""
    return None


def among(results: Mapping[str, Any]) -> Look:
    """Looks names up in results."""

    def look(chain: tuple[Any, ...]) -> str | None:
        value: Any = Group(results)
        for part in chain:
            if value is None:
                return None  # not measured, and so below it; whether the page prints it is seen when it is rendered
            if part in METHODS and isinstance(value, Group) and part not in value:
                return None
            try:
                value = member(value, part, getattr(value, "path", ""))
            except UnknownNameError as error:
                return str(error)
        return None

    return look


def read(environment: Commentary, source: str, look: Look) -> tuple[nodes.Template | None, list[Fault]]:
    """Parse a page's Jinja and find all that is wrong with it without running it.

    Args:
        environment: as for rendering.
        source: the page.
        look: looks names of results up.

    Returns:
        The parsed page, None if it cannot be parsed, and the faults.
    """
    found: list[Fault] = []
    lines = source.split("\n")
    tree: nodes.Template | None = None
    while tree is None:
        try:
            tree = environment.parse("\n".join(lines))
        except TemplateSyntaxError as error:
            found.append(Fault(error.lineno, syntax(error)))
            line = error.lineno - 1
            # One wrong expression must not hide the next: blank its line and go on; a wrong block would only
            # produce follow-up errors.
            if not 0 <= line < len(lines) or "{%" in lines[line] or not lines[line] or len(found) >= 20:
                return None, found
            lines[line] = ""
    try:
        _walk(tree, environment, look, set(environment.globals), found)
    except RecursionError:
        found.append(Fault(1, "the page's Jinja is nested too deeply"))
    return tree, found


def _walk(
    node: nodes.Node,
    environment: Commentary,
    look: Look,
    local: set[str],
    found: list[Fault],
) -> None:
    """Check one node and what lies under it; `local` names were set by the page and are not looked up."""
    if not isinstance(node, _NODES):
        what = type(node).__name__.lower()
        if isinstance(node, nodes.Scope):
            what = "autoescape"
        # Some nodes are Jinja's own additions and have no line; what they hold has one.
        line = node.lineno or next((inner.lineno for inner in node.find_all(nodes.Node) if inner.lineno), 1)
        found.append(Fault(line, f"Jinja's '{what}' is not allowed in commentary; there are if, for and set"))
        return
    if isinstance(node, nodes.For):
        names = {name.name for name in node.target.find_all(nodes.Name)}
        names |= {node.target.name} if isinstance(node.target, nodes.Name) else set()
        _walk(node.iter, environment, look, local, found)
        local = local | names | {"loop"}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            _walk(child, environment, look, local, found)
        return
    if isinstance(node, nodes.Assign):
        _walk(node.node, environment, look, local, found)
        target = node.target
        if isinstance(target, nodes.Name):
            local.add(target.name)
        return
    if isinstance(node, nodes.Filter) and node.name not in environment.filters:
        found.append(Fault(node.lineno, f"there is no filter '{node.name}'{nearest(node.name, environment.filters)}"))
    if isinstance(node, nodes.Test) and node.name not in environment.tests:
        found.append(Fault(node.lineno, f"there is no test '{node.name}'{nearest(node.name, environment.tests)}"))
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        called = node.node.name
        if called not in environment.globals:
            known = environment.globals
            found.append(Fault(node.lineno, f"there is no function '{called}'{nearest(called, known)}"))
        for child in node.iter_child_nodes():
            if child is not node.node:
                _walk(child, environment, look, local, found)
        return
    hidden = node.attr if isinstance(node, nodes.Getattr) else ""
    if hidden.startswith("_"):
        found.append(Fault(node.lineno, f"'{hidden}' begins with an underscore; no result does"))
        return
    chain = _chain(node)
    if chain and chain[0] not in local:
        wrong = look(chain)
        if wrong:
            found.append(Fault(node.lineno, wrong))
        return
    for child in node.iter_child_nodes():
        _walk(child, environment, look, local, found)


def _chain(node: nodes.Node) -> tuple[Any, ...]:
    """``a.b["c"]`` as parts; empty if the node is no such chain."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        inner = _chain(node.node)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        inner = _chain(node.node)
        return (*inner, node.arg.value) if inner else ()
    return ()
