"""What must not be trained on is found, whatever its order, and duplicates never straddle the validation split."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.cleaning import clean, split_validation


def pictures(numbers) -> np.ndarray:
    """2x2 images: number n and -n mirror each other, 0 is its own mirror image."""
    made = [[[abs(n), 0], [0, abs(n)]] if n > 0 else [[0, abs(n)], [abs(n), 0]] for n in numbers]
    return np.array(made, dtype=np.uint8).reshape(-1, 2, 2)


numbers = st.lists(st.integers(-6, 6), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(-6, 6), st.integers(0, 2)), min_size=1, max_size=30), numbers)
def test_clean_agrees_with_comparing_every_pair(train, evaluation):
    found = clean(pictures(n for n, _ in train), np.array([label for _, label in train]), pictures(evaluation))
    for index, (n, label) in enumerate(train):
        leaked = any(abs(n) == abs(m) for m in evaluation)
        disputed = any(abs(n) == abs(m) and label != other for m, other in train)
        assert found.keep[index] == (not leaked and not disputed)
    assert found.in_evaluation == sum(any(abs(n) == abs(m) for m in evaluation) for n, _ in train)
    assert found.in_evaluation + found.conflicting + found.keep.sum() == len(train)
    assert found.evaluation_duplicates.tolist() == [any(abs(n) == abs(m) for n, _ in train) for m in evaluation]
    for (n, _), group in zip(train, found.groups, strict=True):
        for (m, _), other in zip(train, found.groups, strict=True):
            assert (group == other) == (abs(n) == abs(m))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.5]))
def test_the_validation_part_is_stratified_and_holds_no_duplicate(seed, part):
    rng = np.random.default_rng(seed)
    groups = np.unique(rng.integers(0, 150, 200), return_inverse=True)[1]
    labels = groups % 3
    chosen = split_validation(labels, groups, part, seed)
    assert (chosen == split_validation(labels, groups, part, seed)).all()
    counts = np.bincount(groups)
    assert (counts[groups[chosen]] == 1).all()
    for label in range(3):
        single = ((labels == label) & (counts[groups] == 1)).sum()
        assert chosen[labels == label].sum() == min(single, round(part * (labels == label).sum()))
