"""Drawn faces are the same whatever else is drawn, balanced, and come with masks that fit."""

from __future__ import annotations

import numpy as np
import pytest

from generator.dataset.types import REGIONS
from generator.faces import AUS, CLASSES, draw, draw_faces, drawn_dataset


@pytest.fixture(scope="module")
def faces():
    return draw_faces(56, seed=3, truth=True)


def test_shapes_and_types(faces):
    assert faces.images.shape == (56, 48, 48)
    assert faces.images.dtype == np.uint8
    assert faces.labels.dtype == faces.identities.dtype == np.int64
    assert faces.action_units.shape == (56, len(AUS))
    assert faces.action_units.min() >= 0
    assert faces.action_units.max() <= 1


@pytest.mark.parametrize(("count", "start"), [(1, 0), (5, 3), (14, 7), (20, 36)])
def test_an_image_does_not_depend_on_what_is_drawn_with_it(faces, count, start):
    some = draw_faces(count, seed=3, start=start, truth=True)
    part = slice(start, start + count)
    assert np.array_equal(some.images, faces.images[part])
    assert np.array_equal(some.labels, faces.labels[part])
    assert np.array_equal(some.action_units, faces.action_units[part])
    assert np.array_equal(some.evidence, faces.evidence[part])
    for region in REGIONS:
        assert np.array_equal(some.region_masks[region], faces.region_masks[region][part])


@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_an_image_does_not_depend_on_the_chunks(faces, chunk, monkeypatch):
    monkeypatch.setattr(draw, "_CHUNK", chunk)
    assert np.array_equal(draw_faces(21, seed=3).images, faces.images[:21])


def test_truth_does_not_change_the_pictures(faces):
    assert np.array_equal(draw_faces(14, seed=3).images, faces.images[:14])


def test_another_seed_draws_other_faces(faces):
    other = draw_faces(56, seed=4)
    assert np.abs(other.images.astype(int) - faces.images).mean() > 20


def test_every_person_shows_every_expression_once(faces):
    assert np.array_equal(np.bincount(faces.labels), np.full(len(CLASSES), 8))
    for person in range(8):
        assert sorted(faces.labels[faces.identities == person]) == list(range(len(CLASSES)))


def test_persons_stay_themselves(faces):
    """Two pictures of one person differ less than pictures of two persons do, on average over the mean-free face."""
    flat = faces.images.reshape(8, 7, -1).astype(float)
    flat -= flat.mean(axis=2, keepdims=True)
    flat /= flat.std(axis=2, keepdims=True)
    same = np.mean([a @ b / a.size for person in flat for i, a in enumerate(person) for b in person[:i]])
    other = np.mean([flat[p, i] @ flat[q, i] / flat.shape[2] for p in range(8) for q in range(p) for i in range(7)])
    assert same > other + 0.05


def test_pictures_use_the_grey_scale(faces):
    assert faces.images.std() > 35
    assert 70 < faces.images.mean() < 170
    assert (faces.images == 255).mean() < 0.05
    assert faces.images.reshape(56, -1).std(axis=1).min() > 12


def test_every_pixel_belongs_to_one_region(faces):
    assert set(faces.region_masks) == set(REGIONS)
    assert np.array_equal(sum(mask.astype(int) for mask in faces.region_masks.values()), np.ones((56, 48, 48)))


def test_regions_lie_where_they_should(faces):
    """Centres of gravity from top to bottom: forehead, brows, eyes, nose, mouth."""
    rows = np.arange(48)[None, :, None]
    centre = {r: (m * rows).sum() / m.sum() for r, m in faces.region_masks.items()}
    order = ["forehead", "brows", "eyes", "nose", "mouth"]
    assert [centre[r] for r in order] == sorted(centre[r] for r in order)
    assert all(faces.region_masks[r].mean() > 0.02 for r in REGIONS)


@pytest.mark.parametrize(("count", "start"), [(0, 0), (-1, 0), (3, -1)])
def test_numbers_out_of_range_are_refused(count, start):
    with pytest.raises(ValueError, match=f"count={count}, start={start}"):
        draw_faces(count, seed=1, start=start)


def test_progress_reaches_the_total():
    told = []
    draw_faces(30, seed=1, progress=lambda done, total, what="": told.append((done, total)))
    assert told[-1] == (30, 30)
    assert told == sorted(told)


def test_data_set_holds_out_persons_and_names_images_by_number():
    data = drawn_dataset(28, 21, seed=3)
    assert data.classes == CLASSES
    assert data.split == "held-out"
    assert data.evaluation.names[:2] == ("#0", "#1")
    again = draw_faces(1, seed=3, start=int(data.train.names[5][1:]))
    assert np.array_equal(again.images[0], data.train.images[5])
    train, held_out = ({int(name[1:]) // 7 for name in part.names} for part in (data.train, data.evaluation))
    assert not train & held_out
    assert np.array_equal(data.evaluation.images, draw_faces(21, seed=3).images)
    assert data.evidence.shape == (21, 48, 48)


def test_data_set_tells_how_far_it_is():
    told = []
    drawn_dataset(14, 14, seed=3, progress=lambda done, total, what="": told.append((done, total)))
    assert told[-1] == (28, 28)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
