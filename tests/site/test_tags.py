"""Tags read quickly are the tags that a parser of HTML finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.site import tags

PIECES = [
    "<p>", "</p>", '<a href="b.html#c">', "<a href='b'>", "<a href=b>", "<img alt src=x />", "<br/>", "<P CLASS=a>",
    '<p title="a > b">', '<p title="&lt;&amp;">', "<!-- <a href=no> -->", "<!---->", "<!-->", "<!--", "-->",
    "<script>if (a<b) '<p>'</script>", "<style>a>b{}</style>", "<script src=x></script>", "<script>", "</script>",
    "<p title=it's>", '<p a="1"b="2">', "<p a = 'x'>", "<", ">", "a < b", "\n", "text", "<svg:a x:y='1'>", "<!doctype html>",
    "<p a='1' a='2'>", "<title>t</title>", '<p a="', "<p/a>", "<p =>", "</ p>", "<?php a?>", "<![CDATA[x]]>", "<p\na='1'\n>",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_read_quickly_is_read_as_a_parser_reads_it(html: str) -> None:
    quick = tags._plain(html)
    assert quick is None or quick == tags._any(html)


@pytest.mark.parametrize("html", ["<p title=it's>", '<p a="1"b="2">', "<!-- open", '<p a="'])
def test_odd_markup_is_left_to_the_parser(html: str) -> None:
    assert tags._plain(html) is None


def test_places_are_lines() -> None:
    lines = tags.Lines("one\ntwo\n\nfour")
    assert [lines.at(place) for place in (0, 3, 4, 8, 9)] == [1, 1, 2, 3, 4]
