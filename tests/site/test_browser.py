"""Every page of the published site, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = ("index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods")
EVERY = [f"{lang}/{page}.html" for lang in ("zh-Hant", "en") for page in PAGES]


@pytest.mark.parametrize(
    ("how", "scripts"),
    [
        ("file", True),
        ("root", True),
        ("repo", True),
        ("repo", False),
        pytest.param("file", False, marks=pytest.mark.slow),
        pytest.param("root", False, marks=pytest.mark.slow),
    ],
)
def test_pages_load_whole_and_ask_nobody_else(browser: Any, addresses: dict[str, str], how: str, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    base = addresses[how]
    faults: list[str] = []
    # No network but the site's own server: what a page would fetch elsewhere fails, and is named.
    context.route(
        lambda url: not url.startswith((base, "data:")),
        lambda route: route.abort("internetdisconnected"),
    )
    page.on("request", lambda request: None if request.url.startswith((base, "data:")) else faults.append(request.url))
    # A picture still on its way when the test turns the page is aborted by the browser; that is no fault.
    page.on(
        "requestfailed",
        lambda request: (
            None if "ERR_ABORTED" in request.failure else faults.append(f"{request.failure}: {request.url}")
        ),
    )
    page.on(
        "response", lambda answer: faults.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
    )
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name in EVERY:
        page.goto(base + name, wait_until="load")
        assert page.locator("h1").count() == 1
    context.close()
    assert faults == []


@pytest.mark.parametrize("width", [320, 768, 1440, 3840])
def test_no_page_scrolls_sideways(browser: Any, addresses: dict[str, str], width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    wide = {}
    for name in EVERY:
        page.goto(addresses["file"] + name)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[name] = over
    context.close()
    assert wide == {}


def test_the_language_switch_keeps_the_page(browser: Any, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    for name in PAGES:
        page.goto(f"{addresses['file']}en/{name}.html")
        page.click("a.language")
        assert page.url.endswith(f"/zh-Hant/{name}.html")
        assert page.evaluate("document.documentElement.lang") == "zh-Hant"
    page.close()


def test_the_entrance_works_without_scripts_and_follows_the_reader_with_them(
    browser: Any, addresses: dict[str, str]
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(addresses["root"])
    assert page.locator("a[hreflang]").count() == 2
    plain.close()
    for locale, folder in (("zh-TW", "zh-Hant"), ("en-GB", "en"), ("fr-FR", None)):
        context = browser.new_context(locale=locale)
        page = context.new_page()
        page.goto(addresses["root"])
        page.wait_for_timeout(300)
        assert (f"/{folder}/" in page.url) if folder else page.url == addresses["root"]
        context.close()


def test_evidence_of_a_claim_opens_by_keyboard(browser: Any, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(addresses["file"] + "en/1-saliency.html")
    mark = page.locator(".claim-mark").first
    mark.focus()
    page.keyboard.press("Enter")
    evidence = page.locator(".claim-evidence:popover-open")
    assert evidence.count() == 1
    assert evidence.locator("code").count() > 0
    page.keyboard.press("Escape")
    assert page.locator(".claim-evidence:popover-open").count() == 0
    page.close()


def test_the_method_switch_works_by_keyboard(browser: Any, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(addresses["file"] + "en/1-saliency.html")
    before = page.locator("[data-method]:not([data-away])").first.get_attribute("data-method")
    page.locator("[data-switch] input:checked").focus()
    page.keyboard.press("ArrowRight")
    after = page.locator("[data-method]:not([data-away])").first.get_attribute("data-method")
    assert before != after
    page.close()


def test_the_colour_scheme_can_be_chosen(browser: Any, addresses: dict[str, str]) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(addresses["root"] + "en/index.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    toggle = page.locator("[data-theme-toggle]")
    toggle.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    dark = page.evaluate(paper)
    assert light != dark
    page.goto(addresses["root"] + "en/methods.html")
    assert page.evaluate(paper) == dark
    context.close()


def test_weight(site_dir: Path) -> None:
    total = sum(path.stat().st_size for path in site_dir.rglob("*") if path.is_file())
    assert total < 5_000_000
    assert sum(path.stat().st_size for path in site_dir.rglob("*.js")) < 30_000


@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("light", ["index.html", "zh-Hant/index.html", "en/3-lime.html"]),
        pytest.param("light", ["404.html", *EVERY], marks=pytest.mark.slow),
        pytest.param("dark", ["index.html", "404.html", *EVERY], marks=pytest.mark.slow),
    ],
    ids=["light, some", "light", "dark"],
)
def test_axe_finds_no_barrier(browser: Any, addresses: dict[str, str], scheme: str, names: list[str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    # All but colours is the same in both schemes.
    colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    options = {"runOnly": colours} if scheme == "dark" else None
    for name in names:
        page.goto(addresses["file"] + name)
        for violation in Axe().run(page, options=options).response["violations"]:
            targets = [str(node["target"][0]) for node in violation["nodes"][:3]]
            found.setdefault(violation["id"], []).append(f"{name}: {', '.join(targets)} ({len(violation['nodes'])})")
    context.close()
    assert found == {}
