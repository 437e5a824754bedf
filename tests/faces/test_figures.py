"""The figures of the data set: all there, laid out in both languages, of any data set."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from generator.dataset.types import REGIONS, Dataset, Split, arrays_of
from generator.faces import AUS, CLASSES, drawn_dataset
from generator.figures import dataset as stage
from generator.pipeline.context import Context
from generator.site.strings import load_strings

TEMPLATES = Path(__file__).parents[2] / "templates"
DRAWN = {"faces-sheet", "faces-action-units", "faces-making", "faces-evidence"}
ANY = {"dataset-classes", "dataset-samples", "dataset-regions"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    artifact = arrays_of(drawn_dataset(14, 42, seed=9))
    artifact.results["dataset"] = {"source": {"kind": "drawn"}}
    return stage.run(None, {"dataset": artifact}, Context(seed=9, scratch=tmp_path_factory.mktemp("scratch")))


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (10, 48, 48), dtype=np.uint8)
    labels = np.repeat([0, 2], 5)
    mask = np.zeros((48, 48), dtype=bool)
    mask[30:40, 15:33] = True
    names = tuple(f"PublicTest_{i}.jpg" for i in range(10))
    empty = Split(images[:0], labels[:0], ())
    data = Dataset(("angry", "happy", "sad"), empty, Split(images, labels, names), "PublicTest", {"mouth": mask})
    artifact = arrays_of(data)
    artifact.results["dataset"] = {"source": {"kind": "folder"}}
    return stage.run(None, {"dataset": artifact}, Context(seed=9, scratch=tmp_path_factory.mktemp("scratch")))


def _made_by_the_site(artifact):
    return {f"{name}.json" for name, figure in artifact.facts["figures"].items() if not figure["download"]}


def _pages(artifact, lang, kind, split):
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=lambda v, *_: f"{100 * v:.0f}%",
        fixed=lambda v, n=2: f"{v:.{n}f}",
        signed=lambda v, n=2: f"{v:+.{n}f}",
        thousands=lambda v: f"{v:,}",
    )
    texts = load_strings(TEMPLATES / "strings")
    asked = []

    def asset(file: str) -> str:
        asked.append(file)
        return f"assets/{file}"

    pages = {}
    for name, figure in artifact.facts["figures"].items():
        pages[name] = environment.get_template(f"figures/{figure['template']}.html").render(
            # As the site places it: where the stage wrote no data, the site makes a JSON of it.
            fig={"name": name, **figure, "download": figure["download"] or f"{name}.json"},
            t=lambda key, **values: texts.text(lang, key, **values),
            asset=asset,
            class_name=str.upper,
            region_name=str.title,
            lang=lang,
            results={"dataset": {"source": {"kind": kind}, "split": split}},
        )
    return pages, asked


def test_drawn_faces_have_all_figures(drawn):
    assert set(drawn.facts["figures"]) == DRAWN | ANY


def test_photographs_have_the_figures_of_any_data_set(photographs):
    assert set(photographs.facts["figures"]) == ANY


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_figures_of_drawn_faces_lay_out(drawn, lang):
    pages, asked = _pages(drawn, lang, "drawn", "held-out")
    assert set(asked) == set(drawn.files) | _made_by_the_site(drawn)
    for page in pages.values():
        assert "<figure" in page
        assert 'alt=""' not in page
    assert all(f"AU{au}" in pages["faces-action-units"] for au in AUS)
    told = {"en": "of persons never trained on", "zh-Hant": "從未出現在訓練影像裡"}
    assert told[lang] in pages["dataset-classes"]


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_figures_of_photographs_lay_out(photographs, lang):
    pages, asked = _pages(photographs, lang, "folder", "PublicTest")
    assert set(asked) == set(photographs.files) | _made_by_the_site(photographs)
    assert "PublicTest_" in pages["dataset-samples"]
    assert "PublicTest" in pages["dataset-classes"]
    assert "config.yaml" in pages["dataset-regions"]


def test_sheet_has_a_row_per_class_and_a_column_per_person(drawn):
    for name in CLASSES:
        with Image.open(io.BytesIO(drawn.files[f"sheet-{name}.png"])) as picture:
            assert picture.size == (14 * 48, 48)


def test_class_table_counts(photographs):
    rows = photographs.facts["figures"]["dataset-classes"]["data"]["rows"]
    assert [(row["class"], row["train"], row["evaluation"]) for row in rows] == [
        ("angry", 0, 5),
        ("happy", 0, 0),
        ("sad", 0, 5),
    ]
    assert (
        photographs.files["dataset-classes.csv"].decode() == "class,train,evaluation\nangry,0,5\nhappy,0,0\nsad,0,5\n"
    )


def test_region_shares_are_of_the_area(drawn, photographs):
    tiles = drawn.facts["figures"]["dataset-regions"]["data"]["tiles"]
    assert [tile["region"] for tile in tiles] == list(REGIONS)
    assert sum(tile["share"] for tile in tiles) == pytest.approx(1)
    box = photographs.facts["figures"]["dataset-regions"]["data"]["tiles"][0]
    assert box["share"] == pytest.approx(180 / 48**2)


def test_evidence_shares_sum_to_one(drawn):
    for row in drawn.facts["figures"]["faces-evidence"]["data"]["rows"]:
        assert sum(row["shares"].values()) == pytest.approx(1) or row["empty"] == 1


def test_action_units_of_the_table_belong_to_the_images(drawn):
    lines = drawn.files["faces-action-units.csv"].decode().splitlines()
    assert lines[0].startswith("image,class,AU1,AU2,AU4")
    assert len(lines) == 43
    assert lines[1].startswith("#0,")


def test_same_input_gives_the_same_bytes(drawn, tmp_path):
    artifact = arrays_of(drawn_dataset(14, 42, seed=9))
    artifact.results["dataset"] = {"source": {"kind": "drawn"}}
    again = stage.run(None, {"dataset": artifact}, Context(seed=9, scratch=tmp_path))
    assert again.files == drawn.files
    assert again.facts == drawn.facts


def test_strings_have_both_languages_with_the_same_values():
    for area in ("faces", "dataset"):
        for key, text in yaml.safe_load((TEMPLATES / "strings" / f"{area}.yaml").read_text("utf-8")).items():
            assert set(text) == {"en", "zh-Hant"}, key
            # {count:face|faces} is the word that goes with a value, and no value of its own.
            marks = [sorted(re.findall(r"\{([^}|]*)\}", text[lang])) for lang in sorted(text)]
            assert marks[0] == marks[1], key
