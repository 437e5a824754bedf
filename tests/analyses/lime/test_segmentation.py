"""Superpixels: deterministic, complete, of the wanted number, and never too few."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.lime.segmentation import FEWEST, SEGMENTERS, segments_of
from tests.analyses.lime.fakes import faces


@pytest.mark.parametrize("method", SEGMENTERS)
def test_the_same_face_gives_the_same_consecutive_superpixels(method: str) -> None:
    face = faces(1)[0]
    first, second = segments_of(face, method, 50), segments_of(face.copy(), method, 50)
    assert np.array_equal(first, second)
    assert first.shape == (48, 48)
    assert np.array_equal(np.unique(first), np.arange(first.max() + 1))


@pytest.mark.parametrize("method", SEGMENTERS)
def test_a_face_is_cut_into_about_as_many_superpixels_as_wanted(method: str) -> None:
    counts = [segments_of(face, method, 50).max() + 1 for face in faces(4)]
    assert 20 <= np.mean(counts) <= 60


@pytest.mark.parametrize("method", SEGMENTERS)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_picture_is_cut_all_the_same(method: str, level: int) -> None:
    found = segments_of(np.full((48, 48), level, dtype=np.uint8), method, 50)
    assert found.max() + 1 >= FEWEST


def test_the_grid_ignores_the_picture() -> None:
    one, other = faces(2)
    assert np.array_equal(segments_of(one, "grid", 50), segments_of(other, "grid", 50))
    assert segments_of(one, "grid", 50).max() + 1 == 36
