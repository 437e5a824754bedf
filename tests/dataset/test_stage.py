"""What the dataset stage leaves behind, and what it says about it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from generator.config.schema import DatasetOptions
from generator.dataset.stage import run
from generator.dataset.types import arrays_of, dataset_of
from generator.figures import dataset as figures
from generator.pipeline.context import Context
from generator.results.dataset import DatasetResults
from tests.analyses.rendered import rendered
from tests.dataset import making


@pytest.fixture(scope="module")
def artifact(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    rows = making.rows()
    images = [face for _, face, _ in rows]
    images[8] = images[1]  # Row 8 repeats row 1, both training images of one class.
    images[21] = images[0]  # Row 21 is a PublicTest image, which takes no part.
    images[36] = images[2]  # Row 36, PrivateTest, is row 2 of another class.
    rows = [(label, image, usage) for (label, _, usage), image in zip(rows, images, strict=True)]
    path = making.text(root / "<b>faces & co</b>.csv".replace("/", "∕"), making.fer_csv(rows))
    options = DatasetOptions(path=str(path), regions={"mouth": [(13, 32, 35, 45)]})
    return run(options, {}, Context(5, root))


def test_results_count_images_classes_and_copies(artifact):
    found = artifact.results["dataset"]
    assert found["split"] == "PrivateTest"
    assert found["images"] == {"train": 21, "evaluation": 14}
    assert found["classes"] == list(making.FER2013)
    assert set(found["counts"]) == set(making.FER2013)
    assert found["counts"]["happy"] == {"train": 3, "evaluation": 2}
    assert found["source"] == {
        "kind": "csv",
        "name": "<b>faces & co<∕b>.csv",
        "converted": 0,
        "coloured": 0,
        "unused": {"PublicTest": 14},
    }
    assert found["duplicates"] == {"train": 1, "evaluation": 0, "shared": 1, "conflicting": 1}


def test_results_have_the_documented_shape(artifact):
    assert msgspec.convert(artifact.results["dataset"], DatasetResults)
    schema = msgspec.json.schema(DatasetResults)
    for definition in schema["$defs"].values():
        for name, field in definition["properties"].items():
            assert field.get("description"), name


def test_the_artifact_gives_the_same_data_set_back(artifact):
    data = dataset_of(artifact)
    again = dataset_of(arrays_of(data))
    assert data.evaluation.images.dtype == np.uint8
    assert data.evaluation.labels.dtype == np.int64
    assert again.classes == data.classes
    assert again.evaluation.names == data.evaluation.names == tuple(f"#{row}" for row in range(35, 49))
    np.testing.assert_array_equal(again.train.images, data.train.images)
    assert set(data.region_masks) == {"mouth", "background"}
    assert data.masks("mouth").shape == (14, 48, 48)


def test_without_a_path_faces_are_drawn(tmp_path):
    options = DatasetOptions(train_images=21, evaluation_images=14)
    artifact = run(options, {}, Context(5, tmp_path))
    found = artifact.results["dataset"]
    assert found["source"]["kind"] == "drawn"
    assert found["images"] == {"train": 21, "evaluation": 14}
    data = dataset_of(artifact)
    assert data.evidence is not None
    assert np.sum([data.masks(name).astype(int) for name in data.region_masks], axis=0).max() >= 1


def test_pictures_that_had_to_be_converted_are_counted(tmp_path):
    files = making.by_class(("cat", "dog")) | {"cat/9.png": making.picture(making.faces(1)[0].repeat(2, axis=0))}
    root = making.folder(tmp_path / "d", files)
    artifact = run(DatasetOptions(path=str(root)), {}, Context(5, tmp_path))
    assert artifact.results["dataset"]["source"]["converted"] == 1
    assert artifact.results["dataset"]["source"]["coloured"] == 0


def test_pictures_whose_colours_are_dropped_are_counted_and_told_below_the_classes(tmp_path):
    red = np.zeros((48, 48, 3), np.uint8)
    red[..., 0] = 200
    files = making.by_class(("cat", "dog")) | {f"cat/{i}.png": making.picture(red + np.uint8(i)) for i in (7, 8)}
    artifact = run(DatasetOptions(path=str(making.folder(tmp_path / "d", files))), {}, Context(5, tmp_path))
    assert artifact.results["dataset"]["source"]["coloured"] == 2
    drawn = figures.run(None, {"dataset": artifact}, Context(5, tmp_path))
    for lang, words in (("en", "2 pictures had colours"), ("zh-Hant", "2 張彩色圖片")):
        assert words in rendered("dataset", drawn, artifact.results, lang)["dataset-classes"]
    artifact.results["dataset"]["source"]["coloured"] = 0
    assert "colours" not in rendered("dataset", drawn, artifact.results, "en")["dataset-classes"]


@pytest.mark.parametrize(
    ("regions", "words"),
    [
        (None, {"en": "each is a ninth of the picture", "zh-Hant": "均分成九格"}),
        ({"mouth": [(13, 32, 35, 45)]}, {"en": "the boxes set in config.yaml", "zh-Hant": "由 config.yaml 設定"}),
    ],
)
def test_it_is_said_where_the_regions_come_from(tmp_path, regions, words):
    root = making.folder(tmp_path / "d", making.by_class(("cat", "dog")))
    artifact = run(DatasetOptions(path=str(root), regions=regions), {}, Context(5, tmp_path))
    drawn = figures.run(None, {"dataset": artifact}, Context(5, tmp_path))
    for lang, said in words.items():
        assert said in rendered("dataset", drawn, artifact.results, lang)["dataset-regions"]


def test_progress_is_told(tmp_path):
    told: list[tuple[int, int, str]] = []
    root = making.folder(tmp_path / "d", making.by_class(("cat", "dog")))

    def progress(done: int, total: int, what: str = "") -> None:
        told.append((done, total, what))

    run(DatasetOptions(path=str(root)), {}, Context(5, tmp_path, progress))
    assert told[0] == (0, 8, "reading images")
    assert told[-1] == (8, 8, "reading images")
