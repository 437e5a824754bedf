"""Links of the commentary into the site: to assets, and to places inside pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli import main
from generator.config.load import load_config
from generator.site.render import RenderedSite, render_site
from tests.site.test_untranslated import CONFIG, TEMPLATES, report

METHODS = '# Methods\n\nOf the methods.\n\n## Data and code\n\n{{ figure("claims-list") }}\n'


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assets = tmp_path / "templates" / "assets"
    for folder in TEMPLATES.iterdir():
        if folder.name != "assets":
            (tmp_path / "templates").mkdir(exist_ok=True)
            (tmp_path / "templates" / folder.name).symlink_to(folder)
    assets.mkdir()
    (assets / "table (1).csv").write_text("a", "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG.replace("profile:", "languages: [en]\nprofile:"), "utf-8")
    (tmp_path / "content" / "toy").mkdir(parents=True)
    (tmp_path / "content" / "toy" / "methods.en.md").write_text(METHODS, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(checkout: Path, text: str) -> RenderedSite:
    """The site with a text as its first page."""
    (checkout / "content" / "toy" / "index.en.md").write_text(f"# T\n\n{text}\n\n## Nearer by\n\nx\n", "utf-8")
    return render_site(load_config(checkout / "config.yaml"), report(), {}, checkout)


@pytest.mark.parametrize(
    "address",
    [
        "../assets/table%20(1).csv",
        "<../assets/table (1).csv>",
        "#section-1",
        "methods.html#section-1",
        "../en/methods.html#provenance",
        "../results.json#any",
        "https://example.org/#any",
    ],
)
def test_links_to_what_is_there_are_let_be(checkout: Path, address: str) -> None:
    assert written(checkout, f"[x]({address})").errors == []
    assert main(["check"]) == 0


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("#section-2", "leads nowhere: nothing on this page has that id (did you mean 'section-1'?)"),
        ("methods.html#data", "leads nowhere: nothing on en/methods.html has that id (known: "),
        ("../assets/tabel%20(1).csv", "leads to no file in templates/assets (did you mean 'table (1).csv'?)"),
        ("../assets/figures/lime/a.csv", "leads to no file in templates/assets"),
        ("../zh-Hant/methods.html#section-1", "leads to no file of the report (did you mean 'en/methods.html'?)"),
        ("../assets/../none.txt", "leads to no file of the report"),
    ],
)
def test_a_link_to_what_is_not_there_is_told_where_it_stands(checkout: Path, address: str, told: str) -> None:
    (error,) = written(checkout, f"First.\n\n`[x]({address})` [x]({address})").errors
    assert str(error).startswith(f"content/toy/index.en.md:5: the link '{address}' {told}")


def test_check_knows_the_assets_before_anything_is_built(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(checkout, "[x](../assets/figures/lime/a.csv), [y](#later)\n\n[z](../assets/gone.csv)")
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        "content/toy/index.en.md:5: the link '../assets/gone.csv' leads to no file in templates/assets "
        "(known: table (1).csv)\n"
    )


def test_a_page_with_errors_makes_no_link_to_it_wrong(checkout: Path) -> None:
    (checkout / "content" / "toy" / "methods.en.md").write_text(METHODS + "\n{{ no.such }}\n", "utf-8")
    (error,) = written(checkout, "[x](methods.html#section-1)").errors
    assert "no.such" in str(error) or "'no'" in str(error)
