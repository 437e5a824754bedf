"""Pages: numbers, claims, figures, and every mistake with its line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.commentary.conftest import Render


def lines(rendered: Any) -> list[str]:
    return [str(problem) for problem in rendered.problems]


def test_numbers_come_from_the_results_in_the_wording_of_the_filters(render: Render) -> None:
    page = render(
        "# T\n\n{{ model.accuracy | percent }} {{ model.accuracy | percent(0) }} "
        "{{ saliency.happy.mouth.low | fixed(1) }} "
        "{{ (model.low - model.high) | signed }} {{ dataset.images | thousands }} {{ filters.count }}"
    )
    assert "<p>65.4% 65% 1.7 −0.05 1,400 8</p>" in page.html


def test_words_agree_with_their_number(render: Render, results: dict[str, Any]) -> None:
    text = '# T\n\n{{ filters.dead }} {{ filters.dead | plural("filter is", "filters are") }} dead'
    for dead, expected in ((0, "0 filters are dead"), (1, "1 filter is dead"), (2, "2 filters are dead")):
        results["filters"]["dead"] = dead
        assert expected in render(text).html
    assert "write plural(" in lines(render("# T\n\n{{ filters.dead | plural(1, 2) }}"))[0]


def test_what_lies_below_something_not_measured_is_not_measured(render: Render, results: dict[str, Any]) -> None:
    results["tsne"]["training"] = None
    guarded = "{% if has_figure('tsne-training') %}\n{{ tsne.training[0].low }}{% endif %}"
    page = render(f'# T\n\n{guarded}\n\n[x]{{claim="tsne.training[-1].low > 0.5"}}')
    assert not page.problems
    assert (page.claims[0].holds, page.claims[0].values) == (False, {"tsne.training": None})
    assert "is not measured (null) and has no member" in lines(render("# T\n\n{{ tsne.training[0].low }}"))[0]


def test_names_are_shown_in_the_pages_language(render: Render) -> None:
    text = "# T\n\n{{ argmax(saliency.happy) | region_name }} {{ 'happy' | class_name }}"
    assert "<p>mouth happy</p>" in render(text).html
    assert "<p>嘴巴 開心</p>" in render(text, "zh-Hant").html


def test_title_lead_and_headings(render: Render) -> None:
    page = render("# What *it* sees\n\nFirst **words**.\n\n## One\n\n### Deep\n\n## Two\n")
    assert page.title == "What it sees"
    assert page.lead == "First words."
    assert "<h1" not in page.html
    assert [(one.level, one.id, one.text) for one in page.headings] == [
        (2, "section-1", "One"),
        (3, "section-1-1", "Deep"),
        (2, "section-2", "Two"),
    ]


def test_a_claim_that_holds_carries_its_evidence(render: Render) -> None:
    page = render('# T\n\nSo [mainly the mouth]{claim="saliency.happy.mouth.low > 1"}.')
    (claim,) = page.claims
    assert (claim.text, claim.condition, claim.holds) == ("mainly the mouth", "saliency.happy.mouth.low > 1", True)
    assert claim.values == {"saliency.happy.mouth.low": 1.7}
    assert (claim.page, claim.lang, claim.line, claim.file) == ("1-saliency", "en", 3, "1-saliency.en.md")
    assert claim.anchor == "claim-1-saliency-1"
    target = re.search(r'<button[^>]*popovertarget="([^"]+)"', page.html)
    assert target
    assert f'id="{target[1]}" popover=""' in page.html
    assert 'data-holds="true"' in page.html
    assert "saliency.happy.mouth.low</code> = 1.7" in page.html


def test_a_claim_that_fails_says_so_in_visible_words(render: Render) -> None:
    page = render('# T\n\n[mainly the eyes]{claim="saliency.happy.eyes.low > 1"}.')
    assert not page.claims[0].holds
    assert 'class="claim claim-fails" data-holds="false"' in page.html
    assert '<span class="claim-word">«commentary.mark.fails»</span>' in page.html


def test_a_claim_may_hold_markdown_numbers_brackets_and_line_breaks(render: Render) -> None:
    page = render(
        "# T\n\n[**Mostly** the [mouth](2-filters.html), `x[0]` at\n{{ saliency.happy.mouth.enrichment | fixed(2) }} "
        'times [sic]]{claim="argmax(saliency.happy) == "mouth""} indeed'
    )
    assert not page.problems
    assert page.claims[0].text == "Mostly the mouth, x[0] at 1.83 times [sic]"
    assert page.claims[0].line == 4
    assert '<strong>Mostly</strong> the <a href="2-filters.html">mouth</a>' in page.html


def test_claims_in_loops_and_branches(render: Render) -> None:
    page = render(
        "# T\n\n{% for name in saliency %}\n- [{{ name | class_name }}]"
        '{claim="saliency.{{ name }}.mouth.low > 1.5"}\n{% endfor %}\n\n'
        '{% if model.accuracy > 0.9 %}[no]{claim="model.accuracy > 0.9"}{% else %}[yes]{claim="model.accuracy < 0.9"}'
        "{% endif %}"
    )
    assert [(claim.text, claim.holds) for claim in page.claims] == [("happy", True), ("sad", False), ("yes", True)]
    assert page.claims[0].condition == "saliency.happy.mouth.low > 1.5"


def test_claims_in_headings_lists_tables_and_quotes(render: Render) -> None:
    claim = '[c]{claim="model.accuracy > 0"}'
    page = render(f"# T\n\n## {claim}\n\n- {claim}\n\n> {claim}\n\n| a |\n| - |\n| {claim} |\n\n**{claim}**\n")
    assert not page.problems
    assert len(page.claims) == 5


def test_code_is_left_alone(render: Render) -> None:
    page = render('# T\n\nWrite `[x]{claim="y"}`.\n\n```\n[x]{claim="z"}\n```\n')
    assert not page.problems
    assert not page.claims
    assert 'claim="y"' in page.html.replace("&quot;", '"')


def test_figures_stand_where_the_author_put_them(render: Render) -> None:
    page = render('# T\n\nA\n\n{{ figure("saliency-regions") }}\n\nB\n\n{{ figure("saliency-means") }}\n')
    assert page.figures == ("saliency-regions", "saliency-means")
    assert re.search(r"A</p>\s*<figure id=\"fig-saliency-regions\"></figure>\s*<p>B", page.html)


def test_a_figure_asked_for_first_may_be_missing(render: Render) -> None:
    page = render('# T\n\n{% if has_figure("tsne-training") %}\n{{ figure("tsne-training") }}\n{% endif %}\n')
    assert not page.problems
    assert page.figures == ()


def test_html_is_text_unless_allowed(render: Render) -> None:
    text = "# T\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b> & c"
    shown = render(text).html
    assert "<script" not in shown
    assert "<b " not in shown
    assert "<b onclick=x>" in render(text, allow_html=True).html


def test_text_from_the_results_is_never_markup(render: Render, results: dict[str, Any]) -> None:
    results["filters"]["layer"] = "<b>*x*_y_[z](javascript:q)`{{ 1 }}"
    for text in ("{{ filters.layer }}", "`{{ filters.layer }}`", '[{{ filters.layer }}]{claim="model.accuracy > 0"}'):
        page = render(f"# T\n\n{text}", allow_html=True)
        assert not page.problems
        assert "&lt;b&gt;*x*_y_[z](javascript:q)`{{ 1 }}" in page.html


def test_names_in_loops_reach_conditions_unchanged(render: Render, results: dict[str, Any]) -> None:
    results["lime"] = {"very_happy-ish": {"fidelity": 0.5}}
    page = render('# T\n\n{% for name in lime %}[{{ name }}]{claim="lime["{{ name }}"].fidelity > 0.4"}{% endfor %}')
    assert page.claims[0].holds
    assert page.claims[0].text == "very_happy-ish"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JavaScript:x"])
def test_links_lead_nowhere_dangerous(render: Render, address: str) -> None:
    assert "neither http(s), mailto nor relative" in lines(render(f"# T\n\n[x]({address})"))[0]


@pytest.mark.parametrize(
    "address",
    [
        "2-filters.html",
        "./methods.html#claims",
        "#here",
        "../zh-Hant/index.html",
        "../results.json",
        "../assets/figures/x.csv",
        "https://example.org/x.html",
        "//example.org/x",
        "mailto:a@b.c",
        "?q",
    ],
)
def test_links_lead_to_pages_of_the_report_or_elsewhere(render: Render, address: str) -> None:
    assert not render(f"# T\n\n[x]({address})").problems


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("2-filter.html", "leads to no file of the report (did you mean '2-filters.html'?)"),
        ("2-filters.md", "leads to no file of the report (did you mean '2-filters.html'?)"),
        ("../zh-Hant/2-filter.html", "leads to no file of the report (did you mean '../zh-Hant/2-filters.html'?)"),
        ("../result.json", "leads to no file of the report (did you mean '../results.json'?)"),
        ("../../index.html", "leads to no file of the report"),
        ("a/../methods.html", "leads to no file of the report"),
        ("/methods.html", "is absolute"),
    ],
)
def test_links_to_files_that_the_report_has_not_are_told_where_they_stand(
    render: Render, address: str, told: str
) -> None:
    found = render(f"# T\n\n[x]({address})")
    assert found.problems[0].line == 3
    assert told in found.problems[0].message


def test_line_ends_and_byte_order_marks_of_other_systems(render: Render) -> None:
    page = render('\ufeff# T\r\n\r\n[x]{claim="model.accuracy > 0"}\r\n'.encode())
    assert page.title == "T"
    assert page.claims[0].line == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T", "1-saliency.en.md:1: the page has no title; begin it with '# Title'"),
        ("# T\n\n{{ model.acuracy }}", ":3: there is no result named 'model.acuracy' (did you mean 'model.accuracy'?)"),
        ("# T\n\n\n{{ modle.accuracy }}", ":4: there is no result named 'modle' (did you mean 'model'?)"),
        ("# T\n\n{{ saliency.happy }}", ":3: the group saliency.happy is a group of results and cannot be printed"),
        (
            "# T\n\n{{ tsne.first.silhouette | fixed }}",
            ":3: the filter 'fixed' needs a number, but this was not measured",
        ),
        ("# T\n\n{{ model.accuracy | persent }}", ":3: there is no filter 'persent' (did you mean 'percent'?)"),
        ("# T\n\n{{ argmx(model.recall) }}", ":3: there is no function 'argmx' (did you mean 'argmax'?)"),
        ("# T\n\n{{ model.accuracy", ":3: Jinja: "),
        ("# T\n\n{% if model %}\n\nx", ": Jinja: "),
        (
            "# T\n\n{% if filters.dead = 0 %}x{% endif %}",
            ":3: Jinja: expected token 'end of statement block', got '='; write ==",
        ),
        ("# T\n\n{% include 'x' %}", ":3: Jinja's 'include' is not allowed in commentary"),
        ("# T\n\n{% macro a() %}{% endmacro %}", ":3: Jinja's 'macro' is not allowed"),
        (
            '# T\n\n{{ figure("saliency-mean") }}',
            ":3: there is no figure 'saliency-mean' (did you mean 'saliency-means'?)",
        ),
        ('# T\n\nx {{ figure("saliency-means") }}', ":3: a figure must stand alone on its line"),
        ('# T\n\nx\n{{ figure("saliency-means") }}', ":4: the figure 'saliency-means' needs an empty line before"),
        (
            '# T\n\n{{ figure("saliency-means") }}\n\n{{ figure("saliency-means") }}',
            ":5: the figure 'saliency-means' is already",
        ),
        ('# T\n\n[x]{claim="model.acuracy > 1"}', ":3: in the condition 'model.acuracy > 1'"),
        ('# T\n\n[x]{claim="model.accuracy >"}', ":3: the condition 'model.accuracy >' is not a condition"),
        ('# T\n\n[x]{clam="model.accuracy > 1"}', ":3: '{clam=\"model.accuracy > 1\"}' is no attribute"),
        ("# T\n\n[x]{claim=“model.accuracy > 1”}", ":3: the quotes in"),
        ("# T\n\n[x]{claim=model.accuracy}", ":3: the condition in '{claim=model.accuracy}' is not in quotes"),
        ('# T\n\n[x]{claim "model"}', ":3: '{claim \"model\"}' lacks '='"),
        ('# T\n\n[x]{claim="model.accuracy > 1}', "does not end"),
        ('# T\n\nx]{claim="model.accuracy > 1"}', ":3: this claim has no opening '['"),
        ('# T\n\n[]{claim="model.accuracy > 1"}', ":3: this claim has no text"),
        ('# T\n\n[a [b]{claim="model.low > 0"} c]{claim="model.low > 0"}', ":3: a claim stands inside another claim"),
        ('# T\n\n[x{claim="model.low > 0"}', ":3: this claim has no ']' before its '{'"),
        ('# T\n\n[x] {claim="model.low > 0"}', ":3: there is a space between this claim's ']' and its '{'"),
        ('# T\n\n［甲］{claim="model.low > 0"}', ":3: the brackets of this claim are full-width"),
        ("# T\n\n# U", ":3: a page has one title"),
        ("# T\n\n\ue100", ":3: holds the private-use character"),
        ("# T\n\n{{ 1 / 0 }}", ":3: "),
        ("# T\n\n{% for x in saliency %}\n{{ x.y }}\n{% endfor %}", ":4: "),
    ],
)
def test_mistakes_are_named_with_their_line(render: Render, text: str, expected: str) -> None:
    page = render(text)
    assert any(expected in line for line in lines(page)), lines(page)
    assert not page.html


def test_all_mistakes_are_reported_at_once(render: Render) -> None:
    page = render(
        '# T\n\n{{ model.acuracy }} {{ a.b | x }}\n\n[x]{claim="model.hihg > 1"}\n\n[y]{clam="1"}\n\n{{ 1 + }}\n\n'
        '{{ model.lwo }}\n\n{{ figure("no") }}'
    )
    numbers = [problem.line for problem in page.problems]
    assert numbers == [3, 3, 3, 5, 7, 9, 11, 13]


def test_a_file_that_is_no_text(render: Render) -> None:
    assert "is not UTF-8 text" in lines(render(b"\xff\xfe# T"))[0]


def test_without_results_the_form_is_still_checked(render: Render) -> None:
    text = '# T\n\n{{ anything.at.all }}\n\n[x]{claim="anything.at.all >"}\n\n{{ figure("whatever") }}'
    page = render(text, results=None, known_figures=None)
    assert [problem.line for problem in page.problems] == [5]


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ model.__init__.__globals__ }}",
    "{{ model.data }}",
    "{{ model['dat' ~ 'a'] }}",
    "{{ model.keys.__self__ }}",
    "{{ figure.__globals__ }}",
    "{{ figure.__self__.file }}",
    "{{ min.__globals__ }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner }}",
    "{{ namespace() }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ get_flashed_messages }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '%s' % 1 }}",
    "{{ '%9999999999d' % 1 }}",
    "{{ 'a' * 9999999999 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ 'x'.center(9999999999) }}",
    "{{ 'x' | center(9999999999) }}",
    "{{ 1 | fixed(9999999) }}",
    "{{ [1, 2] | map('attr', '__class__') | list }}",
    "{{ config }}",
    "{{ request }}",
    "{{ loop }}",
    "{% for x in model %}{{ loop.__init__ }}{% endfor %}",
    "{% for x in model recursive %}{{ loop(model) }}{% endfor %}",
    "{% for x in model %}{{ loop._iterable }}{% endfor %}",
    "{% set x = model.__class__ %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call x() %}{% endcall %}",
    "{% set x %}y{% endset %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% do 1 %}",
    "{{ (1).real }}",
    "{{ model.items().__class__ }}",
    "{{ model.items.__func__ }}",
    "{{ namespace.__init__ }}",
    "{{ ''.join(model) }}",
    "{{ model | tojson }}",
    "{{ (model | list).append(1) }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_leads_out_of_the_sandbox(render: Render, text: str) -> None:
    page = render(f"# T\n\n{text}")
    assert page.problems
    assert page.problems[0].line == 3
    assert not page.html


def test_a_loop_over_items_makes_one_list(render: Render) -> None:
    page = render("# T\n\n{% for name in saliency %}\n- {{ name }}\n{% endfor %}\n\nafter")
    assert "<ul>\n<li>happy</li>\n<li>sad</li>\n</ul>\n<p>after</p>" in page.html


def test_the_methods_page_lists_the_claims(render: Render) -> None:
    assert "every claim links there" in lines(render("# T\n\ntext", page="methods"))[0]
    assert not render('# T\n\n{{ figure("claims-list") }}', page="methods", known_figures=["claims-list"]).problems


def test_a_sentence_ends_before_its_mark(render: Render) -> None:
    page = render('# T\n\n[So it is]{claim="model.accuracy > 0"}. Next.')
    assert re.search(r'So it <span class="claim-end">is<span class="claim-stop">\.</span><button', page.html)
    assert page.claims[0].text == "So it is"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("嘴巴的倍數是 1.45，", "嘴巴的倍數是 |1.45，"),
        ("都比較高。", "都比較|高。"),
        ("it is *so*", "it is <em>so</em>|"),
        ("it is *so* often (87%)", "it is <em>so</em> often |(87%)"),
        ("A & B", "A &amp; |B"),
        ("Word", "|Word"),
    ],
)
def test_the_last_word_goes_along_with_its_mark(render: Render, written: str, kept: str) -> None:
    page = render(f'# T\n\n[{written}]{{claim="model.accuracy > 0"}} and on.')
    before, word = kept.split("|")
    assert f'{before}<span class="claim-end">{word}<button' in page.html
    assert page.claims[0].text == written.replace("*", "")
