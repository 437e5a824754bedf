"""Footnotes: numbered as they are referred to, with claims in them, and none that leads nowhere."""

from __future__ import annotations

import re

import pytest


def test_notes_are_numbered_in_the_order_of_reference_and_lead_back(render) -> None:
    page = render("# T\n\nOne[^b], two[^a].\n\n[^a]: Second.\n[^b]: First.\n")
    assert page.problems == ()
    assert re.findall(r'<sup id="note-(\d)-place-1"><a [^>]*href="#note-(\d)"[^>]*>(\d)<', page.html) == [
        ("1", "1", "1"),
        ("2", "2", "2"),
    ]
    assert re.findall(r'<li id="note-(\d)">\s*<p>(\w+)\.', page.html) == [("1", "First"), ("2", "Second")]
    assert re.findall(r'class="footnote-backref" href="#note-(\d)-place-1"', page.html) == ["1", "2"]
    assert page.html.count('role="doc-noteref"') == page.html.count('role="doc-backlink"') == 2
    assert 'role="doc-endnotes"' in page.html


def test_a_note_with_any_name_leads_back_to_all_of_its_places(render) -> None:
    page = render("# T\n\nOne[^眼 a], again[^眼 a].\n\n[^眼 a]: Note.\n")
    assert page.problems == ()
    ids = re.findall(r' id="([^"]*)"', page.html)
    assert ids == ["note-1-place-1", "note-1-place-2", "note-1"]
    assert re.findall(r'href="#([^"]*)"', page.html) == ["note-1", "note-1", "note-1-place-1", "note-1-place-2"]


def test_a_note_may_hold_a_claim_and_a_claim_a_note(render) -> None:
    page = render(
        '# T\n\n[It is right[^1]]{claim="model.accuracy > 0.5"}.\n\n[^1]: [Often]{claim="model.accuracy > 0.6"}.\n'
    )
    assert page.problems == ()
    assert [claim.text for claim in page.claims] == ["It is right", "Often"]
    assert all(claim.holds for claim in page.claims)
    assert page.lead == "It is right."


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# T\n\nOne[^x].", 3, "there is no footnote [^x]; write a line of its own for it: [^x]: text"),
        ("# T\n\nOne\n\n[^x]: Note", 5, "nothing refers to the footnote [^x]; write [^x] in the text"),
        ("# T\n\nAs said[^x]: more.", 3, "there is no footnote [^x]; write a line of its own for it: [^x]: text"),
    ],
)
def test_notes_that_lead_nowhere_are_told(render, text: str, line: int, said: str) -> None:
    (problem,) = render(text).problems
    assert (problem.line, problem.message) == (line, said)


def test_notes_in_code_are_no_notes(render) -> None:
    assert render("# T\n\n`a[^1]` and \\[^2]\n\n```\n[^3]: b\n```\n").problems == ()


def test_a_note_whose_place_is_left_out_is_left_out_too(render) -> None:
    text = "# T\n\nOne[^a]{% if model.accuracy < 0 %}, two[^b]{% endif %}, three[^c].\n\n[^a]: A.\n[^b]: B.\n[^c]: C.\n"
    page = render(text)
    assert page.problems == ()
    assert re.findall(r'<li id="note-(\d)">\s*<p>(\w)\.', page.html) == [("1", "A"), ("2", "C")]
    assert re.findall(r'href="#note-(\d)"[^>]*>(\d)<', page.html) == [("1", "1"), ("2", "2")]


def test_a_claim_in_a_note_that_is_left_out_is_left_out_too(render) -> None:
    note = '[^a]: [Often]{claim="model.accuracy > 0.6"}.\n[^b]: [Seldom]{claim="model.accuracy < 0.1"}, as one sees.\n'
    page = render("# T\n\nOne[^a]{% if model.accuracy < 0 %}, two[^b]{% endif %}.\n\n" + note)
    assert page.problems == ()
    assert [claim.text for claim in page.claims] == ["Often"]
    assert "Seldom" not in page.html


def test_no_list_of_notes_is_left_where_none_are_referred_to(render) -> None:
    page = render("# T\n\nOne{% if model.accuracy < 0 %}[^a]{% endif %}.\n\n[^a]: A.\n")
    assert page.problems == ()
    assert "footnote" not in page.html


def test_a_note_whose_text_is_left_out_is_told(render) -> None:
    (problem,) = render("# T\n\nOne[^a].\n\n{% if model.accuracy < 0 %}\n[^a]: A.\n{% endif %}\n").problems
    assert (problem.line, problem.message[:27]) == (3, "there is no footnote [^a]; ")


def test_a_list_in_a_note_stays_a_list(render) -> None:
    page = render("# T\n\nOne[^a].\n\n[^a]: A.\n\n    - x\n    - y\n")
    assert page.problems == ()
    assert page.html.count("<li>") == 2
