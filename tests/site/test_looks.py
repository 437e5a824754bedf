"""What the eye would find fault with: clipped words, torn lines, uneven pictures, blank paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from generator.site.check import check_site

pytestmark = pytest.mark.browser

PAGES = ("index", "1-saliency", "2-filters", "3-lime", "4-tsne", "methods")
EVERY = [f"{lang}/{page}.html" for lang in ("zh-Hant", "en") for page in PAGES]


@pytest.fixture
def open_at(browser: Any) -> Iterator[Any]:
    """Opens a page of a stated width, with whatever else a context takes."""
    contexts = []

    def opened(width: int, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def test_the_published_site_has_no_broken_link_id_or_asset(site_dir: Any) -> None:
    assert [str(problem) for problem in check_site(site_dir)] == []


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_word_of_a_chart_is_cut_off(open_at: Any, addresses: dict[str, str], width: int) -> None:
    page = open_at(width)
    cut = []
    for name in EVERY:
        page.goto(addresses["file"] + name)
        cut += page.evaluate(
            """name => [...document.querySelectorAll('svg text')].flatMap(text => {
                const word = text.getBoundingClientRect(), chart = text.ownerSVGElement.getBoundingClientRect();
                const out = Math.max(chart.left - word.left, word.right - chart.right,
                                     chart.top - word.top, word.bottom - chart.bottom);
                return out > 2 ? [`${name}: ${text.closest('figure').id}: ${text.textContent} by ${out.toFixed(1)}`] : [];
            })""",
            name,
        )
    assert cut == []


@pytest.mark.parametrize("width", [320, 390])
def test_long_names_of_classes_leave_room_for_the_table_beside_them(
    open_at: Any, addresses: dict[str, str], width: int
) -> None:
    page = open_at(width)
    wrong, looked = [], 0
    for name in ("en/1-saliency.html", "en/3-lime.html"):
        page.goto(addresses["file"] + name)
        found = page.evaluate(
            """() => {
                const heads = [...document.querySelectorAll('.table-scroll tbody th[scope="row"]')]
                    .filter(head => head.firstChild.textContent.trim() === 'Happy');
                const names = ['Surprisinglyastonishedcountenance', 'A long name of several words'];
                for (const [at, head] of heads.entries()) head.firstChild.textContent = names[at % 2];
                return heads.map(head => [head.offsetWidth, head.scrollWidth - head.clientWidth]);
            }"""
        )
        looked += len(found)
        wrong += [(name, *each) for each in found if each[0] > 160 or each[1] > 1]
    assert looked >= 6
    assert wrong == []


@pytest.mark.parametrize("width", [390, 1000, 1200, 1440])
def test_no_word_of_a_table_runs_into_the_cell_beside_it(open_at: Any, addresses: dict[str, str], width: int) -> None:
    page = open_at(width)
    wrong, looked = [], 0
    for name in EVERY:
        page.goto(addresses["file"] + name)
        found = page.evaluate(
            """() => [...document.querySelectorAll('figure :is(th, td)')].filter(cell => cell.clientWidth)
                .map(cell => [cell.textContent.trim().slice(0, 60), cell.scrollWidth - cell.clientWidth])"""
        )
        looked += len(found)
        wrong += [(name, *each) for each in found if each[1] > 1]
    assert looked >= 100
    assert wrong == []


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_mark_of_a_claim_begins_a_line(open_at: Any, addresses: dict[str, str], width: int) -> None:
    page = open_at(width)
    alone = []
    for name in EVERY:
        page.goto(addresses["file"] + name)
        alone += page.evaluate(
            """name => [...document.querySelectorAll('.claim-mark')].flatMap(mark => {
                const before = document.createRange();
                before.selectNodeContents(mark.parentNode);
                before.setEndBefore(mark);
                const [word] = before.getClientRects(), place = mark.getBoundingClientRect();
                return word && word.bottom > place.top && word.left < place.right ? [] : [`${name}: ${mark.textContent}`];
            })""",
            name,
        )
    assert alone == []


def test_small_pictures_are_enlarged_crisply_and_to_one_size(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(1440)
    uneven, soft = [], []
    for name in EVERY:
        page.goto(addresses["file"] + name)
        for figure, sizes, rendering in page.evaluate(
            """() => [...document.querySelectorAll('.tiles')].filter(list => list.checkVisibility()).map(list => {
                const pictures = [...list.querySelectorAll('img.px')];
                return [list.closest('figure').id,
                        [...new Set(pictures.map(each => Math.round(each.getBoundingClientRect().width)))],
                        [...new Set(pictures.map(each => getComputedStyle(each).imageRendering))]];
            })"""
        ):
            if len(sizes) > 1:
                uneven.append((name, figure, sizes))
            if rendering not in ([], ["pixelated"]):
                soft.append((name, figure, rendering))
    assert uneven == []
    assert soft == []


def test_the_first_page_tells_its_story_in_one_screen(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(1440)
    for lang in ("zh-Hant", "en"):
        page.goto(f"{addresses['file']}{lang}/index.html")
        cards = page.locator(".card")
        assert cards.count() == 4
        for card in cards.all():
            assert card.get_by_role("img").count() == 1
            assert card.locator(".finding").inner_text()
            box = card.bounding_box()
            assert box["y"] + box["height"] <= 900
        assert page.locator(".facts strong").count() == 3


def test_pictures_below_the_fold_wait(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(1440)
    eager = []
    for name in EVERY:
        page.goto(addresses["file"] + name)
        eager += page.evaluate(
            """name => [...document.querySelectorAll('img:not([loading=lazy])')]
                .filter(each => each.getBoundingClientRect().top > 1300 && each.getBoundingClientRect().height > 20)
                .map(each => `${name}: ${each.getAttribute('src')}`)""",
            name,
        )
    assert eager == []


def test_the_whole_page_is_printed_and_nothing_but_the_page(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(700)  # A4 less its margins, in the pixels of CSS.
    for name in EVERY:
        page.goto(addresses["file"] + name)
        page.emulate_media(media="print", color_scheme="dark")
        wide = page.evaluate(
            """() => [...document.querySelectorAll('main table, main img, main svg')]
                .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
                .map(each => each.closest('figure')?.id ?? each.className)"""
        )
        assert wide == [], name
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        for tool in (".pages", ".switches", ".enlarge", "fieldset", ".toc"):
            assert not any(each.is_visible() for each in page.locator(tool).all()), (name, tool)
        assert page.locator("h1").is_visible()


def test_nothing_glides_for_readers_who_asked_for_no_motion(open_at: Any, addresses: dict[str, str]) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    for wish, expected in (("reduce", "auto"), ("no-preference", "smooth")):
        page = open_at(1440, reduced_motion=wish)
        page.goto(addresses["file"] + "en/1-saliency.html")
        assert page.evaluate(behaviour) == expected
        moving = "document.getAnimations().length + [...document.querySelectorAll('*')].filter(each => \
getComputedStyle(each).transitionDuration !== '0s').length"
        assert wish == "no-preference" or page.evaluate(moving) == 0


def test_data_is_downloaded_by_keyboard(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(1440)
    page.goto(addresses["root"] + "en/3-lime.html")
    link = page.locator("#fig-confusion-matrix .download")
    link.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == "confusion-matrix.csv"


def test_a_missing_page_is_told_in_both_languages_and_leads_back(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(360, java_script_enabled=False)
    page.goto(addresses["repo"] + "404.html")
    assert page.locator("section").evaluate_all("all => all.map(each => each.lang)") == ["zh-Hant", "en"]
    page.locator("section[lang=en] a").click()
    assert page.url.startswith(addresses["repo"])
    assert page.url.endswith("index.html")
    assert page.locator("a[hreflang]").count() > 0


def test_shared_links_show_a_picture_of_a_fitting_size(open_at: Any, addresses: dict[str, str]) -> None:
    page = open_at(1440)
    for name in EVERY:
        page.goto(addresses["root"] + name)
        size = page.evaluate(
            """async () => {
                const picture = new Image();
                picture.src = document.querySelector('meta[property="og:image"]').content;
                await picture.decode();
                return [picture.naturalWidth, picture.naturalHeight];
            }"""
        )
        assert size == [1200, 630]
        icon = page.locator("link[rel=icon]").get_attribute("href")
        assert page.request.get(page.evaluate("href => new URL(href, location).href", icon)).ok
