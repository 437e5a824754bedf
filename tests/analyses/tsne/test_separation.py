"""Measures of separation against slow formulas, scikit-learn, and chance."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.analyses.tsne.probe import folds, probe
from generator.analyses.tsne.sample import choose
from generator.analyses.tsne.separation import chance, knn_hits, neighbours, pairwise, silhouette, trustworthiness

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 3))
LABELS = RNG.integers(0, 4, 60)


def blobs(n=210, classes=7, apart=6.0, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return rng.normal(size=(n, 10)) + apart * np.eye(classes, 10)[labels], labels


@pytest.mark.parametrize("k", [1, 3, 5])
def test_knn_hits_are_those_of_a_plain_vote(k):
    hits = knn_hits(neighbours(pairwise(POINTS), k), LABELS)
    for i in range(60):
        distances = [(float(((POINTS[i] - POINTS[j]) ** 2).sum()), j) for j in range(60) if j != i]
        near = [int(LABELS[j]) for _, j in sorted(distances)[:k]]
        votes = Counter(near)
        winner = next(label for label in near if votes[label] == max(votes.values()))
        assert hits[i] == (winner == LABELS[i])


@given(st.integers(13, 60), st.integers(1, 12), st.integers(1, 6), st.integers(0, 99))
def test_neighbours_are_the_first_of_a_sorted_list_also_where_distances_are_equal(n, k, different, seed):
    distances = np.random.default_rng(seed).integers(0, different, (n, n)).astype(float)
    for i, found in enumerate(neighbours(distances, k)):
        assert list(found) == sorted((j for j in range(n) if j != i), key=lambda j: (distances[i, j], j))[:k]


def test_shuffled_labels_are_at_chance_and_separate_classes_are_not():
    points, labels = blobs()
    nearest = neighbours(pairwise(points), 5)
    rng = np.random.default_rng(1)
    null = chance([float(knn_hits(nearest, rng.permutation(labels)).mean()) for _ in range(100)])
    assert null.mean == pytest.approx(1 / 7, abs=0.02)
    assert null.low < 1 / 7 < null.high
    assert knn_hits(nearest, labels).mean() > 0.95


def test_silhouette_is_scikit_learns():
    metrics = pytest.importorskip("sklearn.metrics")
    labels = LABELS.copy()
    labels[0] = 9  # alone in its class
    distances = np.sqrt(pairwise(POINTS))
    np.fill_diagonal(distances, 0)
    assert silhouette(distances, labels) == pytest.approx(metrics.silhouette_score(POINTS, labels), abs=1e-9)


@pytest.mark.parametrize("k", [1, 5, 12])
def test_trustworthiness_is_scikit_learns(k):
    manifold = pytest.importorskip("sklearn.manifold")
    for of_map in (POINTS[:, :2], np.random.default_rng(2).permutation(POINTS)[:, :2]):
        slow = manifold.trustworthiness(POINTS, of_map, n_neighbors=k)
        assert trustworthiness(pairwise(POINTS), pairwise(of_map), k) == pytest.approx(slow, abs=1e-9)


def test_a_perfect_map_is_trusted_and_a_shuffled_one_is_not():
    points, _ = blobs()
    assert trustworthiness(pairwise(points), pairwise(points), 5) == 1
    assert trustworthiness(pairwise(points), pairwise(np.random.default_rng(0).permutation(points)), 5) < 0.6


def test_the_probe_is_ridge_regression_on_indicators_fold_by_fold():
    linear = pytest.importorskip("sklearn.linear_model")
    points, labels = blobs(140, 4, 1.0)
    fold = folds(labels, 0)
    hits = probe(points, labels, fold, 0.1)
    for one in range(5):
        train, held = fold != one, fold == one
        x = (points - points[train].mean(0)) / points[train].std(0)
        model = linear.Ridge(alpha=0.1 * train.sum()).fit(x[train], np.eye(4)[labels[train]])
        np.testing.assert_array_equal(hits[held], model.predict(x[held]).argmax(1) == labels[held])


def test_the_probe_reads_separate_classes_and_nothing_from_shuffled_labels():
    points, labels = blobs()
    fold = folds(labels, 0)
    rng = np.random.default_rng(0)
    shuffled = np.array([rng.permutation(labels) for _ in range(20)])
    assert probe(points, labels, fold).mean() > 0.95
    assert probe(points, shuffled, fold).mean() == pytest.approx(1 / 7, abs=0.03)
    np.testing.assert_array_equal(probe(points, shuffled, fold)[3], probe(points, shuffled[3], fold))


def test_folds_spread_every_class_evenly():
    labels = np.repeat([0, 1, 2], [50, 10, 7])
    fold = folds(labels, 3)
    for label in range(3):
        counts = np.bincount(fold[labels == label], minlength=5)
        assert counts.max() - counts.min() <= 1


@given(
    sizes=st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(sum),
    n=st.integers(1, 120),
    seed=st.integers(0, 5),
)
@settings(max_examples=80, deadline=None)
def test_a_sample_is_as_even_as_the_classes_allow(sizes, n, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    chosen = choose(labels, n, seed)
    assert len(set(chosen.tolist())) == len(chosen) == min(n, len(labels))
    assert chosen.tolist() == sorted(chosen.tolist())
    taken = np.bincount(labels[chosen], minlength=len(sizes))
    # Nobody has two more than a class that still had some to give.
    for label, size in enumerate(sizes):
        if taken[label] < size:
            assert taken.max() <= taken[label] + 1
    assert set(choose(labels, max(1, n // 2), seed)) <= set(chosen.tolist())


def test_two_hundred_images_hold_as_many_of_the_rare_class():
    labels = np.repeat(np.arange(7), [500, 56, 500, 900, 600, 400, 600])
    assert np.bincount(labels[choose(labels, 200, 1)]).tolist() == [29, 29, 29, 29, 28, 28, 28]
    assert np.bincount(labels[choose(labels, 2000, 1)])[1] == 56
