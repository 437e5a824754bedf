"""The same images come out of every layout, in the same split."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from generator.config.schema import DatasetOptions
from generator.dataset.stage import run
from generator.dataset.types import Dataset, dataset_of
from generator.pipeline.context import Context
from tests.dataset import making
from tests.dataset.making import FER2013

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")


def opened(path: Path, **options: object) -> Dataset:
    return dataset_of(run(DatasetOptions(path=str(path), **options), {}, Context(7, path.parent)))


def by_face(data: Dataset) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Face to label, for training and evaluation images, whatever their order."""
    return tuple(
        {image.tobytes(): int(label) for image, label in zip(part.images, part.labels, strict=True)}
        for part in (data.train, data.evaluation)
    )


def build(layout: str, rows: list, root: Path) -> Path:
    match layout:
        case "fer2013.csv":
            return making.text(root / "a.csv", making.fer_csv(rows))
        case "icml_face_data.csv":
            return making.text(root / "b.csv", making.icml_csv(rows))
        case "csv without a suffix":
            return making.text(root / "table", making.fer_csv(rows))
        case "csv called .zip.txt":
            return making.text(root / "faces.zip.txt", making.icml_csv(rows))
        case "quoted csv with BOM and CRLF":
            content = making.fer_csv(rows).replace(",", '","').replace("\n", '"\r\n"')
            return making.text(root / "c.csv", b"\xef\xbb\xbf" + f'"{content}'.removesuffix('"').encode())
        case "pandas csv with an index column":
            lines = making.fer_csv(rows).splitlines()
            content = "\n".join(f"{i - 1 if i else ''},{line}" for i, line in enumerate(lines))
            return making.text(root / "d.csv", content)
        case "zip of images":
            return making.archive(root / "e.zip", making.tree(rows))
        case "stored zip in a wrapper, named .data":
            return making.archive(root / "f.data", making.tree(rows, "archive/fer2013/"), compression=0)
        case "folder of images":
            return making.folder(root / "g", making.tree(rows))
        case "folder of images in a wrapper":
            return making.folder(root / "h", making.tree(rows, "images/"))
        case "folder with a split per Usage":
            names = {f"{u}/{FER2013[k].title()}/{i}.png": making.picture(x) for i, (k, x, u) in enumerate(rows)}
            return making.folder(root / "i", names)
        case "folders by label number":
            names = {f"{u}/{k}/{i}.png": making.picture(x) for i, (k, x, u) in enumerate(rows)}
            return making.folder(root / "j", names)
        case "class folders above splits":
            names = {f"{FER2013[k]}/{u}/{i}.png": making.picture(x) for i, (k, x, u) in enumerate(rows)}
            return making.folder(root / "k", names)
        case "zip that holds a csv":
            return making.archive(root / "l.zip", {"fer2013/fer2013.csv": making.fer_csv(rows).encode()})
        case "folder that holds a csv":
            return making.folder(root / "m", {"fer2013.csv": making.fer_csv(rows).encode(), "README": b"hello"})
        case "zip of the Kaggle challenge":
            files = {
                "example_submission.csv": b"emotion\n0\n",
                "icml_face_data.csv": making.icml_csv(rows).encode(),
                "test.csv": b"pixels\n0 0\n",
                "train.csv": making.course_csv(rows[:20]).replace("label,feature", "emotion,pixels").encode(),
            }
            return making.archive(root / "n.zip", files)
    raise AssertionError(layout)


LAYOUTS = (
    "fer2013.csv",
    "icml_face_data.csv",
    "csv without a suffix",
    "csv called .zip.txt",
    "quoted csv with BOM and CRLF",
    "pandas csv with an index column",
    "zip of images",
    "stored zip in a wrapper, named .data",
    "folder of images",
    "folder of images in a wrapper",
    "folder with a split per Usage",
    "folders by label number",
    "class folders above splits",
    "zip that holds a csv",
    "folder that holds a csv",
    "zip of the Kaggle challenge",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_images_in_the_same_split(layout, tmp_path):
    rows = making.rows()
    data = opened(build(layout, rows, tmp_path))
    train, evaluation = by_face(data)
    assert data.classes == FER2013
    assert data.split == "PrivateTest"
    assert train == {face.tobytes(): label for label, face, usage in rows if usage == "Training"}
    assert evaluation == {face.tobytes(): label for label, face, usage in rows if usage == "PrivateTest"}


@needs_shared
@pytest.mark.shared_data
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_shared_sample_is_the_same_in_every_layout(layout, tmp_path):
    # The csv module's reading of the sample is what all layouts have to give.
    with (SHARED / "fer2013-sample.csv").open(newline="") as stream:
        every = list(csv.DictReader(stream))
    public = [row for row in every if row["Usage"] == "PublicTest"]
    chosen = every[:140] + public[:70]
    rows = [
        (int(row["emotion"]), np.array(row["pixels"].split(), dtype=np.uint8).reshape(48, 48), row["Usage"])
        for row in chosen
    ]
    expected = by_face(opened(making.text(tmp_path / "expected.csv", making.fer_csv(rows))))
    data = opened(build(layout, rows, tmp_path))
    assert data.split == "PublicTest"
    assert by_face(data) == expected
    assert expected[0] == {face.tobytes(): label for label, face, usage in rows if usage == "Training"}


@needs_shared
@pytest.mark.shared_data
def test_the_course_sample_is_held_out_by_class(tmp_path):
    with (SHARED / "ntu-train-sample.csv").open(newline="") as stream:
        every = list(csv.DictReader(stream))
    data = opened(SHARED / "ntu-train-sample.csv", holdout=0.2)
    assert data.split == "held-out"
    assert len(data.train) + len(data.evaluation) == len(every) == 280
    for part in (data.train, data.evaluation):
        for image, label, name in zip(part.images, part.labels, part.names, strict=True):
            row = every[int(name.removeprefix("#"))]
            assert image.ravel().tolist() == [int(value) for value in row["feature"].split()]
            assert label == int(row["label"])
    assert np.bincount(data.evaluation.labels).tolist() == [8] * 7


@needs_shared
@pytest.mark.shared_data
@pytest.mark.slow
def test_the_whole_archive_has_the_documented_counts():
    artifact = run(DatasetOptions(path=str(SHARED / "fer2013.zip")), {}, Context(7, SHARED))
    found = artifact.results["dataset"]
    assert found["images"] == {"train": 28709, "evaluation": 3589}
    assert found["split"] == "PublicTest"
    assert found["counts"]["disgust"] == {"train": 436, "evaluation": 56}
    assert found["duplicates"] == {"train": 1236, "evaluation": 26, "shared": 280, "conflicting": 47}


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        (("train", "test"), "test"),
        (("Training", "validation"), "validation"),
        (("train", "valid", "test"), "test"),
        (("Training", "PublicTest", "test"), "PublicTest"),
        (("Training", "PublicTest", "PrivateTest", "test"), "PrivateTest"),
        (("train",), "held-out"),
        (("test",), "test"),
    ],
)
def test_the_first_evaluation_split_is_used_and_the_others_take_no_part(splits, expected, tmp_path):
    files = {
        f"{split}/{path}": data
        for seed, split in enumerate(splits)
        for path, data in making.by_class(("cat", "dog"), seed=seed).items()
    }
    artifact = run(DatasetOptions(path=str(making.folder(tmp_path / "d", files))), {}, Context(0, tmp_path))
    found = artifact.results["dataset"]
    assert found["split"] == expected
    used = found["images"]["train"] + found["images"]["evaluation"]
    assert used + sum(found["source"]["unused"].values()) == 8 * len(splits)
    if len(splits) > 1:
        assert found["images"] == {"train": 8, "evaluation": 8}


