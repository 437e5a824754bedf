"""Every mistake in the data gives one line that names the file (and line) and says what would be right."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator.config.schema import DatasetOptions
from generator.dataset import trees
from generator.dataset.load import load
from generator.dataset.stage import run
from generator.errors import InputError
from generator.pipeline.context import Context
from tests.dataset import making

FACE = making.numbers(making.faces(1)[0])
GOOD = making.picture(making.faces(1)[0])
ROWS = making.fer_csv(making.rows()).splitlines()


@dataclass(frozen=True)
class Case:
    """Data and what is said about them; ``PATH`` stands for the data's path."""

    name: str
    build: Callable[[Path], Path]
    message: str
    options: dict[str, Any] = field(default_factory=dict)

    def said(self, path: Path) -> str:
        """The message for data at `path`; a ``*`` at its end stands for words of Pillow's or zipfile's."""
        first, second = FACE.split(" ", 2)[:2]
        return self.message.replace("PATH", str(path)).replace("{first}", first).replace("{second}", second)


def table(content: str | bytes) -> Callable[[Path], Path]:
    return lambda root: making.text(root / "data.csv", content)


def changed(line: int, new: str) -> Callable[[Path], Path]:
    """The good table with one line (counted from 1) replaced."""
    return table("\n".join([*ROWS[: line - 1], new, *ROWS[line:]]) + "\n")


def cat_dog(extra: dict[str, bytes]) -> dict[str, bytes]:
    return making.by_class(("cat", "dog")) | extra


def folder(files: dict[str, bytes]) -> Callable[[Path], Path]:
    return lambda root: making.folder(root / "data", files)


def zipped(files: dict[str, bytes]) -> Callable[[Path], Path]:
    return lambda root: making.archive(root / "data.zip", files)


