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
from generator.commentary.claims import PRIVATE, Fault
from generator.commentary.lookup import Group, NotQuotableError, UnknownNameError, kind, member, shown
from generator.errors import nearest

_MARKUP = "\\`*_{}[]()#+!|<>&~\"':@^=-$"
_GUARD = {ord(character): chr(0xE200 + ord(character)) for character in _MARKUP}
_BARE = {ord(stand_in): chr(character) for character, stand_in in _GUARD.items()}

_NAME = "<commentary>"
_TESTS = ("defined", "none", "number", "string", "eq", "ne", "lt", "le", "gt", "ge", "in")
_LOOP = ("index", "index0", "first", "last", "length", "revindex")
METHODS: dict[str, Callable[[Group], Any]] = {
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
            "plural": _filter(numbers.plural, ready=True),
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
        if isinstance(obj, Group) and attribute in METHODS and attribute not in obj:
            return lambda: METHODS[attribute](obj)
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
        return PRIVATE.sub("\ufffd", value).translate(_GUARD)
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
        return Fault(error.lineno, syntax(error))
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


def syntax(error: TemplateSyntaxError) -> str:
    """What Jinja says of a syntax error, as part of a line."""
    message = (error.message or "syntax error").rstrip(".")
    hint = "; write == to compare" if message.endswith("got '='") else ""
    return f"Jinja: {message[0].lower()}{message[1:]}{hint}"
