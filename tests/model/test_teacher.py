"""The teacher: the mean of what the run's networks said of faces and their mirror images."""

from __future__ import annotations

import numpy as np

from generator.model.teacher import Teacher

IMAGES = np.random.default_rng(1).integers(0, 256, (5, 48, 48), dtype=np.uint8)


def corners(images: np.ndarray) -> np.ndarray:
    """Logits that differ between a face and its mirror image."""
    return images[:, 0, [0, -1]] / 64


def middles(images: np.ndarray) -> np.ndarray:
    return images[:, 24, [3, 30]] / 32


def slow(logits_of) -> np.ndarray:
    said = []
    for face in IMAGES:
        both = []
        for view in (face, face[:, ::-1]):
            powers = np.exp(logits_of(view[None])[0])
            both.append(powers / powers.sum())
        said.append((both[0] + both[1]) / 2)
    return np.array(said)


def test_targets_are_the_mean_over_the_networks_and_take_their_part():
    teacher = Teacher()
    teacher.learn(corners, IMAGES)
    np.testing.assert_allclose(teacher.targets(np.array([3, 1]), 1.0, 2), slow(corners)[[3, 1]], rtol=1e-5)
    teacher.learn(middles, IMAGES)
    expected = 0.25 * (slow(corners) + slow(middles)) / 2
    np.testing.assert_allclose(teacher.targets(np.arange(5), 0.25, 2), expected, rtol=1e-5)


def test_without_networks_or_without_a_part_nothing_is_taught():
    teacher = Teacher()
    assert not teacher.targets(np.arange(3), 0.5, 2).any()
    teacher.learn(corners, IMAGES)
    assert not teacher.targets(np.arange(3), 0.0, 2).any()


def test_it_goes_on_from_its_state():
    teacher = Teacher()
    assert Teacher.of(teacher.state()).state() == []
    teacher.learn(corners, IMAGES)
    again = Teacher.of(teacher.state())
    for one in (teacher, again):
        one.learn(middles, IMAGES)
    np.testing.assert_array_equal(again.targets(np.arange(5), 0.5, 2), teacher.targets(np.arange(5), 0.5, 2))
