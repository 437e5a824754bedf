"""Deletion and insertion read the score while pixels go or come in the order that a map gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from generator.analyses.faithfulness.deletion_insertion import BLUR, FRACTIONS, area, deletion_insertion
from generator.analyses.faithfulness.ranking import most_important, ranking


class Bright:
    """Class 1 is as probable as the mean of a box is bright."""

    def __init__(self, box: tuple[slice, slice] = (slice(30, 40), slice(15, 33))) -> None:
        self.box = box

    def quick_probabilities(self, faces: np.ndarray) -> np.ndarray:
        bright = np.asarray(faces, float)[:, *self.box].mean(axis=(1, 2)) / 255
        return np.stack([1 - bright, bright], axis=1)


@pytest.fixture
def faces() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (5, 48, 48)).astype(np.uint8)


def slow_curve(classifier, face, target, order, fractions, inserting):
    """One image, one pixel at a time."""
    blur = gaussian_filter(face.astype(np.float32), BLUR, mode="nearest")
    start, end = (blur, face.astype(np.float32)) if inserting else (face.astype(np.float32), blur)
    curve = []
    for fraction in fractions:
        picture = start.copy()
        for pixel in order[: round(fraction * 2304)]:
            picture[pixel // 48, pixel % 48] = end[pixel // 48, pixel % 48]
        curve.append(classifier.quick_probabilities(picture[None])[0, target])
    return curve


def test_curves_agree_with_changing_one_pixel_after_another(faces):
    maps = np.random.default_rng(4).normal(size=faces.shape)
    targets = np.array([1, 0, 1, 1, 0])
    found = deletion_insertion(Bright(), faces, targets, maps)
    for i in range(len(faces)):
        order = np.argsort(-maps[i].ravel())
        for curve, inserting in ((found.deletion, False), (found.insertion, True)):
            slow = slow_curve(Bright(), faces[i], targets[i], order, FRACTIONS, inserting)
            np.testing.assert_allclose(curve[i], slow, rtol=1e-4)


def test_both_curves_share_their_ends(faces):
    found = deletion_insertion(Bright(), faces, np.ones(5, int), np.random.default_rng(4).normal(size=faces.shape))
    np.testing.assert_array_equal(found.deletion[:, 0], found.insertion[:, -1])
    np.testing.assert_array_equal(found.deletion[:, -1], found.insertion[:, 0])


def test_a_map_of_what_the_model_uses_beats_one_of_what_it_ignores():
    faces = np.full((1, 48, 48), 60, np.uint8)
    faces[:, 30:40, 15:33] = 250
    right, wrong = np.zeros((2, 1, 48, 48))
    right[:, 30:40, 15:33] = 1
    wrong[:, :10] = 1
    good, bad = (deletion_insertion(Bright(), faces, np.array([1]), maps) for maps in (right, wrong))
    assert good.deletion_areas < bad.deletion_areas - 0.05
    assert good.insertion_areas > bad.insertion_areas + 0.05


def test_more_images_than_a_chunk_give_what_each_gives_alone():
    rng = np.random.default_rng(0)
    faces, maps = rng.integers(0, 256, (40, 48, 48)), rng.normal(size=(40, 48, 48))
    many = deletion_insertion(Bright(), faces, np.ones(40, int), maps, (0, 0.2, 1))
    alone = deletion_insertion(Bright(), faces[35:36], np.array([1]), maps[35:36], (0, 0.2, 1))
    np.testing.assert_allclose(many.deletion[35], alone.deletion[0])


def test_area_of_a_straight_line_on_an_uneven_grid():
    steps = np.array(FRACTIONS)
    np.testing.assert_allclose(area(steps, np.stack([steps, np.ones_like(steps)])), [0.5, 1.0])


def test_equal_pixels_are_not_taken_from_the_top_first():
    order = ranking(np.zeros((2, 48, 48)))
    assert sorted(order[0]) == list(range(2304))
    np.testing.assert_array_equal(order[0], order[1])
    assert abs((order[0, :500] // 48).mean() - 23.5) < 2


def test_the_fraction_kept_is_the_one_asked_for():
    maps = np.random.default_rng(1).normal(size=(3, 48, 48))
    kept = most_important(maps, 0.3)
    assert (kept.sum(axis=(1, 2)) == round(0.3 * 2304)).all()
    assert all(m[k].min() > m[~k].max() for m, k in zip(maps, kept, strict=True))


def test_maps_of_another_shape_are_refused(faces):
    with pytest.raises(ValueError, match="one map per face"):
        deletion_insertion(Bright(), faces, np.ones(5, int), np.zeros((5, 24, 24)))
