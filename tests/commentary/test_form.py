"""What Markdown makes of a text and an author would not see: lost claims, entities, code, pictures, addresses."""

from __future__ import annotations

from typing import Any

import pytest

from generator.commentary.draft.words import literal
from tests.commentary.conftest import Render

FALSE = '[x]{claim="model.accuracy > 9"}'
UNMEASURED: dict[str, Any] = {"results": None, "known_figures": None}


def lines(rendered: Any) -> list[str]:
    return [str(problem) for problem in rendered.problems]


@pytest.mark.parametrize("measured", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# {FALSE}\n\nx", ":1: a claim cannot stand in the title"),
        (f"# T\n\nx\n\n![{FALSE}](../results.json)", ":5: a claim cannot stand in a picture's or a link's hidden text"),
        (f"# T\n\nx [y](methods.html '{FALSE}')", ":3: a claim cannot stand in a picture's or a link's hidden text"),
        (f"# T\n\n    {FALSE}", ":3: a claim is cut in two by markup or by an {% if %}, or stands in code"),
    ],
)
def test_a_claim_that_no_reader_would_see_is_told_with_its_line(
    render: Render, text: str, expected: str, measured: bool
) -> None:
    page = render(text, **({} if measured else UNMEASURED))
    assert sum(expected in line for line in lines(page)) == 1, lines(page)
    assert not page.html


def test_without_results_claims_in_loops_branches_and_tables_are_in_order(render: Render) -> None:
    page = render(
        "# T\n\n{% if a.b %}\n- [x {{ a.b }}]{claim=\"a.{{ c.d }} > 1\"}\n{% else %}\n## [U]{claim='a.b < 1'}\n"
        '{% endif %}\n\n| a |\n|-|\n{% for x in a.b %}\n| [{{ x }}]{claim="a.b > 1"} |\n{% endfor %}\n\n'
        '{{ figure("z") }}\n\n[l]({{ a.b }})',
        **UNMEASURED,
    )
    assert lines(page) == []


def test_entities_are_characters_in_title_lead_headings_and_claims(render: Render) -> None:
    page = render(
        "# Q&amp;A on `a<b`\n\n&copy;&nbsp;me, &amp;lt; AT&T\n\n## 1 &lt; 2\n\n"
        "[R&amp;D &#8805; 1]{claim='model.low > 0'}"
    )
    assert page.title == "Q&A on a<b"
    assert page.lead == "© me, &lt; AT&T"
    assert page.headings[0].text == "1 < 2"
    assert page.claims[0].text == "R&D ≥ 1"


def test_names_that_drafts_write_literally_come_out_as_they_are(render: Render) -> None:
    name = "<i>R&D</i> &amp; *x*"
    page = render(f"# {literal(name)}\n\n{literal(name)}\n\n[{literal(name)}]{{claim='model.low > 0'}}")
    assert (page.title, page.lead, page.claims[0].text) == (name, name, name)


def test_allowed_html_leaves_its_words_in_title_and_lead(render: Render) -> None:
    page = render("# A <b>b</b>\n\n<div>\nbox\n</div>\n\nOne<br>two <i>three</i>", allow_html=True)
    assert (page.title, page.lead) == ("A b", "One two three")


def test_an_address_in_angle_brackets_is_a_link_to_mail(render: Render) -> None:
    page = render("# T\n\nAsk <me@x.org>\n\n[<me@x.org> knows]{claim='model.low > 0'}")
    assert lines(page) == []
    assert page.lead == "Ask me@x.org"
    assert page.claims[0].text == "me@x.org knows"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("\x01javascript://x/%0aalert(1)", "holds the control character U+0001; remove it"),
        ("java\x7fscript:x", "holds the control character U+007F; remove it"),
        ("javascript&#58;alert(1)", "the link 'javascript:alert(1)' is neither http(s), mailto nor relative"),
        ("&#106;avascript:x", "the link 'javascript:x' is neither http(s), mailto nor relative"),
        ("vbscript://x", "is neither http(s), mailto nor relative"),
        ("//[", "is no address; one begins like https://example.org/"),
        ("http://[x", "is no address; one begins like https://example.org/"),
    ],
)
def test_addresses_are_judged_as_a_browser_reads_them(render: Render, address: str, told: str) -> None:
    (problem,) = render(f"# T\n\n[x]({address})").problems
    assert problem.line == 3
    assert told in problem.message


@pytest.mark.parametrize("measured", [True, False])
@pytest.mark.parametrize("address", ["../assets/favicon.svg", "https://x.org/a.png", "//x.org/a.png", "a.png"])
def test_a_picture_of_ones_own_is_refused_where_it_stands(render: Render, address: str, measured: bool) -> None:
    page = render(f"# T\n\nNot {address}.\n\n![mine]({address})", **({} if measured else UNMEASURED))
    assert lines(page) == [
        f"1-saliency.en.md:5: the picture '{address}' is no figure of the report; "
        'place one of those with {{ figure("name") }}'
    ]


@pytest.mark.parametrize("fence", ["```", "~~~~", "   ```", "``` python x=1"])
def test_fenced_code_is_shown_as_it_is(render: Render, fence: str) -> None:
    end = fence.removesuffix(" python x=1")
    page = render(f"# T\n\nLead\n{fence}\n{FALSE} <b> {{{{ filters.count }}}}\n\n# no title\n{end}\nafter")
    assert lines(page) == []
    assert not page.claims
    assert (page.title, page.lead) == ("T", "Lead")
    code = '[x]{claim="model.accuracy &gt; 9"} &lt;b&gt; 8\n\n# no title\n'
    assert f"<p>Lead</p>\n<pre><code>{code}</code></pre>\n<p>after</p>" in page.html


def test_a_page_that_begins_with_code_is_led_by_its_first_words(render: Render) -> None:
    assert render("# T\n\n```\ncode\n```\n\nWords").lead == "Words"


def test_code_that_is_never_closed_hides_no_claims(render: Render) -> None:
    assert lines(render(f"# T\n\n```\ncode\n\n{FALSE}")) == [
        "1-saliency.en.md:3: this code is not closed, so all the rest of the page is code; end it with a line ```"
    ]


@pytest.mark.parametrize("measured", [True, False])
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("##標題", "Markdown takes '##標題' for a heading; put a blank after '##', or write \\#"),
        ("#307 was odd", "Markdown takes '#307 was odd' for a heading; put a blank after '#', or write \\#"),
        ("####### x", "Markdown takes '####### x' for a heading; there are six levels, # to ######, or write \\#"),
    ],
)
def test_a_heading_for_markdown_alone_is_told_where_it_stands(
    render: Render, line: str, told: str, measured: bool
) -> None:
    page = render(f"# T\n\nx\n\n{line}\n\n\\#308 `#1`\n\n```\n#2\n```", **({} if measured else UNMEASURED))
    assert lines(page) == [f"1-saliency.en.md:5: {told}"]


def test_a_style_sheet_in_allowed_html_holds_no_headings(render: Render) -> None:
    page = render("# T\n\n<style>\n#x { color: red }\n</style>\n\nx", allow_html=True)
    assert lines(page) == []
