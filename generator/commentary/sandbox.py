"""Jinja2 over the results: what commentary may do in ``{{ … }}`` and ``{% … %}``, and nothing else.

The environment is Jinja's immutable sandbox, narrowed further: attribute access reaches members of results
and never Python attributes, only listed filters, helpers and kinds of statement exist, and arithmetic takes
numbers only, so no expression can grow without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.runtime import LoopContext, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.commentary import helpers, numbers
from generator.commentary.claims import Fault
from generator.commentary.lookup import Group, NotQuotableError, UnknownNameError, kind, member, shown
from generator.errors import nearest

_MARKUP = "\\`*_{}[]()#+!|<>&~\"':@^=-"
_GUARD = {ord(character): chr(0xE200 + ord(character)) for character in _MARKUP}
_BARE = {ord(stand_in): chr(character) for character, stand_in in _GUARD.items()}

_NAME = "<commentary>"
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name,
    nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call, nodes.Test, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.Neg, nodes.Pos, nodes.CondExpr, nodes.List, nodes.Tuple,
)  # fmt: skip
_TESTS = ("defined", "none", "number", "string", "eq", "ne", "lt", "le", "gt", "ge", "in")
_LOOP = ("index", "index0", "first", "last", "length", "revindex")
_METHODS: dict[str, Callable[[Group], Any]] = {
    "items": lambda group: tuple((name, group[name]) for name in group),
    "keys": tuple,
    "values": lambda group: tuple(group[name] for name in group),
}


class _Undefined(StrictUndefined):
    """An undefined name whose message was made where it was looked up."""

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or f"there is no result named '{self._undefined_name}'"


class Commentary(ImmutableSandboxedEnvironment):
    """The environment of one page.

    Args:
        filters: name to filter, besides those of `numbers`.
        functions: name to function, besides the helpers (``figure``).
    """

    intercepted_binops = frozenset(("+", "-", "*", "/", "**", "//", "%"))
    intercepted_unops = frozenset(("-", "+"))

    def __init__(self, filters: Mapping[str, Callable[..., Any]], functions: Mapping[str, Callable[..., Any]]) -> None:
        # Blocks leave no empty lines behind, so that a loop over list items makes one list.
        super().__init__(
            undefined=_Undefined,
            finalize=printed,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
        )
        self.filters = {
            "percent": _filter(numbers.percent, ready=True),
            "fixed": _filter(numbers.fixed, ready=True),
            "signed": _filter(numbers.signed, ready=True),
            "thousands": _filter(numbers.thousands, ready=True),
            **{name: _filter(function, ready=False) for name, function in filters.items()},
        }
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.globals = {**helpers.HELPERS, **functions}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Members of results, a few loop counters, and ``items``/``keys``/``values`` of a group."""
        if isinstance(obj, LoopContext):
            if attribute in _LOOP:
                return getattr(obj, attribute)
            return self.undefined(f"'loop' has no '{attribute}'{nearest(attribute, _LOOP)}")
        if isinstance(obj, _Undefined):
            return obj
        if isinstance(obj, Group) and attribute in _METHODS and attribute not in obj:
            return lambda: _METHODS[attribute](obj)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member of a group or a place of a list."""
        if isinstance(obj, _Undefined):
            return obj
        try:
            return member(obj, argument, obj.path if isinstance(obj, Group) else "")
        except UnknownNameError as error:
            return self.undefined(str(error))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic of numbers; powers are left out."""
        for value in (left, right):
            if isinstance(value, _Undefined):
                value._fail_with_undefined_error()
            if not helpers.is_number(value):
                raise NotQuotableError(f"'{operator}' needs numbers, found {kind(value)}: {shown(value)}")
        if operator not in "+-*/":
            raise NotQuotableError(f"'{operator}' is not allowed in commentary; there are + - * and /")
        return super().call_binop(context, operator, left, right)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        """A sign before a number."""
        if isinstance(arg, _Undefined):
            arg._fail_with_undefined_error()
        if not helpers.is_number(arg):
            raise NotQuotableError(f"'{operator}' needs a number, found {kind(arg)}: {shown(arg)}")
        return super().call_unop(context, operator, arg)

    def call(self, context: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
        """A helper's call; an undefined argument is named."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, _Undefined):
                value._fail_with_undefined_error()
        return super().call(context, function, *args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Only what this environment itself put there can be called."""
        return obj in self.globals.values() or getattr(obj, "__module__", "") == __name__


class Ready(str):
    """Text that goes into the Markdown as it is: figure places, written numbers."""

    __slots__ = ()


def printed(value: Any) -> str:
    """What ``{{ … }}`` leaves in the Markdown: numbers plain, text guarded from Markdown.

    Raises:
        NotQuotableError: the value is a group, a list, null or a truth value.
    """
    if isinstance(value, Ready | _Undefined):
        return str(value)
    if isinstance(value, str):
        return value.translate(_GUARD)
    if helpers.is_number(value):
        return numbers.plain(value)
    if value is None:
        raise NotQuotableError("this was not measured (null); ask first: {% if defined(…) %}")
    raise NotQuotableError(f"{shown(value)} is {kind(value)} and cannot be printed; name one number in it")


def bare(text: str) -> str:
    """Text with guarded punctuation restored."""
    return text.translate(_BARE)


def bare_html(html: str) -> str:
    """HTML with guarded punctuation restored, escaped where HTML needs it."""
    return html.translate({code: escape(character) for code, character in _BARE.items()})


def _filter(function: Callable[..., Any], ready: bool) -> Callable[..., Any]:
    """A filter that names an undefined value instead of choking on it."""

    def apply(value: Any, *arguments: Any) -> Any:
        for item in (value, *arguments):
            if isinstance(item, _Undefined):
                item._fail_with_undefined_error()
        found = function(value, *arguments)
        return Ready(found) if ready else found

    return apply


def read(
    environment: Commentary, source: str, results: Mapping[str, Any] | None
) -> tuple[nodes.Template | None, list[Fault]]:
    """Parse a page's Jinja and find all that is wrong with it without running it.

    Args:
        environment: as for rendering.
        source: the page.
        results: ``results.json``; None when nothing has been measured yet, and names are not looked up.

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
            found.append(Fault(error.lineno, _syntax(error)))
            line = error.lineno - 1
            # One wrong expression must not hide the next: blank its line and go on; a wrong block would only
            # produce follow-up errors.
            if not 0 <= line < len(lines) or "{%" in lines[line] or not lines[line] or len(found) >= 20:
                return None, found
            lines[line] = ""
    try:
        _walk(tree, environment, results, set(environment.globals), found)
    except RecursionError:
        found.append(Fault(1, "the page's Jinja is nested too deeply"))
    return tree, found


def render(environment: Commentary, tree: nodes.Template, results: Mapping[str, Any]) -> str | Fault:
    """Run a page's parsed Jinja; a tree can be run once.

    Returns:
        The page's Markdown, or what went wrong and where.
    """
    try:
        code = environment.compile(tree)
        template = environment.template_class.from_code(environment, code, environment.make_globals(None))
        return template.render(Group(results))
    except TemplateSyntaxError as error:
        return Fault(error.lineno, _syntax(error))
    except UndefinedError as error:
        return Fault(_line(error), str(error.message))
    except (UnknownNameError, NotQuotableError) as error:
        return Fault(_line(error), str(error))
    except SecurityError as error:
        return Fault(_line(error), f"not allowed in commentary: {error}")
    except ZeroDivisionError as error:
        return Fault(_line(error), "this divides by zero")
    except RecursionError as error:
        return Fault(_line(error), "this is nested too deeply")
    except (TemplateError, TypeError, ValueError, KeyError, OverflowError, MemoryError, SyntaxError) as error:
        return Fault(_line(error), f"cannot be evaluated: {error}")


def _line(error: BaseException) -> int:
    """The template line of an error: the innermost frame that belongs to the page."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in (_NAME, "<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _syntax(error: TemplateSyntaxError) -> str:
    message = (error.message or "syntax error").rstrip(".")
    return f"Jinja: {message[0].lower()}{message[1:]}"


def _walk(
    node: nodes.Node,
    environment: Commentary,
    results: Mapping[str, Any] | None,
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
        _walk(node.iter, environment, results, local, found)
        local = local | names | {"loop"}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            _walk(child, environment, results, local, found)
        return
    if isinstance(node, nodes.Assign):
        _walk(node.node, environment, results, local, found)
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
                _walk(child, environment, results, local, found)
        return
    hidden = node.attr if isinstance(node, nodes.Getattr) else ""
    if hidden.startswith("_"):
        found.append(Fault(node.lineno, f"'{hidden}' begins with an underscore; no result does"))
        return
    chain = _chain(node)
    if chain and chain[0] not in local:
        if results is not None:
            value: Any = Group(results)
            for part in chain:
                if part in _METHODS and isinstance(value, Group) and part not in value:
                    break
                try:
                    value = member(value, part, getattr(value, "path", ""))
                except UnknownNameError as error:
                    found.append(Fault(node.lineno, str(error)))
                    break
        return
    for child in node.iter_child_nodes():
        _walk(child, environment, results, local, found)


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
