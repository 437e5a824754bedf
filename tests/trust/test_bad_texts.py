"""Slips in commentary, templates and interface texts, through the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.cli import main

pytestmark = pytest.mark.slow
PAGE = "content/tiny/1-saliency.en.md"
TEXTS = "templates/strings/zz.yaml"

CASES: list[tuple[str, str | bytes, str]] = [
    (
        PAGE,
        "# A\n\n{{ model.acuracy | percent }}\n",
        f"{PAGE}:3: there is no result named 'model.acuracy' (did you mean 'model.accuracy'?)",
    ),
    (
        PAGE,
        "# A\n\n{{ model.accuracy | persent }}\n",
        f"{PAGE}:3: there is no filter 'persent' (did you mean 'percent'?)",
    ),
    (PAGE, "# A\n\n{{ model.accuracy | \n", f"{PAGE}:3: Jinja: unexpected end of template, expected 'name'"),
    (
        PAGE,
        '# A\n\n[x]{claim="model.accuracy >"}\n',
        f"{PAGE}:3: the condition 'model.accuracy >' is not a condition: invalid syntax",
    ),
    (
        PAGE,
        '# A\n\n{{ figure("saliency-mean") }}\n',
        f"{PAGE}:3: there is no figure 'saliency-mean' (did you mean 'saliency-means'?)",
    ),
    (
        PAGE,
        "# A\n\n[x](javascript:alert(1))\n",
        f"{PAGE}:3: the link 'javascript:alert(1)' is neither http(s), mailto nor relative",
    ),
    (
        PAGE,
        "# A\n\n[x](2-filter.html)\n",
        f"{PAGE}:3: the link '2-filter.html' leads to no file of the report (did you mean '2-filters.html'?)",
    ),
    (PAGE, "no title", f"{PAGE}:1: the page has no title; begin it with '# Title'"),
    (PAGE, "", f"{PAGE}:1: the page has no title; begin it with '# Title'"),
    (PAGE, b"# A\n\ncaf\xe9\n", f"{PAGE}:3: is not UTF-8 text"),
    (PAGE, "# A\n".encode("utf-16"), f"{PAGE}:1: is not UTF-8 text"),
    (PAGE, "# A\n\n{{ figure.__globals__ }}\n", f"{PAGE}:3: '__globals__' begins with an underscore; no result does"),
    (PAGE, "# A\n\n{{ ''.__class__.__mro__ }}\n", f"{PAGE}:3: '__mro__' begins with an underscore; no result does"),
    (
        PAGE,
        "# A\n\n{% include '/etc/passwd' %}\n",
        f"{PAGE}:3: Jinja's 'include' is not allowed in commentary; there are if, for and set",
    ),
    (
        PAGE,
        "# A\n\n{% import 'os' as os %}\n",
        f"{PAGE}:3: Jinja's 'import' is not allowed in commentary; there are if, for and set",
    ),
    (
        PAGE,
        "# A\n\n{% for i in range(1000000000) %}x{% endfor %}\n",
        f"{PAGE}:3: there is no function 'range' (did you mean 'rank'?)",
    ),
    (
        PAGE,
        "# A\n\n{{ 9 ** 9 ** 9 }}\n",
        f"{PAGE}:3: Jinja's 'pow' is not allowed in commentary; there are if, for and set",
    ),
    (TEXTS, "- a\n- b\n", f"ROOT/{TEXTS}:1: holds no texts; a text is written 'key: {{zh-Hant: …, en: …}}'"),
    (TEXTS, "just words", f"ROOT/{TEXTS}:1: holds no texts; a text is written 'key: {{zh-Hant: …, en: …}}'"),
    (TEXTS, "a.b: {en: x}\n", f"ROOT/{TEXTS}:1: 'a.b' needs a text for each of zh-Hant, en"),
    (TEXTS, "a.b: {en: '{x}', zh-Hant: y}\n", f"ROOT/{TEXTS}:1: 'a.b' has the placeholder x in one language only"),
    (TEXTS, "class.happy: {en: x, zh-Hant: y}\n", f"ROOT/{TEXTS}:1: 'class.happy' is defined in another file too"),
    (
        TEXTS,
        "a.b: !!python/name:os.system\n",
        f"ROOT/{TEXTS}:1: the tag tag:yaml.org,2002:python/name:os.system is not used here",
    ),
    (TEXTS, b"a: caf\xe9\n", f"ROOT/{TEXTS}:1: is not UTF-8 text"),
    (
        "templates/page.html",
        "{% extend 'base.html' %}",
        "ROOT/templates/page.html:1: template: Encountered unknown tag 'extend'.",
    ),
    ("templates/index.html", "\n{{ nope.x }}", "ROOT/templates/index.html:2: template: 'nope' is undefined"),
    ("templates/page.html", "\n\n{{ 1 // 0 }}", "ROOT/templates/page.html:3: template: *"),
    (
        "templates/page.html",
        "{{ 1 + 'a' }}",
        "ROOT/templates/page.html:1: template: unsupported operand type(s) for +: 'int' and 'str'",
    ),
    (
        "templates/page.html",
        '{% extends "base.html" %}\n{% block content %}\n\n{{ nope.x }}{% endblock %}',
        "ROOT/templates/page.html:4: template: 'nope' is undefined",
    ),
    ("templates/page.html", b"caf\xe9", "ROOT/templates/page.html:1: is not UTF-8 text"),
]


@pytest.fixture(scope="module")
def report(first_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished report, of which each test changes one file and puts it back."""
    return Path(shutil.copytree(first_build, tmp_path_factory.mktemp("texts") / "report"))


@pytest.mark.parametrize(("name", "text", "what"), CASES, ids=[f"{i}-{case[2][-30:]}" for i, case in enumerate(CASES)])
def test_a_slip_gives_one_line(
    name: str,
    text: str | bytes,
    what: str,
    report: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(report)
    file = report / name
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        code = main(["build"])
    finally:
        file.unlink() if before is None else file.write_bytes(before)
    said = capsys.readouterr().err
    assert code == 2
    expected = what.replace("ROOT", str(report))
    if expected.endswith("*"):
        assert said.startswith(expected[:-1])
        assert said.count("\n") == 1
    else:
        assert said == f"{expected}\n"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (
            "templates/strings",
            "templates/strings: there are no interface texts (*.yaml); restore them from the repository",
        ),
        ("templates/page.html", "page.html: template: 'page.html' not found in search path: 'ROOT/templates'"),
    ],
)
def test_what_is_missing_is_named(
    name: str, what: str, report: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(report)
    (report / name).rename(report / "aside")
    try:
        assert main(["build"]) == 2
    finally:
        (report / "aside").rename(report / name)
    said = capsys.readouterr().err
    assert said.endswith(f"{what.replace('ROOT', str(report))}\n")
    assert said.count("\n") == 1


def test_afterwards_nothing_is_left_of_it(
    report: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(report)
    assert main(["build", "--explain"]) == 0
    assert ": runs:" not in capsys.readouterr().out
