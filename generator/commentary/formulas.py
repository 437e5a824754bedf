r"""Formulas in LaTeX, ``$E_r = \frac{s_r}{a_r}$`` in a line or between two ``$$`` on lines of their own, as MathML.

Browsers draw MathML by themselves and screen readers read it aloud, so that a page needs no script. What counts as a
formula is Pandoc's rule: no space after the first dollar or before the last, and no digit after it, so that prices
stay prices. What LaTeX would not understand is told, and never left on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape, unescape
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

from generator.commentary.fences import blank

_INSIDE = r"(?:\\.|[^$\\\n]|\n(?![ \t]*\n))"
DISPLAY = re.compile(rf"^ {{0,3}}\$\$(?P<tex>{_INSIDE}+?)\$\$[ \t]*$", re.M)
"""A formula that stands on lines of its own."""
INLINE = re.compile(rf"(?<![\\$])\$(?![\s$])(?P<tex>{_INSIDE}+?)(?<!\s)\$(?![\d$])")
"""A formula within a line."""
_LONGEST = 2000

_CHILDREN = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_TAGS = {
    *_CHILDREN,
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mstyle", "msqrt", "mpadded", "mphantom"),
    *("mtable", "mtr", "mtd", "menclose"),
}
_ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "columnspacing", "depth", "display", "displaystyle", "fence", "form"),
    *("height", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation"),
    *("rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"),
}
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_DEFINING = re.compile(r"\\(?:newcommand|renewcommand|def|let|DeclareMathOperator|newenvironment)(?![A-Za-z])")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_ENVIRONMENTS = {
    *("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array", "cases", "split"),
    *("align", "align*"),
}
_SAID = {
    "NumeratorNotFoundError": "a fraction has no numerator",
    "DenominatorNotFoundError": "a fraction has no denominator",
    "ExtraLeftOrMissingRightError": r"\left and \right do not go in pairs",
    "MissingSuperScriptOrSubscriptError": "there is nothing above ^ or below _",
    "DoubleSubscriptsError": "it has two subscripts at one place; put braces around what belongs together",
    "DoubleSuperscriptsError": "it has two superscripts at one place; put braces around what belongs together",
    "NoAvailableTokensError": "something is missing at its end",
    "MissingEndError": r"a \begin{…} has no \end{…}",
}


class FormulaError(ValueError):
    """What is wrong with a formula."""


@lru_cache(maxsize=256)
def mathml(tex: str, display: bool) -> str:
    """A formula as MathML.

    Args:
        tex: LaTeX's mathematics, without dollars. A percent sign is one, and no comment.
        display: whether it stands on a line of its own.

    Raises:
        FormulaError: it cannot be read, or holds what formulas are not made of.
    """
    tex = tex.strip()
    _vet_source(tex)
    # Numbers come as prose has them: with a true minus sign, which LaTeX makes of a hyphen, and with separators.
    source = _THOUSANDS.sub(r"\\text{\g<0>}", re.sub(r"(?<!\\)%", r"\\%", tex).replace("−", "-"))
    # Only where there is a formula: it reads a table of all symbols first.
    from latex2mathml.converter import convert_to_element

    try:
        root = convert_to_element(source, display="block" if display else "inline")
    except Exception as error:  # the library's own, but others too where a formula ends early
        raise FormulaError(_SAID.get(type(error).__name__, "it cannot be read")) from error
    root.attrib.pop("xmlns", None)
    for element in root.iter():
        _vet(element)
        # The library writes characters as references, to be resolved when all is text.
        element.text = unescape(element.text) if element.text else element.text
    root.set("alttext", tex)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def blanked(text: str) -> str:
    """A text with its formulas blanked, all positions and lines unchanged."""
    return INLINE.sub(blank, DISPLAY.sub(blank, text)) if "$" in text else text


def written(text: str) -> Iterator[tuple[str, int]]:
    """The formulas of a source, those on lines of their own first, without dollars; each with where it begins.

    Args:
        text: the source without code and comments.
    """
    if "$" in text:
        for found in (*DISPLAY.finditer(text), *INLINE.finditer(DISPLAY.sub(blank, text))):
            yield found["tex"], found.start()


def faults(text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the formulas of a source, with their lines; those that Jinja has yet to fill are left out.

    Args:
        text: the source without code and comments.
    """
    for tex, place in written(text):
        if "{{" in tex or "{%" in tex:
            continue
        try:
            mathml(tex, display=False)
        except FormulaError as error:
            yield text.count("\n", 0, place) + 1, fault(tex, error)
    for stray in re.finditer(r"(?<!\\)\$\$", blanked(text)):
        line = text.count("\n", 0, stray.start()) + 1
        yield line, "'$$' begins a formula only where a line begins, and ends it only where a line ends"


