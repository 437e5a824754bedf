"""Pages without a translation, or without text: they are built, say so, and claims link to their rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.commentary.draft.profile import draft_profile
from generator.config.load import load_config
from generator.site.check import check_site
from generator.site.render import RenderedSite, render_site
from tests.commentary.measured import FACES, PARTS, whole_report

TEMPLATES = Path(__file__).parents[2] / "templates"
CONFIG = "site:\n  title: {en: Toy, zh-Hant: 玩具}\nprofile: toy\nprofiles:\n  toy: {}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a draft in both languages."""
    (tmp_path / "templates").symlink_to(TEMPLATES)
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    content = tmp_path / "content" / "toy"
    draft_profile("toy", report(), content, ("zh-Hant", "en"), figures=["claims-list"])
    return tmp_path


def report() -> dict[str, Any]:
    results = whole_report(FACES, PARTS, 3)
    results["provenance"] = {
        "generator": "0",
        "python": "3",
        "versions": {},
        "seed": 1,
        "files": {},
        "fingerprints": {},
    }
    return results


def built(checkout: Path) -> RenderedSite:
    rendered = render_site(load_config(checkout / "config.yaml"), report(), {}, checkout)
    site = checkout / "out"
    for name, content in rendered.files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    assert rendered.errors == []
    assert check_site(site) == []
    return rendered


def test_a_page_without_translation_is_shown_in_the_other_language_with_a_note(checkout: Path) -> None:
    (checkout / "content" / "toy" / "4-tsne.en.md").unlink()
    rendered = built(checkout)
    html = rendered.files["en/4-tsne.html"].decode()
    assert 'role="note"' in html
    assert 'lang="zh-Hant"' in html
    assert "訓練把不同的類別分開了嗎" in html
    assert [str(problem) for problem in rendered.warnings] == [
        "content/toy/4-tsne.en.md: there is no translation of 4-tsne.zh-Hant.md"
    ]


@pytest.mark.parametrize("gone", ["methods.*.md", "methods.en.md", "*.en.md", "*.md"])
def test_claims_of_other_pages_still_find_their_row(checkout: Path, gone: str) -> None:
    for file in (checkout / "content" / "toy").glob(gone):
        file.unlink()
    built(checkout)


def test_a_claim_that_one_language_lacks_is_a_warning_of_the_build(checkout: Path) -> None:
    file = checkout / "content" / "toy" / "4-tsne.en.md"
    file.write_text(file.read_text("utf-8").replace("tsne.last.null", "tsne.first.null"), "utf-8")
    told = [str(problem) for problem in built(checkout).warnings]
    assert any("has no counterpart in 4-tsne.zh-Hant.md" in line for line in told)
    assert any("may be out of date" in line for line in told)
