"""Evaluation images are held out by class, by seed, and never together with a copy in training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.dataset.divide import digests_of, held_out
from tests.dataset import making


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(3, 60), min_size=2, max_size=5),
    part=st.floats(0.01, 0.9),
    seed=st.integers(0, 2**32 - 1),
)
def test_each_class_gives_its_part(sizes, part, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    digests = [bytes([i % 256, i // 256]) for i in range(len(labels))]
    chosen = held_out(labels, digests, part, seed)
    assert sorted(set(chosen.tolist())) == chosen.tolist()
    counts = np.bincount(labels[chosen], minlength=len(sizes))
    assert counts.tolist() == [max(2, round(part * size)) for size in sizes]
    np.testing.assert_array_equal(chosen, held_out(labels, digests, part, seed))


def test_another_seed_chooses_others():
    labels = np.zeros(200, dtype=np.int64)
    digests = [i.to_bytes(2, "big") for i in range(200)]
    assert held_out(labels, digests, 0.2, 1).tolist() != held_out(labels, digests, 0.2, 2).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_copies_stay_on_one_side(seed):
    images = making.faces(40)
    images[20:30] = images[:10]
    labels = np.arange(40) % 4
    chosen = held_out(labels, digests_of(images), 0.3, seed)
    inside = {images[i].tobytes() for i in chosen}
    outside = {images[i].tobytes() for i in range(40) if i not in set(chosen.tolist())}
    assert not inside & outside


def test_equal_pixels_have_equal_digests():
    images = making.faces(3)
    again = np.concatenate([images, images[:1]])
    found = digests_of(again)
    assert found[3] == found[0]
    assert len(set(found)) == 3