def fault(tex: str, error: FormulaError) -> str:
    """What is told of a faulty formula."""
    return f"the formula '{shortened(tex)}': {error}"


def shortened(tex: str) -> str:
    """A formula as messages name it."""
    short = " ".join(tex.split())
    return f"{short[:60]}…" if len(short) > 60 else short


def _vet_source(tex: str) -> None:
    if not tex:
        raise FormulaError("it is empty")
    if len(tex) > _LONGEST:
        raise FormulaError(f"it has {len(tex)} characters; a formula has at most {_LONGEST}")
    if defining := _DEFINING.search(tex):
        raise FormulaError(f"'{defining[0]}' defines something, which formulas cannot")
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex, re.S):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            raise FormulaError("it has a '}' without '{'")
    if depth:
        raise FormulaError("it has a '{' without '}'")
    open_: list[str] = []
    for which, name in _ENVIRONMENT.findall(tex):
        if name not in _ENVIRONMENTS:
            raise FormulaError(f"formulas know no environment '{name}'")
        if which == "begin":
            open_.append(name)
        elif not open_ or open_.pop() != name:
            raise FormulaError(rf"\end{{{name}}} does not end the environment that is open")
    if open_:
        raise FormulaError(rf"\begin{{{open_[-1]}}} has no \end{{{open_[-1]}}}")


def _vet(element: ElementTree.Element) -> None:
    """Refuse what would be shown as it is written, what browsers cannot draw, and what could do more than draw."""
    text = element.text or ""
    if command := re.search(r"\\(?:[A-Za-z]+|.|\Z)", text, re.S):
        raise FormulaError(f"'{command[0]}' is no command that formulas know")
    if text == "&" and element.tag == "mi":
        raise FormulaError(r"an '&' stands outside \begin{…} and \end{…}; write \& for the sign")
    if element.tag not in _TAGS or not element.attrib.keys() <= _ATTRIBUTES:
        raise FormulaError("it asks for more than a formula: links, colours, names and classes are not for formulas")
    if len(element) != _CHILDREN.get(element.tag, len(element)):
        raise FormulaError("a part of a fraction, root, index or exponent is missing")


class Formulas(Extension):
    """Python-Markdown extension for one page.

    Args:
        restored: gives a text's own punctuation back where it was guarded from Markdown.

    Attributes:
        faults: formulas, each with what is told of it.
    """

    def __init__(self, restored: Callable[[str], str] = str) -> None:
        super().__init__()
        self.restored = restored
        self.faults: list[tuple[str, str]] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register after code (fences 25, backticks 190), before escapes (180), claims and links (175, 170)."""
        md.ESCAPED_CHARS.append("$")
        md.preprocessors.register(_Displayed(md, self), "formulas", 24)
        md.inlinePatterns.register(_InLine(md, self), "formula", 185)

    def html(self, tex: str, display: bool) -> str:
        """A formula's MathML, or its source where it is faulty."""
        tex = self.restored(tex)
        try:
            return mathml(tex, display)
        except FormulaError as error:
            self.faults.append((tex, fault(tex, error)))
            return f"<code>{escape(tex)}</code>"


class _Displayed(Preprocessor):
    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(md)
        self.formulas = formulas

    def run(self, lines: list[str]) -> list[str]:
        return DISPLAY.sub(self._stashed, "\n".join(lines)).split("\n")

    def _stashed(self, match: re.Match[str]) -> str:
        html = self.formulas.html(match["tex"], display=True)
        stashed = self.md.htmlStash.store(f'<div class="formula" tabindex="0">{html}</div>')
        return f"\n\n{stashed}\n\n"


class _InLine(InlineProcessor):
    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(INLINE.pattern, md)
        self.formulas = formulas

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return self.md.htmlStash.store(self.formulas.html(m["tex"], display=False)), m.start(0), m.end(0)
