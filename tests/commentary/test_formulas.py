"""Formulas become MathML that browsers draw; prices stay prices, and what LaTeX would not read is told."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.commentary.formulas import FormulaError, mathml

TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mstyle", "msqrt", "mroot", "mfrac", "msub", "msup"),
    *("msubsup", "munder", "mover", "munderover", "mpadded", "mphantom", "mtable", "mtr", "mtd", "menclose"),
}


def tags(html: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(html).iter()]


def text(html: str) -> str:
    return "".join(ElementTree.fromstring(html).itertext())


@pytest.mark.parametrize(
    ("tex", "structure", "reads"),
    [
        (r"E_r = \frac{s_r}{a_r}", ["msub", "mfrac", "msub", "msub"], "Er=srar"),
        (r"\sum_{i=1}^{n} \left| \partial_i f \right|", ["msubsup", "msub"], "∑i=1n|∂if|"),
        (r"\hat{y} = \operatorname{argmax}_c f_c", ["mover", "msub", "msub"], "y^=argmaxcfc"),
        (
            r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
            ["mtable", "mtr", "mtd", "mtd", "mtr", "mtd", "mtd"],
            "{1x>00x≤0",
        ),
        (r"\text{eyes 眼睛 a<b & c}", ["mtext"], "eyes\xa0眼睛\xa0a<b\xa0&\xa0c"),
        ("n = 3,589", ["mtext"], "n=3,589"),
        ("[0,100]", [], "[0,100]"),
        ("64.7%", ["mn"], "64.7%"),
        ("−0.12", ["mn"], "−0.12"),
        (r"\alpha \in [0, 1)", [], "α∈[0,1)"),
        (r"\{1, 2\}", [], "{1,2}"),
    ],
)
def test_a_formula_is_drawn_as_it_is_meant(tex: str, structure: list[str], reads: str) -> None:
    html = mathml(tex, display=False)
    parts = ("msub", "msup", "msubsup", "mfrac", "mover", "mtable", "mtr", "mtd", "mtext")
    assert [tag for tag in tags(html) if tag in parts or (tag in structure and tag == "mn")] == structure
    assert text(html) == reads


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\foo{x}", r"'\foo' is no command that formulas know"),
        (r"\frac{a}", "a part of a fraction, root, index or exponent is missing"),
        ("x^", "there is nothing above ^ or below _"),
        ("x_1_2", "it has two subscripts at one place; put braces around what belongs together"),
        (r"\left( a", r"\left and \right do not go in pairs"),
        ("a}b", "it has a '}' without '{'"),
        ("{a", "it has a '{' without '}'"),
        ("a & b", r"an '&' stands outside \begin{…} and \end{…}; write \& for the sign"),
        (r"\begin{foo} x \end{foo}", "formulas know no environment 'foo'"),
        (r"\begin{cases} x", r"\begin{cases} has no \end{cases}"),
        (r"\begin{cases} x \end{array}", r"\end{array} does not end the environment that is open"),
        (r"\newcommand{\a}{b}", r"'\newcommand' defines something, which formulas cannot"),
        (r"\def\a{\a\a}", r"'\def' defines something, which formulas cannot"),
        ("x" * 2001, "it has 2001 characters; a formula has at most 2000"),
        (" ", "it is empty"),
        *(
            (tex, "it asks for more than a formula: links, colours, names and classes are not for formulas")
            for tex in (
                r"\href{javascript:alert(1)}{x}",
                r"\color{red}{x}",
                r"\class{claim}{x}",
                r"\style{color:red}{x}",
            )
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(tex: str, said: str) -> None:
    with pytest.raises(FormulaError) as refused:
        mathml(tex, display=True)
    assert str(refused.value) == said


PIECES = st.sampled_from(
    [
        *"ab12+-=<>&%^_{}[]()|\"'\\ ",
        *(
            r"\frac",
            r"\sqrt",
            r"\sum",
            r"\left",
            r"\right",
            r"\text{",
            r"\begin{cases}",
            r"\end{cases}",
            r"\\",
            r"\hat",
        ),
        *(r"\mathbf", r"\href", r"\unicode", r"\limits", r"\over", "<script>", "&lt;", "眼", "−", "1,234"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_whatever_is_written_gives_plain_mathml_or_one_line(tex: str, display: bool) -> None:
    try:
        root = ElementTree.fromstring(mathml(tex, display))
    except FormulaError as error:
        told = str(error)
        assert told.strip() and "\n" not in told  # noqa: PT018
        return
    assert {element.tag for element in root.iter()} <= TAGS
    names = {name for element in root.iter() for name in element.attrib}
    assert not names & {"href", "style", "class", "id"}
    assert not any(name.startswith("on") for name in names)
    assert "\\" not in "".join(element.text or "" for element in root.iter())


def test_prices_code_and_escaped_dollars_are_no_formulas(render) -> None:
    page = render("# T\n\nFrom $5 to $10, $ 3 $, \\$x\\$ and `$y$`.\n\n```\n$z$\n\n$$\nw\n$$\n```\n")
    assert page.problems == ()
    assert "<math" not in page.html
    assert "From $5 to $10, $ 3 $, $x$ and <code>$y$</code>." in page.html
    assert "$z$" in page.html


def test_formulas_hold_numbers_of_the_build_and_stand_in_claims(render) -> None:
    page = render(
        '# T\n\n[其中$p = {{ model.accuracy | percent }}$，在 $[0, 1)$ 之內]{claim="model.accuracy < 1"}。\n\n'
        "$$\n\\sqrt[3]{x}\n= y\n$$\n"
    )
    assert page.problems == ()
    assert page.html.count("<math") == 3
    assert re.search(r'<div class="formula" tabindex="0"><math display="block"', page.html)
    assert page.claims[0].text.startswith("其中p = ")
    assert page.claims[0].text.endswith("在 [0, 1) 之內")


def test_a_class_named_like_a_formula_stays_a_name(render, results) -> None:
    results["dataset"] = {"classes": ["$x$"]}
    page = render("# T\n\nThe class {{ dataset.classes[0] }}, $\\text{ {{ dataset.classes[0] }} }$.")
    assert page.problems == ()
    assert "The class $x$, <math" in page.html


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# T\n\nA $\\foo$ here", 3, r"the formula '\foo': '\foo' is no command that formulas know"),
        ("# T\n\nA\n\n$$\n\\frac{a}\n$$", 5, r"the formula '\frac{a}': a part of a fraction"),
        ("# T\n\n> $$x$$", 3, "'$$' begins a formula only where a line begins"),
        ("# T\n\n{{ model.accuracy }} $\\foo {{ model.accuracy }}$", None, "is no command that formulas know"),
    ],
)
def test_a_faulty_formula_is_told_with_its_line(render, text: str, line: int | None, said: str) -> None:
    for options in ({}, {"results": None}):
        if line is None and options:
            continue
        (problem,) = render(text, **options).problems
        assert problem.line == line
        assert said in problem.message
