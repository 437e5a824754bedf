"""Every kind of fault that stops a site from being published is found, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.site.check import check_site

HEAD = (
    '<!doctype html>\n<html lang="en">\n<head><title>A page</title>\n'
    '<link rel="alternate" hreflang="en" href="../en/a.html">'
    '<link rel="alternate" hreflang="x-default" href="../en/a.html">'
    "</head>\n<body>\n"
)


def site(folder: Path, body: str, head: str = HEAD) -> list[str]:
    (folder / "en").mkdir()
    (folder / "assets").mkdir()
    (folder / "assets" / "face.png").write_bytes(b"png")
    (folder / "en" / "b.html").write_text(HEAD + '<p id="here">.</p></body></html>', "utf-8")
    (folder / "en" / "a.html").write_text(head + body + "</body></html>", "utf-8")
    return [str(problem).replace(f"{folder}/", "") for problem in check_site(folder)]


def test_a_sound_page_has_no_faults(tmp_path):
    body = (
        '<img src="../assets/face.png" alt="A face" width="48" height="48">'
        '<a href="b.html#here">b</a> <a href="#top">up</a> <p id="top">.</p> <a href="https://example.org/">elsewhere</a>'
    )
    assert site(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<a href="c.html">c</a>', "c.html leads to no file"),
        ('<a href="b.html#there">b</a>', "no element of that page has this id"),
        ('<a href="#nowhere">up</a>', "no element of that page has this id"),
        ('<p id="somewhere">.</p><a href="#somwhere">up</a>', "has this id (did you mean 'somewhere'?)"),
        ('<a href="http://[">out</a>', "http://[ is no address"),
        ('<a href="/en/b.html">b</a>', "is absolute"),
        ('<a href="../../b.html">b</a>', "leads to no file"),
        ('<img src="../assets/none.png" alt="" width="1" height="1">', "leads to no file"),
        ('<img src="../assets/face.png" width="1" height="1">', "has no alt text"),
        ('<img src="../assets/face.png" alt="">', "has no width and height"),
        ('<script src="https://cdn.example.org/a.js"></script>', "of another server"),
        ('<script src="//cdn.example.org/a.js"></script>', "of another server"),
        ('<p id="x">.</p><p id="x">.</p>', "'x' stands in line"),
        ('<p class="x" class="y">.</p>', "an attribute twice"),
        ('<button aria-controls="gone">.</button>', "nothing here has the id 'gone'"),
    ],
)
def test_a_fault_in_the_body_is_named_with_its_line(tmp_path, body, found):
    problems = site(tmp_path, body)
    assert len(problems) == 1
    assert problems[0].startswith("en/a.html:6: ")
    assert found in problems[0]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("<title>A page</title>", "", "no <title>"),
        ('lang="en"', 'lang="fr"', "in the folder en"),
        ('<link rel="alternate" hreflang="x-default" href="../en/a.html">', "", "no hreflang for x-default"),
    ],
)
def test_a_fault_in_the_head_is_named(tmp_path, old, new, found):
    problems = site(tmp_path, "", HEAD.replace(old, new, 1))
    assert len(problems) == 1
    assert found in problems[0]
