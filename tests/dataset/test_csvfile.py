"""The fast CSV parser says what the csv module and `int` say, for tables good and bad."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset import csvfile
from generator.dataset.csvfile import read_csv
from generator.errors import InputError
from tests.dataset import making

SPLITS = {"Training": "train", "PublicTest": "PublicTest", "PrivateTest": "PrivateTest"}


def slowly(content: bytes) -> list[tuple[int, list[int], str | None]] | int | None:
    """The table as the csv module reads it; the line of the first mistake; None if the header is none.

    Only for texts without line breaks inside quotes.
    """
    lines = content.decode("utf-8-sig", errors="replace").split("\n")
    numbered = [(i, line.removesuffix("\r")) for i, line in enumerate(lines, 1)]
    numbered = [(i, line) for i, line in numbered if line.strip(" \t")]
    header = [name.strip().lower() for name in next(csv.reader([numbered[0][1]]))]
    label_at = next((header.index(name) for name in ("emotion", "label") if name in header), None)
    pixels_at = next((header.index(name) for name in ("pixels", "feature") if name in header), None)
    if label_at is None or pixels_at is None:
        return None
    found = []
    for number, line in numbered[1:]:
        fields = next(csv.reader([line]))
        usage = fields[header.index("usage")].strip(" ") if "usage" in header and len(fields) == len(header) else None
        if len(fields) != len(header) or (usage is not None and usage not in SPLITS):
            return number
        label = fields[label_at].strip(" ")
        pixels = [text for text in fields[pixels_at].split(" ") if text]
        if label not in set("0123456"):
            return number
        digits = set("0123456789")
        if any(len(text) > 3 or set(text) - digits or int(text) > 255 for text in pixels) or len(pixels) != 2304:
            return number
        found.append((int(label), [int(text) for text in pixels], usage))
    return found


FACE = making.faces(1, seed=3)[0]


@st.composite
def pixel_fields(draw: st.DrawFn) -> str:
    values = [str(value) for value in FACE.ravel()]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(values) - 1))
        values[at] = draw(st.sampled_from(["0", "00", "007", "255", "7", "99", "100"]))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(values) - 1))
        values[at] = draw(
            st.sampled_from(["256", "-1", "1.0", "", " ", "x", "0256", "300", "999", "1e1", "²", "+5", "5_0", "5 5"])
        )
    if draw(st.integers(0, 5)) == 0:
        values = values[: draw(st.integers(0, len(values)))]
    return draw(st.sampled_from(["", " ", "  "])) + " ".join(values) + draw(st.sampled_from(["", " "]))


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    columns = draw(
        st.sampled_from(
            [
                ("emotion", "pixels", "Usage"),
                ("emotion", " Usage", " pixels"),
                ("label", "feature"),
                ("", "label", "feature"),
                ("Usage", "Emotion", "Pixels"),
            ]
        )
    )
    lines = [",".join(columns)]
    for row in range(draw(st.integers(1, 4))):
        fields = {
            "emotion": draw(
                st.sampled_from(["0", "3", "6", " 2", "6", "1", "7", "", "a"][: draw(st.sampled_from([4, 9]))])
            ),
            "usage": draw(
                st.sampled_from(
                    ["Training", "PublicTest", "PrivateTest", " Training", "x"][: draw(st.sampled_from([3, 5]))]
                )
            ),
            "pixels": draw(pixel_fields()),
            "": str(row),
        }
        fields |= {"label": fields["emotion"], "feature": fields["pixels"]}
        values = [fields[column.strip().lower()] for column in columns]
        if draw(st.integers(0, 3)) == 0:
            values = [f'"{value}"' for value in values]
        if draw(st.integers(0, 9)) == 0:
            values.append("more")
        lines.append(",".join(values))
        lines += [""] * draw(st.sampled_from([0, 0, 0, 1, 2]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    content = end.join(lines) + draw(st.sampled_from(["", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + content.encode()


@settings(max_examples=150, deadline=None)
@given(content=tables(), block=st.sampled_from([1 << 20, 9_000, 777]))
def test_the_parser_agrees_with_the_csv_module(content, block):
    expected = slowly(content)
    before, csvfile.BLOCK = csvfile.BLOCK, block
    try:
        if isinstance(expected, int):
            with pytest.raises(InputError) as caught:
                read_csv(io.BytesIO(content), "x.csv")
            assert caught.value.problems[0].line == expected
            return
        found = read_csv(io.BytesIO(content), "x.csv")
    finally:
        csvfile.BLOCK = before
    assert found.labels.tolist() == [label for label, _, _ in expected]
    assert found.images.reshape(len(expected), -1).tolist() == [pixels for _, pixels, _ in expected]
    usages = [usage for _, _, usage in expected]
    assert found.splits == (None if usages[0] is None else tuple(SPLITS[usage] for usage in usages))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_one_line(content):
    for start in (b"", b"emotion,pixels,Usage\n", b"label,feature\n0,"):
        message = ""
        try:
            read_csv(io.BytesIO(start + content), "x.csv")
        except InputError as error:
            message = str(error)
        assert message.isprintable()


def test_rows_are_named_by_their_number_from_zero():
    content = making.course_csv(making.rows())
    found = read_csv(io.BytesIO(content.encode()), "x.csv")
    assert found.names[:2] == ("#0", "#1")
    assert found.images[41].tolist() == making.rows()[41][1].tolist()
    assert found.names[41] == "#41"


def test_every_pixel_value_is_read_in_every_place():
    """Each value 0 to 255 next to each other's digits, so that no carry between neighbours goes unseen."""
    values = (np.arange(2304 * 20) * 37 + np.arange(2304 * 20) // 256) % 256
    images = values.reshape(20, 48, 48).astype(np.uint8)
    found = read_csv(io.BytesIO(making.course_csv([(0, image, "") for image in images]).encode()), "x.csv")
    np.testing.assert_array_equal(found.images, images)


def test_progress_is_told_in_bytes():
    content = making.course_csv(making.rows()).encode()
    told: list[tuple[int, int]] = []
    read_csv(io.BytesIO(content), "x.csv", None, len(content), lambda done, total, what="": told.append((done, total)))
    assert told[-1] == (len(content), len(content))
