"""What a preview renders after an edit is what a build from nothing renders."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.config.load import load_config
from generator.errors import InputError
from generator.pipeline.artifact import Artifact
from generator.site.memo import RenderMemo
from generator.site.render import RenderedSite, render_site
from tests.site.test_untranslated import CONFIG, TEMPLATES, report

FIGURE = """{% from "figures/_macros.html" import frame with context %}
{% set part = "figures/_own" ~ ".html" %}
{% call frame(fig, "t-SNE of " ~ fig.data.name) %}{% include part %}<p>k-NN</p>{% endcall %}"""
FIGURES = {
    "own-one": {"template": "own", "data": {"name": "one"}, "download": None},
    "own-two": {"template": "other", "data": {"name": "two"}, "download": None},
}
ARTIFACTS = {"saliency-figures": Artifact(facts={"figures": FIGURES})}
TEXT = """# A title with t-SNE

One. [A claim]{claim="model.accuracy > 0"}

{{ figure("own-one") }}

## More k-NN

Two.

{{ figure("own-two") }}
"""


class Checkout:
    """A checkout, rendered again and again by one process, and each time from nothing too."""

    def __init__(self, root: Path) -> None:
        self.root, self.memo = root, RenderMemo()
        self.artifacts = ARTIFACTS

    def render(self, memo: RenderMemo | None = None) -> RenderedSite:
        return render_site(load_config(self.root / "config.yaml"), report(), self.artifacts, self.root, memo)

    def same(self) -> dict[str, bytes]:
        """The files, equal either way."""
        kept, anew = self.render(self.memo), self.render()
        assert kept.files.keys() == anew.files.keys()
        assert [name for name in anew.files if kept.files[name] != anew.files[name]] == []
        assert (kept.claims, kept.errors, kept.warnings) == (anew.claims, anew.errors, anew.warnings)
        return anew.files

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        file = self.root / name
        file.write_text(change(file.read_text("utf-8")), "utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    figures = tmp_path / "templates" / "figures"
    (figures / "own.html").write_text(FIGURE, "utf-8")
    (figures / "_own.html").write_text("<p>part</p>", "utf-8")
    (figures / "other.html").write_text('<p id="fig-{{ fig.name }}">{{ fig.data.name }}</p>', "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    content = tmp_path / "content" / "toy"
    content.mkdir(parents=True)
    for lang in ("en", "zh-Hant"):
        (content / f"1-saliency.{lang}.md").write_text(TEXT, "utf-8")
        (content / f"methods.{lang}.md").write_text('# Methods\n\n{{ figure("claims-list") }}\n', "utf-8")
    return Checkout(tmp_path)


PAGE = "content/toy/1-saliency.en.md"
EDITS: dict[str, tuple[str, Callable[[str], str], str, bytes]] = {
    "a text": (PAGE, lambda text: text + "\nMore.\n", "en/1-saliency.html", b"More."),
    "a title": (PAGE, lambda text: text.replace("A title", "Another"), "en/index.html", b"Another"),
    "a claim": (PAGE, lambda text: text.replace("> 0", "> 2"), "en/methods.html", b"claim-row-fails"),
    "a page template": (
        "templates/page.html",
        lambda text: text.replace("</main>", "<p>t-SNE here</p></main>"),
        "zh-Hant/3-lime.html",
        b'<p><span class="whole">t-SNE</span> here</p>',
    ),
    "the template of all pages": (
        "templates/base.html",
        lambda text: text.replace("</body>", "<p>foot</p></body>"),
        "en/index.html",
        b"<p>foot</p>",
    ),
    "a figure": ("templates/figures/other.html", lambda text: text + "<p>new</p>", "en/1-saliency.html", b"<p>new</p>"),
    "what figures share": (
        "templates/figures/_macros.html",
        lambda text: text.replace("<figcaption>", "<figcaption>Look: "),
        "en/1-saliency.html",
        b"Look: ",
    ),
    "a part that is named by a variable": (
        "templates/figures/_own.html",
        lambda text: "<p>another part</p>",
        "en/1-saliency.html",
        b"<p>another part</p>",
    ),
    "the list of claims": (
        "templates/partials/claims.html",
        lambda text: text + "<p>That is all.</p>",
        "en/methods.html",
        b"That is all.",
    ),
    "an interface word": (
        "templates/strings/site.yaml",
        lambda text: text.replace("Skip to", "Go to"),
        "en/index.html",
        b"Go to",
    ),
    "a style sheet": ("templates/assets/site.css", lambda text: text + "h9 {}", "assets/site.css", b"h9 {}"),
    "the configuration": ("config.yaml", lambda text: text.replace("en: Toy", "en: Bear"), "en/4-tsne.html", b"Bear"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_all_pages_are_those_of_a_build_from_nothing(checkout: Checkout, edit: str) -> None:
    name, change, page, shown = EDITS[edit]
    before = checkout.same()
    assert shown not in before[page]
    whole = (checkout.root / name).read_text("utf-8")
    checkout.edit(name, change)
    assert shown in checkout.same()[page]
    checkout.edit(name, lambda _: whole)
    assert checkout.same() == before


def test_after_all_edits_together_too(checkout: Checkout) -> None:
    for name, change, page, shown in EDITS.values():
        checkout.edit(name, change)
        assert shown in checkout.same()[page]


def test_files_that_come_and_go_are_noticed(checkout: Checkout) -> None:
    checkout.same()
    (checkout.root / PAGE).unlink()
    assert b'role="note"' in checkout.same()["en/1-saliency.html"]
    (checkout.root / PAGE).write_text("# Back\n", "utf-8")
    assert b"Back" in checkout.same()["en/1-saliency.html"]
    (checkout.root / "content/toy/4-tsne.en.md").write_text("# New\n", "utf-8")
    assert b"New" in checkout.same()["en/4-tsne.html"]


def test_a_broken_template_is_told_and_forgotten_when_it_is_mended(checkout: Checkout) -> None:
    before = checkout.same()
    for name in ("templates/page.html", "templates/figures/own.html"):
        whole = (checkout.root / name).read_text("utf-8")
        checkout.edit(name, lambda text: text + "{% if %}")
        with pytest.raises(InputError, match=name.rpartition("/")[2]):
            checkout.render(checkout.memo)
        checkout.edit(name, lambda _, whole=whole: whole)  # type: ignore[misc]
        assert checkout.same() == before


def test_new_results_are_shown(checkout: Checkout) -> None:
    checkout.same()
    data = FIGURES | {"own-one": {**FIGURES["own-one"], "data": {"name": "three"}}}
    checkout.artifacts = {"saliency-figures": Artifact(facts={"figures": data})}
    assert b"of three" in checkout.same()["en/1-saliency.html"]
