"""The page templates: how they are compiled, which of them changed, and where they are broken."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Hashable
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from generator.commentary.numbers import fixed, magnitude, percent, signed, thousands
from generator.errors import InputError, no_text
from generator.site.memo import RenderMemo

_REFERENCE = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\b(.*?)%\}", re.DOTALL)
_LITERAL = re.compile(r"""\s*(["'])([^"']+)\1""")


def environment_of(folder: Path, compiled: Path | None = None) -> Environment:
    """The environment of the page templates.

    Args:
        folder: ``templates/``.
        compiled: where compiled templates are kept: compiling them takes half of a build that computes nothing.
    """
    cache = None
    if compiled is not None:
        with contextlib.suppress(OSError):
            compiled.mkdir(parents=True, exist_ok=True)
            cache = FileSystemBytecodeCache(str(compiled))
    environment = Environment(
        bytecode_cache=cache,
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = (percent, fixed, signed, thousands, magnitude, breakable)
    environment.filters.update({one.__name__: one for one in own})
    return environment


def breakable(name: str) -> Markup:
    """A long name or condition that may break where a reader would break it: before a part, never within a number."""
    return Markup(re.sub(r"([._])(?=[A-Za-z])", r"\1<wbr>", str(escape(name))))


class TemplateFiles:
    """The files below ``templates/`` as they are now.

    Args:
        folder: ``templates/``.
        memo: keeps what each template refers to.
    """

    def __init__(self, folder: Path, memo: RenderMemo) -> None:
        self._folder, self._memo = folder, memo
        self._stamps: dict[str, tuple[int, ...]] = {}
        for above, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(above, name)
                with contextlib.suppress(OSError):  # gone since it was listed
                    found = os.stat(path)
                    stamp = found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
                    self._stamps[os.path.relpath(path, folder).replace(os.sep, "/")] = stamp

    def stamp(self, name: str) -> Hashable:
        """Equal for as long as neither a template nor any that it includes, imports or extends changes."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            referred = self._references(one)
            if referred is None:
                return self.below("")
            waiting += referred
        return tuple((one, self._stamps.get(one)) for one in sorted(seen))

    def below(self, part: str) -> Hashable:
        """Equal for as long as no file of a folder changes: ``strings/``, or all templates for an empty name."""
        return tuple(sorted((name, stamp) for name, stamp in self._stamps.items() if name.startswith(part)))

    def _references(self, name: str) -> list[str] | None:
        """Templates that a template names; None if it names one by a variable, which may be any."""
        stamp = self._stamps.get(name)
        if stamp is None:
            return []

        def read() -> list[str] | None:
            found = []
            for match in _REFERENCE.finditer((self._folder / name).read_text("utf-8", errors="replace")):
                literal = _LITERAL.match(match[1])
                if literal is None:
                    return None
                found.append(literal[2])
            return found

        return self._memo.of(("references", name, stamp), read)


IN_TEMPLATES = (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
"""What a broken template raises while it is compiled or rendered; `broken` tells it from this program's own faults."""


def broken(error: Exception, templates: Path) -> InputError | None:
    """An error in a template, with its file and line; None if the fault is in this program's own code.

    Args:
        error: one of `IN_TEMPLATES`.
        templates: folder named when nothing better is known.
    """
    if isinstance(error, UnicodeDecodeError):
        return _undecodable(templates) or InputError("holds a file that is not UTF-8 text", templates)
    line = getattr(error, "lineno", None)
    name = getattr(error, "filename", None) or getattr(error, "name", None)
    frame = error.__traceback__
    # A runtime error in a template carries no line of its own; the traceback's last template frame does. The frames
    # before it are those of templates that include or extend it.
    own = line is not None
    while not own and frame is not None:
        if os.path.abspath(frame.tb_frame.f_code.co_filename).startswith(os.path.abspath(templates) + os.sep):
            name, line = frame.tb_frame.f_code.co_filename, frame.tb_lineno
        frame = frame.tb_next
    if not isinstance(error, TemplateError) and (line is None or _is_ours(error)):
        return None
    return InputError(f"template: {error}".replace("\n", " "), name or templates, line)


def _is_ours(error: BaseException) -> bool:
    """Whether it was raised in this program's own code, called from a template, and not in the template itself."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    package = str(Path(__file__).resolve().parents[1])
    return frame is not None and frame.tb_frame.f_code.co_filename.startswith(package)


def _undecodable(folder: Path) -> InputError | None:
    """The first template that is no UTF-8."""
    for file in sorted(folder.rglob("*.html")):
        try:
            file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            return InputError.of([no_text(error, file)])
    return None
