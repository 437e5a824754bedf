"""The page that chooses a language, and the files beside it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator.commentary.draft.profile import draft_profile
from generator.config.load import load_config
from generator.site.check import check_site
from generator.site.render import render_site
from tests.commentary.measured import FACES, PARTS, whole_report
from tests.site.test_untranslated import CONFIG, TEMPLATES, report

LANGUAGES = ("zh-Hant", "en")
TITLES = {"zh-Hant": "玩具", "en": "Toy"}


def built(folder: Path, *languages: str) -> Path:
    """A site in some languages, from templates of its own if the folder holds any."""
    if not (folder / "templates").exists():
        (folder / "templates").symlink_to(TEMPLATES)
    (folder / "config.yaml").write_text(f"{CONFIG}languages: [{', '.join(languages)}]\n", "utf-8")
    draft_profile("toy", whole_report(FACES, PARTS, 3), folder / "content" / "toy", languages, figures=["claims-list"])
    rendered = render_site(load_config(folder / "config.yaml"), report(), {}, folder)
    assert rendered.errors == []
    for name, content in rendered.files.items():
        (folder / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "out" / name).write_bytes(content)
    assert check_site(folder / "out") == []
    return folder / "out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_in_one_language_has_one_title_and_speaks_of_no_other_language(tmp_path: Path, language: str) -> None:
    html = (built(tmp_path, language) / "index.html").read_text("utf-8")
    (described,) = re.findall(r'<meta name="description" content="(.*?)">', html)
    assert f"<title>{TITLES[language]}</title>" in html
    assert html.count("data-language") == 1
    assert described
    assert "in Traditional Chinese and English" not in described
    assert "雙語" not in described


def test_a_report_in_both_languages_names_both(tmp_path: Path) -> None:
    html = (built(tmp_path, *LANGUAGES) / "index.html").read_text("utf-8")
    assert "<title>玩具 · Toy</title>" in html
    assert '<meta name="description" content="影像分類模型到底在看什麼：中英雙語報告">' in html


@pytest.mark.browser
@pytest.mark.parametrize("languages", [("en",), ("zh-Hant",), LANGUAGES], ids=" ".join)
def test_nobody_is_sent_to_a_language_that_the_report_has_not(
    browser: Any, tmp_path: Path, languages: tuple[str, ...]
) -> None:
    site = built(tmp_path, *languages).as_uri()
    for locale, wanted in (("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hant"), ("en-GB", "en"), ("fr-FR", None)):
        context = browser.new_context(locale=locale)
        page = context.new_page()
        page.goto(f"{site}/index.html")
        page.wait_for_timeout(300)
        assert page.url == f"{site}/{f'{wanted}/' if wanted in languages else ''}index.html", locale
        context.close()


@pytest.mark.parametrize(
    "name",
    [".site.css.swp", "site.css~", "#site.css#", ".DS_Store", "._site.css", "Thumbs.db", "desktop.ini", ".git/config"],
)
def test_what_editors_and_file_managers_leave_among_the_assets_is_not_published(tmp_path: Path, name: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    left = tmp_path / "templates" / "assets" / name
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"\0")
    site = built(tmp_path, *LANGUAGES)
    assert {path.name for path in (site / "assets").iterdir()} >= {"site.css", "site.js", "choose.js", "favicon.svg"}
    assert not (site / "assets" / name).exists()
