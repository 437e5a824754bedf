"""Principal components are exact and the same on every run; layers' outputs are the model's."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from generator.analyses.side_by_side import side_by_side
from generator.analyses.tsne import features
from generator.analyses.tsne.embedding import aligned, framed, spread, tsne
from generator.analyses.tsne.features import Features, collect, components, gram, squared_distances, widest_filter
from tests.analyses.filters.models import small


def test_components_are_those_of_the_singular_value_decomposition():
    values_of = np.random.default_rng(0).normal(size=(30, 5000)).astype("f") * np.linspace(1, 3, 5000, dtype="f")
    centred = values_of.astype(float) - values_of.mean(axis=0, dtype=float)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    scores = components(gram(values_of), 10)
    for i in range(10):
        slow = left[:, i] * values[i]
        slow *= np.sign(slow[np.argmax(abs(slow))])
        np.testing.assert_allclose(scores[:, i], slow, atol=1e-6 * values[0])


def test_fewer_images_than_components_give_fewer_components():
    assert components(gram(np.random.default_rng(0).random((6, 40)).astype("f")), 50).shape == (6, 6)


def test_distances_are_the_outputs_own():
    outputs = np.random.default_rng(0).random((12, 40)).astype("f")
    slow = ((outputs[:, None].astype(float) - outputs[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(squared_distances(gram(outputs)), slow, atol=1e-9)
    np.testing.assert_allclose(squared_distances(gram(outputs, exact=False)), slow, atol=1e-4)
    some = np.array([7, 2, 3])
    np.testing.assert_allclose(squared_distances(gram(outputs, rows=some)), slow[np.ix_(some, some)], atol=1e-9)


@pytest.mark.parametrize("held", [features.HELD, 1000])
def test_collected_outputs_are_the_layers_own_whole_or_pooled(monkeypatch, tmp_path, held):
    monkeypatch.setattr(features, "HELD", held)
    net = small(size=48)
    faces = np.random.default_rng(0).integers(0, 256, (70, 48, 48), dtype=np.uint8)
    (slow,) = net.cut(["activation_2"], quick=True)(net.prepare(faces))
    found = collect(net, faces, ["activation_2"], tmp_path, ["activation_1", "activation_2"])
    np.testing.assert_allclose(found.whole["activation_2"], slow.reshape(70, -1), atol=1e-5)
    pooled = np.hstack([slow.mean((1, 2)), slow.max((1, 2))])
    np.testing.assert_allclose(found.pooled["activation_2"], pooled, atol=1e-5)
    assert found.pooled["activation_1"].shape == (70, 8)
    np.testing.assert_allclose(found.one_filter("activation_2", 3), slow[..., 3].reshape(70, -1), atol=1e-5)
    assert any(tmp_path.iterdir()) == (held == 1000)


def test_the_widest_filter_is_the_one_whose_output_varies_most():
    maps = np.random.default_rng(0).normal(size=(20, 3, 3, 4)) * np.array([1, 5, 2, 0]) + np.array([0, 0, 9, 99])
    found = Features({"a": maps.reshape(20, -1).astype("f")}, {}, {"a": (3, 3, 4)})
    assert widest_filter(found, "a") == 1


def test_a_map_is_the_same_byte_for_byte_alone_or_beside_others():
    scores = components(gram(np.random.default_rng(0).random((40, 60)).astype("f")), 10)

    def drawn(*seeds):
        return side_by_side([partial(tsne, scores, 5, seed, 250) for seed in seeds])

    (alone,), (noisy,), together = drawn(None), drawn(3), drawn(None, 3)
    assert together[0].tobytes() == alone.tobytes()
    assert together[1].tobytes() == noisy.tobytes()
    assert alone.shape == (40, 2)
    assert not np.allclose(alone, noisy)


def test_the_start_keeps_the_components_proportions():
    scores = np.random.default_rng(0).normal(size=(30, 5)) * [9, 3, 1, 1, 1]
    start = spread(scores)
    assert start[:, 0].std() == pytest.approx(1e-4, rel=1e-4)
    np.testing.assert_allclose(start[:, 1] / start[:, 0], scores[:, 1] / scores[:, 0], rtol=1e-4)


def test_a_turned_and_mirrored_map_is_turned_back():
    model = np.random.default_rng(0).normal(size=(20, 2))
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])
    np.testing.assert_allclose(aligned(model @ turn + 3, model), model - model.mean(axis=0), atol=1e-9)


def test_a_framed_map_fills_the_unit_square_without_stretching():
    points = np.array([[0.0, 10], [4, 12], [2, 11]])
    np.testing.assert_allclose(framed(points), [[0, 0.25], [1, 0.75], [0.5, 0.5]])
