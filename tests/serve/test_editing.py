"""`serve` while a report is being written, with the page open in a browser."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.trust.project import start

pytestmark = pytest.mark.slow
PAGE = "en/1-saliency.html"
TEXT = "# Where does it look?\n\nA paragraph.\n\n" + '{{ figure("saliency-means") }}\n' + "\nMore text.\n" * 80
WAIT = 30_000


@pytest.fixture
def written(project: Path) -> Path:
    folder = project / "content" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    for lang in ("en", "zh-Hant"):
        (folder / f"1-saliency.{lang}.md").write_text(TEXT, "utf-8")
    return folder / "1-saliency.en.md"


@pytest.fixture
def served(written: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = start(written.parents[2], "serve", "--port", "0")
    assert process.stdout is not None
    yield process, process.stdout.readline().split()[0]
    process.kill()
    process.communicate()


def _opened(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.goto(address + PAGE)
    _shows(page, "A paragraph.")
    page.wait_for_function("!document.documentElement.hasAttribute('data-recomputing')", timeout=WAIT)
    return page


def _shows(page: Any, text: str) -> None:
    page.wait_for_function("text => document.body?.innerText.includes(text)", arg=text, timeout=WAIT)


def _problems(page: Any) -> str:
    return str(page.wait_for_selector("#facereport-problems", timeout=WAIT).inner_text())


def test_a_saved_text_appears_in_every_tab_at_the_same_place(browser: Any, served: Any, written: Path) -> None:
    tabs = [_opened(browser, served[1]) for _ in range(2)]
    for tab in tabs:
        tab.evaluate("scrollTo({top: 700, behavior: 'instant'})")
    written.write_text(TEXT.replace("A paragraph.", "Another paragraph."), "utf-8")
    for tab in tabs:
        _shows(tab, "Another paragraph.")
        tab.wait_for_function("Math.abs(scrollY - 700) < 2", timeout=WAIT)
        assert tab.url.endswith(PAGE)
        tab.close()


def test_a_mistake_is_shown_with_its_line_until_it_is_mended(browser: Any, served: Any, written: Path) -> None:
    tab = _opened(browser, served[1])
    written.write_text(TEXT + "{{ modl.accuracy }}\n", "utf-8")
    line = TEXT.count("\n") + 1
    found = _problems(tab)
    assert f"content/tiny/1-saliency.en.md:{line}:" in found
    assert "model" in found
    _shows(tab, "A paragraph.")
    written.write_text(TEXT.replace("A paragraph.", "Mended."), "utf-8")
    _shows(tab, "Mended.")
    tab.wait_for_function("!document.getElementById('facereport-problems')", timeout=WAIT)
    tab.close()


def test_a_broken_template_does_not_end_the_preview(browser: Any, served: Any, written: Path) -> None:
    tab = _opened(browser, served[1])
    template = written.parents[2] / "templates" / "page.html"
    whole = template.read_text("utf-8")
    template.write_text(whole + "{% if %}", "utf-8")
    assert "page.html:" in _problems(tab)
    template.write_text(whole.replace("</main>", "<p>A new foot.</p></main>"), "utf-8")
    _shows(tab, "A new foot.")
    tab.close()


def test_stale_results_are_marked_until_they_are_new(browser: Any, served: Any, written: Path) -> None:
    tab = _opened(browser, served[1])
    config = written.parents[2] / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("confusion: {pairs: 5}", "confusion: {pairs: 4}"), "utf-8")
    tab.wait_for_selector("#facereport-working", timeout=WAIT)
    _shows(tab, "A paragraph.")
    tab.wait_for_selector("#facereport-working", state="detached", timeout=120_000)
    with urllib.request.urlopen(served[1] + "results.json") as answer:
        assert json.load(answer)["claims"] == []
    tab.close()


def test_ctrl_c_ends_it_and_leaves_the_site(served: Any, written: Path, browser: Any) -> None:
    tab = _opened(browser, served[1])
    process = served[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert (written.parents[2] / "site" / PAGE).is_file()
    tab.close()


EDITS = {
    "a word": ("A paragraph.", "Another paragraph."),
    "a heading and a list": ("A paragraph.", "A paragraph.\n\n## A heading\n\n- one\n- two\n"),
    "a claim": ("A paragraph.", 'A paragraph. [It holds]{claim="model.accuracy >= 0"}.'),
    "a claim that fails": ("A paragraph.", 'A paragraph. [It fails]{claim="model.accuracy > 1"}.'),
    "a table": ("A paragraph.", "A paragraph.\n\n| a | b |\n| --- | --- |\n| 1 | *2* |\n"),
    "a figure taken out": ('{{ figure("saliency-means") }}\n', ""),
    "the title": ("# Where does it look?", "# Where does it look, then?"),
}


def _marked(page: Any) -> None:
    page.evaluate("window.stayed = true")


def _stayed(page: Any) -> bool:
    return bool(page.evaluate("window.stayed === true"))


@pytest.mark.parametrize("edit", EDITS)
def test_a_page_that_was_patched_is_the_page_that_a_reload_gives(
    browser: Any,
    served: Any,
    written: Path,
    edit: str,
) -> None:
    tab = _opened(browser, served[1])
    tab.wait_for_timeout(500)
    old, new = EDITS[edit]
    written.write_text(TEXT.replace(old, new) + "\nThe end.\n", "utf-8")
    _shows(tab, "The end.")
    written.write_text(TEXT.replace(old, new) + "\nThe very end.\n", "utf-8")
    _shows(tab, "The very end.")
    read = "[document.title, document.querySelector('main').outerHTML, document.querySelector('nav.pages').outerHTML]"
    patched = tab.evaluate(read)
    tab.reload()
    _shows(tab, "The very end.")
    assert tab.evaluate(read) == patched
    tab.close()


def test_a_word_is_changed_without_a_reload_and_other_pages_are_left_alone(
    browser: Any,
    served: Any,
    written: Path,
) -> None:
    tab = _opened(browser, served[1])
    other = browser.new_page()
    other.goto(served[1] + "en/index.html")
    for page in (tab, other):
        page.wait_for_timeout(500)
        _marked(page)
    written.write_text(TEXT.replace("A paragraph.", "Another paragraph."), "utf-8")
    _shows(tab, "Another paragraph.")
    other.wait_for_timeout(500)
    assert _stayed(tab)
    assert _stayed(other)
    # What is shared by all pages reaches them all.
    strings = written.parents[2] / "templates" / "strings" / "site.yaml"
    strings.write_text(
        strings.read_text("utf-8").replace("by the program that made them", "by this very program"), "utf-8"
    )
    assert "by this very program" in strings.read_text("utf-8")
    for page in (tab, other):
        _shows(page, "by this very program")
        page.close()


def test_a_style_sheet_is_changed_in_place(browser: Any, served: Any, written: Path) -> None:
    tab = _opened(browser, served[1])
    tab.wait_for_timeout(500)
    _marked(tab)
    style = written.parents[2] / "templates" / "assets" / "site.css"
    style.write_text(style.read_text("utf-8") + "\nh1 { letter-spacing: 7px }\n", "utf-8")
    tab.wait_for_function("getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'", timeout=WAIT)
    assert _stayed(tab)
    tab.close()


def test_saves_within_50_ms_make_one_build(served: Any, written: Path) -> None:
    def shown() -> bytes:
        with urllib.request.urlopen(served[1] + PAGE) as answer:
            return bytes(answer.read())

    while b"A paragraph." not in shown():
        time.sleep(0.1)
    with urllib.request.urlopen(served[1] + "__events", timeout=60) as events:

        def version() -> int:
            return int(json.loads(next(line for line in events if line.startswith(b"data: "))[6:])["version"])

        before = version()
        for number in range(3):
            written.write_text(TEXT + f"\nSave {number}.\n", "utf-8")
        assert version() == before + 1
        assert b"Save 2." in shown()
        written.write_text(TEXT + "\nLater.\n", "utf-8")
        assert version() == before + 2, "a second build of the same saves"
        assert b"Later." in shown()
