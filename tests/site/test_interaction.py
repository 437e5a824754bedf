"""What can be done on the pages, by keyboard and by touch, and that none of it is needed to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def touched(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.className || document.activeElement.getAttribute('href') || ''")


def test_evidence_opens_beside_its_mark_and_gives_the_focus_back(page: Any, addresses: dict[str, str]) -> None:
    page.goto(addresses["file"] + "en/1-saliency.html")
    mark = page.locator(".claim-mark").first
    assert mark.get_attribute("aria-expanded") == "false"
    mark.focus()
    page.keyboard.press("Enter")
    evidence = page.locator(".claim-evidence:popover-open")
    page.wait_for_selector(".claim-mark[aria-expanded=true]")
    at, box = mark.bounding_box(), evidence.bounding_box()
    assert min(abs(box["y"] - at["y"] - at["height"]), abs(at["y"] - box["y"] - box["height"])) < 12
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1000
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.claim-mark[aria-expanded=true]')")
    assert evidence.count() == 0
    assert focused(page) == "claim-mark"


def test_evidence_opens_by_touch_within_a_narrow_screen(touched: Any, addresses: dict[str, str]) -> None:
    touched.goto(addresses["file"] + "zh-Hant/1-saliency.html")
    for mark in touched.locator(".claim-mark").all()[:4]:
        mark.tap()
        touched.wait_for_selector(".claim-mark[aria-expanded=true]")
        box = touched.locator(".claim-evidence:popover-open").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        touched.keyboard.press("Escape")
        touched.wait_for_function("!document.querySelector('.claim-mark[aria-expanded=true]')")


def test_every_method_is_there_without_scripts_and_one_at_a_time_with_them(
    browser: Any, page: Any, addresses: dict[str, str]
) -> None:
    address = addresses["file"] + "en/1-saliency.html"
    shown = "[...document.querySelectorAll('[data-method]')].filter(panel => panel.checkVisibility()).length"
    page.goto(address)
    assert page.evaluate(shown) == 1
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(address)
    panels = plain.locator("[data-method]")
    assert panels.count() > 1
    assert all(panel.is_visible() for panel in panels.all())
    plain.context.close()


@pytest.mark.parametrize("name", ["1-saliency", "2-filters", "3-lime", "4-tsne", "methods"])
def test_figures_enlarge_by_keyboard_and_return_to_their_place(page: Any, addresses: dict[str, str], name: str) -> None:
    page.goto(f"{addresses['file']}en/{name}.html")
    order = "[...document.querySelectorAll('figure.fig')].map(figure => figure.id)"
    before = page.evaluate(order)
    for at in sorted({0, len(before) - 1}):
        button = page.locator(f"#{before[at]} .enlarge")
        button.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog[open]")
        assert dialog.locator(f"#{before[at]}").count() == 1
        assert dialog.get_attribute("aria-label")
        assert dialog.bounding_box()["width"] <= 1000
        page.keyboard.press("Escape")
        # The browser tells of the closing in a task of its own; the focus moves then.
        page.wait_for_function("!document.querySelector('dialog[open]') && document.activeElement.matches('.enlarge')")
    assert page.evaluate(order) == before


@pytest.mark.parametrize("figure", ["lime-stability", "confusion-association"])
def test_charts_become_much_larger_on_a_telephone(touched: Any, addresses: dict[str, str], figure: str) -> None:
    touched.goto(addresses["file"] + "en/3-lime.html")
    chart = touched.locator(f"#fig-{figure} svg.chart").first
    before = chart.bounding_box()["width"]
    touched.locator(f"#fig-{figure} .enlarge").tap()
    assert touched.locator("dialog[open]").count() == 1
    assert chart.bounding_box()["width"] > 1.8 * before
    # The chart is moved about within the dialog; the page below does not scroll sideways.
    assert touched.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_cell_of_the_matrix_opens_its_examples(page: Any, touched: Any, addresses: dict[str, str]) -> None:
    address = addresses["file"] + "en/3-lime.html"
    page.goto(address)
    link = page.locator("table.confusion a").first
    target = link.get_attribute("href")
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator(f"dialog[open] {target} img").is_visible()
    page.keyboard.press("Tab")
    page.locator(".dialog-close").press("Enter")
    assert page.locator("dialog[open]").count() == 0
    assert focused(page) == "plain"
    assert page.locator(f"details {target}").count() == 1
    touched.goto(address)
    touched.locator("table.confusion a").last.tap()
    assert touched.locator("dialog[open] img").first.is_visible()


def test_an_address_opens_what_is_folded(page: Any, addresses: dict[str, str]) -> None:
    page.goto(addresses["file"] + "en/3-lime.html")
    target = page.locator("table.confusion a").first.get_attribute("href")
    page.goto(addresses["file"] + "en/3-lime.html" + target)
    page.reload()
    assert page.locator(f"{target} img").is_visible()


def test_points_of_the_maps_show_their_face_by_keyboard_and_touch(
    page: Any, touched: Any, addresses: dict[str, str]
) -> None:
    page.goto(addresses["file"] + "en/4-tsne.html")
    card = page.locator(".scatter-card")
    hint = card.inner_text()
    page.locator("[data-scatter]").first.focus()
    page.keyboard.press("ArrowRight")
    first = card.inner_text()
    page.keyboard.press("ArrowRight")
    assert len({hint, first, card.inner_text()}) == 3
    assert "Class:" in first
    assert "Prediction:" in first
    assert page.locator("[data-scatter] circle:visible").count() == 2

    touched.goto(addresses["file"] + "zh-Hant/4-tsne.html")
    card = touched.locator(".scatter-card")
    hint = card.inner_text()
    touched.locator("[data-scatter] use").first.scroll_into_view_if_needed()
    box = touched.locator("[data-scatter] use").first.bounding_box()
    touched.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert card.inner_text() != hint


def test_the_legend_shows_one_class_alone(page: Any, addresses: dict[str, str]) -> None:
    page.goto(addresses["file"] + "en/4-tsne.html")
    entry = page.locator(".legend-class").nth(2)
    groups = page.locator("[data-scatter] g[data-class]")
    entry.focus()
    page.keyboard.press("Enter")
    assert entry.get_attribute("aria-pressed") == "true"
    assert {group.get_attribute("data-class") for group in groups.all() if group.is_visible()} == {"2"}
    page.keyboard.press("Enter")
    assert entry.get_attribute("aria-pressed") == "false"
    assert len({group.get_attribute("data-class") for group in groups.all() if group.is_visible()}) > 1


@pytest.mark.parametrize("name", ["index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods"])
def test_nothing_moves_while_a_page_loads(page: Any, addresses: dict[str, str], name: str) -> None:
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"{addresses['root']}en/{name}.html", wait_until="load")
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(200)
    assert page.evaluate("shift") < 0.01


def test_a_page_with_its_pictures_weighs_little(page: Any, addresses: dict[str, str], site_dir: Any) -> None:
    heavy = {}
    for file in sorted(site_dir.glob("*/*.html")):
        page.goto(addresses["file"] + file.relative_to(site_dir).as_posix())
        sources = page.evaluate("[...document.querySelectorAll('img[src], script[src]')].map(each => each.src)")
        files = {
            file,
            site_dir / "assets" / "site.css",
            *(site_dir / source.split("/assets/")[1].join(("assets/", "")) for source in sources),
        }
        weight = sum(each.stat().st_size for each in files)
        if weight > 600_000:
            heavy[file.name] = weight
    assert heavy == {}


def test_the_other_language_opens_where_the_reader_was(page: Any, addresses: dict[str, str]) -> None:
    for name, figure in (("4-tsne", "fig-tsne-grid"), ("methods", "fig-faces-action-units")):
        page.goto(f"{addresses['repo']}en/{name}.html")
        page.evaluate("id => document.getElementById(id).scrollIntoView()", figure)
        # A click by script: a click by mouse would first scroll the switch into sight.
        page.evaluate("document.querySelector('a.language').click()")
        page.wait_for_url(f"**/zh-Hant/{name}.html#{figure}")
        assert abs(page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", figure)) < 100


def test_the_table_of_contents_comes_after_the_heading_and_follows_the_reader(
    page: Any, addresses: dict[str, str]
) -> None:
    page.goto(addresses["file"] + "en/4-tsne.html")
    assert page.locator("h1, .toc").evaluate_all("all => all.map(each => each.tagName)") == ["H1", "NAV"]
    assert page.locator("h1").bounding_box()["y"] < page.locator(".toc").bounding_box()["y"]
    assert page.locator(".toc a[aria-current]").count() == 0
    for at in (-1, 0):
        link = page.locator(".toc a").nth(at)
        page.evaluate("id => document.getElementById(id).scrollIntoView()", link.get_attribute("href")[1:])
        page.wait_for_function("at => [...document.querySelectorAll('.toc a')].at(at).ariaCurrent === 'true'", arg=at)
        assert page.locator(".toc a[aria-current]").count() == 1


def test_heads_stay_over_their_columns_while_a_table_scrolls(touched: Any, addresses: dict[str, str]) -> None:
    for name in ("1-saliency", "3-lime", "4-tsne"):
        touched.goto(f"{addresses['file']}en/{name}.html")
        apart = touched.evaluate(
            """() => [...document.querySelectorAll('.table-scroll')].filter(box => box.checkVisibility()).flatMap(box => {
                box.scrollLeft = 150;
                const head = box.querySelector('thead tr:last-child > *')?.getBoundingClientRect();
                const row = box.querySelector('tbody tr > *').getBoundingClientRect();
                return head && Math.abs(head.left - row.left) > 1 ? [box.closest('figure').id] : [];
            })"""
        )
        assert apart == []


def test_enlarged_maps_are_seen_whole_with_the_face_that_is_pointed_at(browser: Any, addresses: dict[str, str]) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(addresses["file"] + "en/4-tsne.html")
    page.locator("#fig-tsne-first-last .enlarge").click()
    assert page.locator("dialog .scatter-card").is_visible()
    dialog = page.locator("dialog[open]").bounding_box()
    for part in page.locator("dialog .scatter, dialog .scatter-card").all():
        box = part.bounding_box()
        assert box["y"] >= dialog["y"]
        assert box["y"] + box["height"] <= dialog["y"] + dialog["height"]
    context.close()


def test_a_tapped_point_shows_its_face_beside_it(touched: Any, addresses: dict[str, str]) -> None:
    touched.goto(addresses["file"] + "en/4-tsne.html")
    plot = touched.locator("[data-scatter]").first
    plot.evaluate("each => each.scrollIntoView()")
    box = plot.bounding_box()
    touched.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = touched.locator(".scatter-card").bounding_box()
    assert 0 <= card["y"] <= 740 - card["height"]
    assert touched.locator(".scatter-card").inner_text().count("Class:") == 1


def test_one_line_of_the_curves_can_be_followed_by_keyboard(page: Any, addresses: dict[str, str]) -> None:
    page.goto(addresses["file"] + "en/1-saliency.html")
    figure = page.locator("#fig-faithfulness-curves")
    lines = figure.locator("polyline[data-line]").count()
    button = figure.locator(".legend button").nth(2)
    button.focus()
    assert figure.locator("polyline[data-faint]").count() == lines - 2
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    figure.locator(".download").focus()
    assert figure.locator("polyline[data-faint]").count() == lines - 2
    button.focus()
    page.keyboard.press("Enter")
    assert figure.locator("polyline[data-faint]").count() == 0