def patched(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def build(root: Path) -> Path:
        whole = making.archive(root / "good.zip", making.by_class(("cat", "dog")), zipfile.ZIP_STORED)
        return making.text(root / "data.zip", change(whole.read_bytes()))

    return build


def flipped(data: bytes) -> bytes:
    """One bit of the first picture changed."""
    at = data.index(b"IDAT") + 40
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def damaged_table(root: Path) -> Path:
    making.archive(root / "good.zip", {"fer2013.csv": "\n".join(ROWS).encode()}, zipfile.ZIP_STORED)
    data = (root / "good.zip").read_bytes()
    at = data.index(b"PrivateTest") - 2
    digit = b"1" if data[at : at + 1] == b"2" else b"2"
    return making.text(root / "data.zip", data[:at] + digit + data[at + 1 :])


def encrypted(data: bytes) -> bytes:
    central = data.index(b"PK\x01\x02")
    return data[: central + 8] + b"\x01\x00" + data[central + 10 :]


def bomb_size(data: bytes) -> bytes:
    """The directory claims that every picture unpacks to 3.9 GB."""
    parts = data.split(b"PK\x01\x02")
    big = struct.pack("<I", 0xE8000000)
    return parts[0] + b"".join(b"PK\x01\x02" + part[:20] + big + part[24:] for part in parts[1:])


def huge_picture() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def absolute_entry(root: Path) -> Path:
    making.archive(root / "data.zip", making.by_class(("cat", "dog")))
    with zipfile.ZipFile(root / "data.zip", "a") as archive:
        archive.writestr(zipfile.ZipInfo("/etc/cat/x.png"), GOOD)
    return root / "data.zip"


def twice(root: Path) -> Path:
    making.archive(root / "data.zip", making.by_class(("cat", "dog")))
    with zipfile.ZipFile(root / "data.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("cat/0.png", GOOD)
    return root / "data.zip"


def unlisted(root: Path) -> Path:
    making.folder(root / "fer2013", {})
    (root / "fer2013").mkdir()
    return root / "fer2031"


def linked_folder(root: Path) -> Path:
    making.folder(root / "data", making.by_class(("cat", "dog")))
    (root / "data" / "bird").symlink_to(root / "data" / "cat")
    return root / "data"


def deep_grey(values: np.ndarray) -> bytes:
    return making.picture(Image.fromarray(values), "TIFF")


def without(label: int) -> Callable[[Path], Path]:
    return table("\n".join(line for line in ROWS if not line.startswith(f"{label},")) + "\n")


def only_one(label: int, usage: str | None = None) -> Callable[[Path], Path]:
    """One row of a class is left (among those of a split)."""
    keep, seen = [], 0
    for line in ROWS:
        if line.startswith(f"{label},") and (usage is None or line.endswith(f",{usage}")):
            seen += 1
            if seen > 1:
                continue
        keep.append(line)
    return table("\n".join(keep) + "\n")


# ruff: noqa: E501
# fmt: off
EXPECTED = "expected columns emotion,pixels,Usage or label,feature"
TABLES = [
    Case("empty file", table(""), f"PATH: is empty; {EXPECTED}"),
    Case("blank lines only", table("\n\n  \n"), f"PATH: is empty; {EXPECTED}"),
    Case("BOM only", table(b"\xef\xbb\xbf"), f"PATH: is empty; {EXPECTED}"),
    Case("header only", table("emotion,pixels,Usage\n"), "PATH:1: holds column names and no rows"),
    Case("no header", table("\n".join(ROWS[1:])), f"PATH:1: the first line names no columns ('{ROWS[1][:39]}…'); {EXPECTED}"),
    Case("no pixels column", table("emotion,Usage\n0,Training\n"), "PATH:1: column 'pixels' (or 'feature') is missing; the columns are 'emotion', 'usage'"),
    Case("no label column (the course's test.csv)", table(f"id,feature\n0,{FACE}\n"), "PATH:1: column 'emotion' (or 'label') is missing; the columns are 'id', 'feature'"),
    Case("misspelt column", table(f"emotion,pixel,Usage\n0,{FACE},Training\n"), "PATH:1: column 'pixels' (or 'feature') is missing; the columns are 'emotion', 'pixel', 'usage'"),
    Case("column twice", table(f"label,feature,label\n0,{FACE},0\n"), "PATH:1: column 'label' stands there twice"),
    Case("two label columns", table(f"label,feature,emotion\n0,{FACE},0\n"), "PATH:1: 'emotion' and 'label' stand there both; the columns are 'label', 'feature', 'emotion'"),
    Case("semicolons", table(f"emotion;pixels;Usage\n0;{FACE};Training\n"), "PATH:1: columns are separated by semicolons, expected commas"),
    Case("tabs", table(f"emotion\tpixels\tUsage\n0\t{FACE}\tTraining\n"), "PATH:1: columns are separated by tabs, expected commas"),
    Case("UTF-16", table("\n".join(ROWS[:3]).encode("utf-16")), "PATH:1: is UTF-16 text; save it as UTF-8"),
    Case("lone carriage returns", table("\r".join(ROWS)), "PATH:1: lines end in a lone carriage return; save the file with \\n or \\r\\n"),
    Case("2,303 pixels", changed(5, f"0,{FACE[: FACE.rindex(' ')]},Training"), "PATH:5: 2,303 pixels, expected 2,304 (48x48)"),
    Case("2,305 pixels", changed(5, f"0,{FACE} 7,Training"), "PATH:5: 2,305 pixels, expected 2,304 (48x48)"),
    Case("no pixels", changed(50, "0,,Training"), "PATH:50: 0 pixels, expected 2,304 (48x48)"),
    Case("a pixel moved to the next row", table("\n".join([*ROWS[:3], ROWS[3].replace(",P", " 1,P"), *ROWS[4:]]).replace(ROWS[2], f"1,{FACE} 9,Training").replace(ROWS[4], f"3,{FACE[: FACE.rindex(' ')]},Training")), "PATH:3: 2,305 pixels, expected 2,304 (48x48)"),
    Case("a letter", changed(7, f"0,{FACE.replace(' ', ' x', 1)},Training"), "PATH:7: pixel 'x{second}' is not a whole number from 0 to 255"),
    Case("256", changed(7, f"0,256{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '256' is not a whole number from 0 to 255"),
    Case("999", changed(7, f"0,999{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '999' is not a whole number from 0 to 255"),
    Case("1000", changed(7, f"0,1000{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '1000' is not a whole number from 0 to 255"),
    Case("negative", changed(7, f"0,-3{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '-3' is not a whole number from 0 to 255"),
    Case("float", changed(7, f"0,3.0{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '3.0' is not a whole number from 0 to 255"),
    Case("scientific", changed(7, f"0,1e2{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '1e2' is not a whole number from 0 to 255"),
    Case("NaN", changed(7, f"0,nan{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel 'nan' is not a whole number from 0 to 255"),
    Case("fullwidth digits", changed(7, f"0,１２{FACE[FACE.index(' '):]},Training"), "PATH:7: pixel '１２' is not a whole number from 0 to 255"),
    Case("tab between pixels", changed(7, "0,1\t2 3,Training"), "PATH:7: pixel '1\\t2' is not a whole number from 0 to 255"),
    Case("NUL byte", changed(7, "0,1\0 3,Training"), "PATH:7: pixel '1\\x00' is not a whole number from 0 to 255"),
    Case("quote inside a field", changed(7, '0,1 2" 3,Training'), "PATH:7: pixel '2\"' is not a whole number from 0 to 255"),
    Case("quote left open", changed(7, f'0,"{FACE},Training'), "PATH:7: pixel '\"{first}' is not a whole number from 0 to 255"),
    Case("a field too many", changed(9, f"0,{FACE},Training,1"), "PATH:9: 4 fields, expected 3"),
    Case("a field too few", changed(9, f"0,{FACE}"), "PATH:9: 2 fields, expected 3"),
    Case("cut off in the middle", table("\n".join(ROWS)[:-5000]), "PATH:50: 2 fields, expected 3"),
    Case("label 7", changed(12, f"7,{FACE},Training"), "PATH:12: label '7', expected 0 to 6 (angry, disgust, fear, happy, sad, surprise, neutral)"),
    Case("label -1", changed(12, f"-1,{FACE},Training"), "PATH:12: label '-1', expected 0 to 6 (angry, disgust, fear, happy, sad, surprise, neutral)"),
    Case("label float", changed(12, f"3.0,{FACE},Training"), "PATH:12: label '3.0', expected 0 to 6 (angry, disgust, fear, happy, sad, surprise, neutral)"),
    Case("label name", changed(12, f"happy,{FACE},Training"), "PATH:12: label 'happy', expected 0 to 6 (angry, disgust, fear, happy, sad, surprise, neutral)"),
    Case("label empty", changed(12, f",{FACE},Training"), "PATH:12: label '', expected 0 to 6 (angry, disgust, fear, happy, sad, surprise, neutral)"),
    Case("label beyond dataset.classes", changed(2, f"2,{FACE},Training"), "PATH:2: label '2', expected 0 to 1 (no, yes)", {"classes": ("no", "yes")}),
    Case("unknown Usage", changed(20, f"0,{FACE},PublicTets"), "PATH:20: unknown Usage 'PublicTets' (did you mean 'PublicTest'?)"),
    Case("empty Usage", changed(20, f"0,{FACE},"), "PATH:20: unknown Usage '' (known: PrivateTest, PublicTest, Training)"),
    Case("the earlier of two mistakes, pixels", table("\n".join([*ROWS[:7], "0,1 2,Training", f"9,{FACE},Training"])), "PATH:8: 2 pixels, expected 2,304 (48x48)"),
    Case("line numbers count blank lines", table("\n\n".join([*ROWS[:4], "0,1,Training"])), "PATH:9: 1 pixel, expected 2,304 (48x48)"),
    Case("line too long", changed(3, "0," + "1 " * 40_000 + ",Training"), "PATH:3: is longer than 65,536 bytes; a row of 48x48 pixels has at most 9,300"),
    Case("line without end", table("emotion,pixels\n" + "1" * 3_000_000), "PATH:2: is longer than 65,536 bytes; a row of 48x48 pixels has at most 9,300"),
    Case("one class absent", without(1), "PATH: class 'disgust' (label 1) has no images at all"),
    Case("a class absent from evaluation", table("\n".join(line for line in ROWS if not (line[0] == "1" and line.endswith("PrivateTest")))), "PATH: class 'disgust' has no image for evaluation (PrivateTest); at least 2 are needed"),
    Case("a class with one evaluation image", only_one(4, "PrivateTest"), "PATH: class 'sad' has 1 image for evaluation (PrivateTest); at least 2 are needed"),
    Case("a class absent from training", table("\n".join(line for line in ROWS if not (line[0] == "1" and line.endswith("Training")))), "PATH: class 'disgust' has no training image although other classes have"),
    Case("a class with one image", table("label,feature\n" + "".join(f"{i % 6},{making.numbers(f)}\n" for i, f in enumerate(making.faces(30))) + f"6,{FACE}\n"), "PATH: class 'neutral' has 1 image; at least 3 different ones are needed"),
    Case("a class of copies", table("label,feature\n" + "".join(f"{i % 6},{making.numbers(f)}\n" for i, f in enumerate(making.faces(30))) + f"6,{FACE}\n" * 5), "PATH: class 'neutral' has 5 images; at least 3 different ones are needed"),
    Case("binary file", table(bytes(range(256)) * 40), "PATH: is neither a zip archive, a folder nor a CSV file with columns emotion,pixels"),
]

ARCHIVES = [
    Case("truncated zip", patched(lambda data: data[: len(data) // 2]), "PATH: is no whole zip archive (it ends too early); download or pack it again"),
    Case("zip without its last byte", patched(lambda data: data[:-1]), "PATH: is no whole zip archive (it ends too early); download or pack it again"),
    Case("empty zip", zipped({}), "PATH: is empty; expected folders of .jpg, .png … by class"),
    Case("not a zip", lambda root: making.text(root / "data.zip", b"\x89HDF\r\n\x1a\n" * 9), "PATH: is no zip archive in spite of its name"),
    Case("gzip", lambda root: making.text(root / "fer2013.tar.gz", b"\x1f\x8b\x08" + bytes(50)), "PATH: is a gzip archive; unpack it and give the folder or the CSV file"),
    Case("flipped bit", patched(flipped), "PATH/cat/0.png: is damaged in the archive (Bad CRC-32 for file 'cat/0.png')"),
    Case("encrypted", patched(encrypted), "PATH: entry 'cat/0.png' is encrypted; pack it again without a password"),
    Case("bomb by its directory", patched(bomb_size), "PATH: would unpack to 29,696 MiB, expected at most 8,192"),
    Case("entry above the archive", zipped(cat_dog({"../../cat/x.png": GOOD})), "PATH: entry '../../cat/x.png' points outside the archive; pack it again"),
    Case("entry above the archive, Windows", zipped(cat_dog({"..\\cat\\x.png": GOOD})), "PATH: entry '../cat/x.png' points outside the archive; pack it again"),
    Case("entry on a drive", zipped(cat_dog({"C:/cat/x.png": GOOD})), "PATH: entry 'C:/cat/x.png' points outside the archive; pack it again"),
    Case("absolute entry", absolute_entry, "PATH: entry '/etc/cat/x.png' points outside the archive; pack it again"),
    Case("entry twice", twice, "PATH: entry 'cat/0.png' stands there twice"),
    Case("control character in a name", zipped(cat_dog({"cat/a\nb.png": GOOD})), "PATH: name 'cat/a\\u000ab.png' holds characters that cannot be shown; rename it"),
    Case("direction change in a name", zipped(cat_dog({"cat/\u202egnp.exe.png": GOOD})), "PATH: name 'cat/\\u202egnp.exe.png' holds characters that cannot be shown; rename it"),
    Case("tables without faces", zipped({"train.csv": b"x", "test.csv": b"y"}), "PATH: none of its tables has columns of labels and pixels (test.csv, train.csv); give the path of one"),
    Case("damaged table in an archive", damaged_table, "PATH/fer2013.csv: is damaged in the archive (Bad CRC-32 for file 'fer2013.csv')"),
    Case("several tables of faces", zipped({"a.csv": "\n".join(ROWS).encode(), "b.csv": "\n".join(ROWS).encode()}), "PATH: holds several tables of faces (a.csv, b.csv); give the path of one"),
    Case("mistake in a zipped table", zipped({"a/fer2013.csv": b"emotion,pixels\n0,1 2\n"}), "PATH/a/fer2013.csv:2: 2 pixels, expected 2,304 (48x48)"),
    Case("bomb in a picture", zipped(cat_dog({"cat/x.png": huge_picture()})), "PATH/cat/x.png: has too many pixels; at most 50,000,000 are read"),
]

FOLDERS = [
    Case("path missing", unlisted, "PATH: there is no file or folder 'fer2031' (did you mean 'fer2013'?)"),
    Case("folder of the path missing", lambda root: root / "nowhere" / "x.zip", "PATH: there is no file or folder 'x.zip'"),
    Case("empty folder", folder({"x/y/.gitkeep": b""}), "PATH: is empty; expected folders of .jpg, .png … by class"),
    Case("folder without images", folder({"a/b.txt": b"", "c.md": b""}), "PATH: holds no images but 2 other files; expected folders of .jpg, .png … by class"),
    Case("images without classes", folder({"0.png": GOOD, "1.png": GOOD}), "PATH: image '0.png' stands in no class folder; expected class/image or train/class/image"),
    Case("splits without classes", folder({"train/0.png": GOOD, "test/1.png": GOOD}), "PATH: folder 'test' holds images and not only class folders"),
    Case("image beside the class folders of a split", folder({f"train/{k}": v for k, v in making.by_class(("a", "b")).items()} | {"train/x.png": GOOD}), "PATH: folder 'train' holds images and not only class folders"),
    Case("class beside splits", folder({f"train/{k}": v for k, v in making.by_class(("a", "b")).items()} | {"extra/a/x.png": GOOD}), "PATH: folder 'extra' stands beside 'train'; expected only splits (train, test) there"),
    Case("one class", folder(making.by_class(("happy",))), "PATH: has one class folder ('happy'); a classifier tells at least 2 classes apart"),
    Case("a class with one image in a folder", folder(cat_dog({"bird/x.png": GOOD})), "PATH: class 'bird' has 1 image; at least 3 different ones are needed"),
    Case("misspelt class in one split", folder({f"{s}/{k}": v for s, names in (("train", ("cat", "dog")), ("test", ("cat", "dgo"))) for k, v in making.by_class(names, seed=len(s)).items()}), "PATH: class 'dgo' has no training image although other classes have"),
    Case("class not configured", folder(making.by_class(("cat", "dog"))), "PATH: no folder for class 'dgo' of dataset.classes (did you mean 'dog'?)", {"classes": ("cat", "dgo")}),
    Case("folder not configured", folder(making.by_class(("cat", "dog", "<b>"))), "PATH: folder '<b>' is not among dataset.classes (known: cat, dog)", {"classes": ("cat", "dog")}),
    Case("text called .jpg", folder(cat_dog({"cat/x.jpg": b"hello, I am no picture"})), "PATH/cat/x.jpg: is no JPEG, PNG, BMP, GIF, TIFF, WebP or PGM picture"),
    Case("empty .jpg", folder(cat_dog({"cat/x.jpg": b""})), "PATH/cat/x.jpg: is empty, expected a picture (JPEG, PNG, BMP, GIF, TIFF, WebP or PGM)"),
    Case("HTML called .png", folder(cat_dog({"cat/<i>.png": b"<html>404</html>"})), "PATH/cat/<i>.png: is no JPEG, PNG, BMP, GIF, TIFF, WebP or PGM picture"),
    Case("truncated PNG", folder(cat_dog({"cat/x.png": GOOD[:-900]})), "PATH/cat/x.png: is a damaged picture (image file is truncated*"),
    Case("truncated JPEG", folder(cat_dog({"cat/x.jpg": making.picture(making.faces(1)[0], "JPEG")[:-300]})), "PATH/cat/x.jpg: is a damaged picture (image file is truncated*"),
    Case("damaged PNG", folder(cat_dog({"cat/x.png": flipped(GOOD)})), "PATH/cat/x.png: is a damaged picture (*"),
    Case("tiny picture", folder(cat_dog({"cat/x.png": making.picture(np.zeros((4, 90), np.uint8))})), "PATH/cat/x.png: has too few pixels (90x4); at least 8x8"),
    Case("floating-point picture", folder(cat_dog({"cat/x.tif": deep_grey(np.zeros((48, 48), np.float32))})), "PATH/cat/x.tif: holds floating-point values, expected 8 or 16 bits"),
    Case("32-bit picture", folder(cat_dog({"cat/x.tif": deep_grey(np.full((48, 48), 70_000, np.int32))})), "PATH/cat/x.tif: holds grey values 70000 to 70000, expected 8 or 16 bits"),
    Case("linked folder", linked_folder, "PATH/bird: is a link to a folder, which is not followed; put the folder there"),
]

OPTIONS = [
    Case("one class configured", table("\n".join(ROWS)), "dataset.classes names 1 class; a classifier tells at least 2 apart", {"classes": ("a",)}),
    Case("classes configured that differ in case", table("\n".join(ROWS)), "dataset.classes: 'a' and 'A' differ in case alone, and so would files named after them; rename one", {"classes": ("a", "b", "A")}),
    Case("a class configured twice", table("\n".join(ROWS)), "dataset.classes names 'a' twice", {"classes": ("a", "b", "a")}),
    Case("an empty class configured", table("\n".join(ROWS)), "dataset.classes: ' ' is empty or holds characters that cannot be shown", {"classes": ("a", " ")}),
    Case("folders that differ in case", folder(making.by_class(("Cat", "cat", "dog"))), "PATH: folders 'Cat' and 'cat' differ in case alone, and so would files named after them; rename one"),
    Case("unknown region", table("\n".join(ROWS)), "dataset.regions: there is no region 'moth' (did you mean 'mouth'?)", {"regions": {"moth": [(0, 0, 9, 9)]}}),
    Case("empty box", table("\n".join(ROWS)), "dataset.regions.mouth: box [9, 0, 9, 9] is empty; expected [left, top, right, bottom]", {"regions": {"mouth": [(9, 0, 9, 9)]}}),
    Case("region without a box", table("\n".join(ROWS)), "dataset.regions.mouth has no box", {"regions": {"mouth": []}}),
    Case("overlapping boxes", table("\n".join(ROWS)), "dataset.regions.nose: box [5, 8, 7, 20] overlaps 'mouth' at column 5, row 8", {"regions": {"mouth": [(0, 0, 9, 9)], "nose": [(5, 8, 7, 20)]}}),
]
# fmt: on

CASES = [*TABLES, *ARCHIVES, *FOLDERS, *OPTIONS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_gives_one_line(case: Case, tmp_path: Path):
    path = case.build(tmp_path)
    with pytest.raises(InputError) as caught:
        run(DatasetOptions(path=str(path), **case.options), {}, Context(1, tmp_path))
    message = str(caught.value)
    expected = case.said(path)
    if expected.endswith("*"):
        assert message.startswith(expected[:-1])
    else:
        assert message == expected
    assert "\n" not in message
    assert len(caught.value.problems) == 1


def test_the_table_has_enough_cases():
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


def test_classes_without_a_path_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"dataset\.classes names the classes of dataset\.path"):
        run(DatasetOptions(classes=("a", "b")), {}, Context(1, tmp_path))


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    path = making.text(tmp_path / "x.csv", "\n".join(ROWS))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(InputError, match=r"x\.csv: cannot be read: Permission denied"):
        run(DatasetOptions(path=str(path)), {}, Context(1, tmp_path))


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MOST_FILES", 5)
    path = making.archive(tmp_path / "x.zip", making.by_class(("cat", "dog")))
    with pytest.raises(InputError, match="holds 8 files, expected at most 5"):
        run(DatasetOptions(path=str(path)), {}, Context(1, tmp_path))


def test_a_picture_that_lies_about_its_size_is_not_unpacked_further(tmp_path):
    """Deflated zeros behind an entry that claims to be small: only the claimed bytes are unpacked."""
    path = tmp_path / "x.zip"
    files = making.by_class(("cat", "dog")) | {"cat/x.png": bytes(50_000_000)}
    making.archive(path, files)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"x\.png: is damaged in the archive"):
        run(DatasetOptions(path=str(path)), {}, Context(1, tmp_path))


def test_nothing_is_ever_unpacked_to_disk(tmp_path):
    path = making.archive(tmp_path / "x.zip", making.by_class(("cat", "dog")))
    run(DatasetOptions(path=str(path)), {}, Context(1, tmp_path))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["x.zip"]


def test_a_linked_picture_in_an_archive_is_left_out(tmp_path):
    path = making.archive(tmp_path / "x.zip", making.by_class(("cat", "dog")))
    link = zipfile.ZipInfo("cat/link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    artifact = run(DatasetOptions(path=str(path)), {}, Context(1, tmp_path))
    assert artifact.results["dataset"]["counts"]["cat"] == {"train": 2, "evaluation": 2}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_damaged_archive_gives_the_right_images_or_one_line(compression, tmp_path):
    """Any byte changed: noticed by checksum or structure, never another exception and never other pixels."""
    path = making.archive(tmp_path / "x.zip", making.by_class(("cat", "dog"), each=3), compression)
    good = path.read_bytes()
    expected = {image.tobytes() for image in load(path).images}
    rng = np.random.default_rng(0)
    structure = [at for at in range(len(good)) if good[at : at + 2] == b"PK"]
    for round_ in range(100):
        at = int(rng.integers(len(good))) if round_ % 2 else int(rng.choice(structure) + rng.integers(46))
        at %= len(good)
        path.write_bytes(good[:at] + bytes([int(rng.integers(256))]) + good[at + 1 :])
        try:
            found = load(path).images
        except InputError as error:
            message = str(error)
            assert message.isprintable(), repr(message)
        else:
            assert {image.tobytes() for image in found} <= expected