def test_a_folder_without_splits_is_held_out(tmp_path):
    data = opened(making.folder(tmp_path / "d", making.by_class(("dog", "cat"), each=10)), holdout=0.3)
    assert data.classes == ("cat", "dog")
    assert (data.split, len(data.train), len(data.evaluation)) == ("held-out", 14, 6)


def test_the_configured_order_of_classes_wins(tmp_path):
    root = making.folder(tmp_path / "d", making.by_class(("happy", "sad", "angry")))
    assert opened(root).classes == ("angry", "happy", "sad")
    ordered = opened(root, classes=("sad", "happy", "angry"))
    assert ordered.classes == ("sad", "happy", "angry")
    assert np.sum(ordered.train.labels == 0) + np.sum(ordered.evaluation.labels == 0) == 4


def test_classes_of_a_table_are_named_by_the_configuration(tmp_path):
    rows = [(i % 2, face, "Training") for i, face in enumerate(making.faces(10))]
    data = opened(making.text(tmp_path / "x.csv", making.course_csv(rows)), classes=("open", "closed"))
    assert data.classes == ("open", "closed")


@pytest.mark.parametrize(
    "names",
    [
        ("<script>alert(1)</script>".replace("/", "∕"), "b"),
        ('it\'s "quoted"', "& co"),
        ("生氣", "開心"),
        ("😀", "👨‍👩‍👧"),
        (" leading and trailing ", "two  spaces"),
        ("{{ 7*7 }}", "{% raw %}"),
        ("x" * 200, "y"),
        ("Crème", "brûlée"),
    ],
)
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_class_names_are_kept_as_they_are(names, kind, tmp_path):
    files = making.by_class(names)
    root = making.folder(tmp_path / "d", files) if kind == "folder" else making.archive(tmp_path / "d.zip", files)
    assert opened(root).classes == tuple(sorted(names))


def test_decomposed_accents_are_composed(tmp_path):
    root = making.folder(tmp_path / "d", making.by_class(("Cre\u0300me", "b")))
    assert opened(root, classes=("b", "Cr\u00e8me")).classes == ("b", "Crème")


def test_a_name_shared_by_two_classes_gets_its_folder(tmp_path):
    files = making.by_class(("cat", "dog")) | {"cat/only.png": making.picture(making.faces(1, seed=9)[0])}
    data = opened(making.folder(tmp_path / "d", files))
    names = {*data.train.names, *data.evaluation.names}
    assert {"cat/0.png", "dog/0.png", "only.png"} <= names
    assert len(names) == 9


def test_other_files_hidden_files_and_links_are_left_out(tmp_path):
    files = making.by_class(("cat", "dog"))
    extra = {"README.md": b"x", "cat/notes.txt": b"x", "cat/.hidden.png": b"x", "__MACOSX/cat/._0.png": b"x"}
    root = making.folder(tmp_path / "d", files | extra)
    assert len(opened(root).train) + len(opened(root).evaluation) == 8
    zipped = opened(making.archive(tmp_path / "d.zip", files | extra))
    assert zipped.evaluation.names == opened(root).evaluation.names


def test_the_same_data_and_seed_give_the_same_bytes(tmp_path):
    path = making.text(tmp_path / "x.csv", making.course_csv(making.rows()))
    first, second = (run(DatasetOptions(path=str(path)), {}, Context(3, tmp_path)) for _ in range(2))
    assert first.results == second.results
    assert first.facts == second.facts
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[name])
