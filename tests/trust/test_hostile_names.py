"""Names that come with data and model are text wherever they stand: pages, attributes, JSON, SVG, addresses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.dataset.making import picture
from tests.trust.project import OPTIONS, build, environment, make_project, tree

CLASSES = (
    "<script>alert(1)<script>",
    '"><img src=x onerror=alert(2)>',
    "it's \"quoted\" & 'so'",
    "喜 悅",
    "😀 emoji",
    "{{ 7 * 7 }} {% raw %}",
    "--> ]]> &lt;b&gt; <!--",
)
FILES = (
    "<svg onload=alert(3)>.png",
    "' onmouseover='alert(4).png",
    '" autofocus onfocus="alert(5).png',
    "a b  c.png",
    "笑臉😀.png",
    "javascript:alert(6).png",
)
# No name of a layer may hold a slash: Keras itself refuses it.
LAYERS = ("<script>alert(7)--> 層", "'><img src=x onerror=alert(8)>", '{{ 7 * 7 }}" onclick="alert(9)')
MODEL = """
import sys, keras
from keras import layers as L
one, two, three = sys.argv[2:]
keras.utils.set_random_seed(3)
keras.Sequential([
    keras.Input((48, 48, 1)), L.Conv2D(4, 3, name="conv"), L.Activation("relu", name=one), L.MaxPooling2D(4),
    L.Conv2D(4, 3, name=two), L.Activation("relu", name=three), L.GlobalAveragePooling2D(), L.Dense(7),
]).save(sys.argv[1])
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on classes, files and layers with hostile names."""
    head = "site: {title: {en: a, zh-Hant: b}}\nprofile: tiny\nprofiles:\n  tiny:\n    dataset: {}"
    root = tmp_path_factory.mktemp("hostile")
    folder = make_project(root / "<b> & 'project'", head + OPTIONS)
    rng = np.random.default_rng(1)
    for split in ("train", "test"):
        for number, name in enumerate(CLASSES):
            place = folder / "data" / split / name
            place.mkdir(parents=True)
            for file in FILES:
                image = np.clip(30 * number + 20 + rng.normal(0, 25, (48, 48)), 0, 255)
                (place / file).write_bytes(picture(image.astype(np.uint8)))
    subprocess.run([sys.executable, "-c", MODEL, "m.keras", *LAYERS], check=True, cwd=folder, env=environment())
    done = build(folder, "--data", "data", "--model", "m.keras")
    assert done.returncode == 0, done.stderr
    return folder / "site"


class _Elements(HTMLParser):
    """Elements with their attributes, the text, and what stands in scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.scripts, self.comments = "", "", ""
        self._script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._script = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments += data


def _pages(site: Path) -> Iterator[tuple[str, _Elements]]:
    for name, content in tree(site).items():
        if name.endswith(".html"):
            yield name, _Elements(content.decode())


@pytest.mark.slow
def test_no_name_becomes_an_element_or_an_attribute(site: Path) -> None:
    for name, page in _pages(site):
        for tag, attributes in page.elements:
            where = f"{name}: <{tag} {attributes}>"
            assert not [key for key in attributes if key.startswith("on") or key == "autofocus"], where
            assert attributes.get("src") != "x", where
            for key in ("href", "src", "action"):
                assert not (attributes.get(key) or "").strip().lower().startswith("javascript:"), where
        assert "alert(" not in page.comments


@pytest.mark.slow
def test_names_in_scripts_are_data(site: Path) -> None:
    for name, content in tree(site).items():
        if not name.endswith(".html"):
            continue
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", content.decode(), re.DOTALL):
            if "alert(" in body or "{" in body:
                assert "application/json" in attributes or "ld+json" in attributes, f"{name}: {body[:200]}"
                assert "<" not in body.replace("\\u003c", ""), f"{name}: {body[:200]}"
                json.loads(body)


@pytest.mark.slow
def test_readers_see_the_names_as_they_are(site: Path) -> None:
    pages = dict(_pages(site))
    for lang in ("en", "zh-Hant"):
        matrix = re.sub(r"\s+", " ", pages[f"{lang}/3-lime.html"].text)
        for name in CLASSES:
            assert name in matrix, f"{lang}: {name}"  # Jinja in a name would have been run, 49
        layers = re.sub(r"\s+", " ", pages[f"{lang}/2-filters.html"].text)
        assert LAYERS[0] in layers


@pytest.mark.slow
def test_drawings_hold_no_code(site: Path) -> None:
    for name, content in tree(site).items():
        if name.endswith(".svg"):
            for element in ET.fromstring(content.decode()).iter():
                assert not str(element.tag).endswith("script"), name
                assert not [key for key in element.attrib if key.startswith("on")], name


@pytest.mark.slow
def test_no_file_is_named_after_them(site: Path) -> None:
    """Addresses have to work on every server, and as files on every system."""
    odd = [name for name in tree(site) if not re.fullmatch(r"[A-Za-z0-9._/-]+", name)]
    assert odd == []
    results = json.loads((site / "results.json").read_text("utf-8"))
    assert set(results["model"]["recall"]) == set(CLASSES)
