"""Every figure gives its data away, and names with a hyphen stay on one line."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

from generator.pipeline.artifact import Artifact
from generator.site.figures import collect_figures, figure_data
from generator.site.typography import keep_whole


class _Figures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str | None] = {}
        self.at = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "figure" and "fig" in (found.get("class") or "").split():
            self.at = found.get("id") or ""
            self.data[self.at] = None
        elif tag == "a" and found.get("class") == "download" and self.at:
            self.data[self.at] = found.get("href")
        elif tag == "a" and found.get("class") == "download":
            self.data["outside a figure"] = None


def test_every_figure_of_every_page_offers_data_that_can_be_read(site_dir: Path) -> None:
    seen = 0
    for page in sorted(site_dir.glob("*/*.html")):
        reader = _Figures()
        reader.feed(page.read_text("utf-8"))
        for name, address in reader.data.items():
            assert address, f"{page.parent.name}/{page.name}: {name} has no data to download"
            text = (page.parent / address).read_text("utf-8")
            if address.endswith(".json"):
                kept = json.loads(text)
                assert kept["data"] or kept["results"], f"{address} holds nothing"
            else:
                assert len(list(csv.reader(text.splitlines()))) > 1, f"{address} has no rows"
            seen += 1
    assert seen > 20


def test_a_figure_without_a_file_of_data_gets_one_with_the_results_it_shows() -> None:
    kept: dict[str, object] = {"template": "x", "data": {}, "download": None}
    own: dict[str, object] = {"template": "x", "data": {"a": 1}, "download": "own.csv"}
    figures = collect_figures(
        {"saliency-figures": Artifact(facts={"figures": {"faithfulness-table": kept, "own": own}}, files={})}
    )
    files = figure_data(figures, {"faithfulness": {"shown": "occlusion"}, "lime": {}})
    assert figures["own"].download == "own.csv"
    assert list(files) == [f"assets/figures/saliency/{figures['faithfulness-table'].download}"]
    assert json.loads(*files.values())["results"] == {"faithfulness": {"shown": "occlusion"}}


def test_names_with_a_hyphen_are_kept_whole_in_running_text_only() -> None:
    whole = '<span class="whole">t-SNE</span>'
    assert keep_whole("<p>the t-SNE map<br>t-SNE</p>") == f"<p>the {whole} map<br>{whole}</p>"
    for untouched in (
        '<img alt="t-SNE">',
        "<title>t-SNE</title>",
        '<script type="application/json">{"a": "t-SNE <b>"}</script>',
        '<svg aria-label="k-NN"><text>k-NN</text></svg>',
        "<!-- t-SNE -->",
        "<p>not-SNE-like words</p>".replace("t-SNE", "x-SNE"),
    ):
        assert keep_whole(untouched) == untouched


def test_no_line_of_a_page_ends_within_such_a_name(browser: object, addresses: dict[str, str]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})  # type: ignore[attr-defined]
    page = context.new_page()
    for lang in ("en", "zh-Hant"):
        page.goto(f"{addresses['file']}{lang}/4-tsne.html")
        names = page.locator("main .whole")
        assert names.count() > 1
        assert page.evaluate("[...document.querySelectorAll('main .whole')].every(e => e.getClientRects().length <= 1)")
    context.close()
