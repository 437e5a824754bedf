"""Agreement with the truth, and the verdict on a method."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.faithfulness.deletion_insertion import Curves
from generator.analyses.faithfulness.judge import best_first, default_method, judged
from generator.analyses.faithfulness.localisation import localisation
from generator.results.faithfulness import Checkpoint

STEPS = np.array([0.0, 0.5, 1.0])


def curves(deletion: float, insertion: float = 0.5, n: int = 12) -> Curves:
    noise = np.random.default_rng(1).normal(0, 0.01, (n, 1))
    return Curves(STEPS, deletion + noise + np.zeros((n, 3)), insertion + noise + np.zeros((n, 3)))


BASELINES = {"random": curves(0.4), "edges": curves(0.5), "centre": curves(0.3, 0.7)}


def verdict(deletion=0.2, insertion=0.5, kind="method", randomised=None, cascade=None):
    return judged(kind, curves(deletion, insertion), BASELINES, 0, randomised, cascade)


def test_localisation_follows_its_definitions():
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(6, 48, 48))
    evidence = rng.random((6, 48, 48)) < 0.1
    evidence[2] = False
    found = localisation(maps, evidence)
    assert len(found.area) == 5
    for row, i in enumerate([0, 1, 3, 4, 5]):
        truth = evidence[i].ravel()
        order = np.argsort(-maps[i].ravel())
        positive = np.maximum(maps[i].ravel(), 0)
        assert found.pointing[row] == truth[order[0]]
        assert found.mass[row] == pytest.approx(positive[truth].sum() / positive.sum())
        assert found.rank[row] == pytest.approx(np.mean(truth[order[: truth.sum()]]))
        assert found.area[row] == truth.mean()


def test_where_no_image_has_evidence_there_is_no_row_of_truth():
    found = localisation(np.random.default_rng(0).normal(size=(12, 48, 48)), np.zeros((12, 48, 48), bool))
    assert all(values.shape == (0,) for values in vars(found).values())
    row = judged("method", curves(0.2), BASELINES, 0, truth=found)
    assert row.truth is None
    assert row.passes


def test_a_map_of_the_evidence_itself_is_perfect():
    evidence = np.zeros((1, 48, 48), bool)
    evidence[0, 10:20, 5:9] = True
    found = localisation(evidence.astype(float), evidence)
    assert (found.pointing[0], found.mass[0], found.rank[0]) == (1, 1, 1)


def test_a_good_method_passes():
    row = verdict()
    assert row.passes
    assert row.reasons == []
    assert row.score.value == pytest.approx(0.3)
    assert row.beyond_random.value == pytest.approx(0.2, abs=0.01)


def test_the_bump_in_the_centre_is_compared_by_score_and_is_no_hurdle():
    row = verdict(deletion=0.2, insertion=0.5)
    assert row.beyond_centre.value == pytest.approx(0.3 - 0.4)
    assert row.beyond_centre.high < 0
    assert row.passes


def test_a_method_must_beat_random_order_and_edges():
    assert verdict(deletion=0.45).reasons == ["random"]
    assert verdict(deletion=0.6).reasons == ["random", "edges"]
    assert not verdict(deletion=0.4).passes


def test_a_method_that_the_upper_layers_do_not_matter_to_fails():
    steps = [
        Checkpoint("logits", 0.9, 0.9),
        Checkpoint("b", 0.8, 0.7),
        Checkpoint("c", 0.1, 0.0),
        Checkpoint("d", 0, 0),
    ]
    row = verdict(cascade=steps)
    assert row.unmoved == pytest.approx(0.8)
    assert row.reasons == ["randomisation"]
    assert verdict(cascade=[Checkpoint("logits", 0.9, 0.3), *steps[1:]]).unmoved == pytest.approx(0.5)
    assert verdict(cascade=[Checkpoint("logits", 0.9, 0.1), *steps[1:]]).passes


def test_without_a_cascade_the_end_counts():
    same, other = np.ones(5), np.zeros(5)
    assert verdict(randomised=(same, same)).reasons == ["randomisation"]
    assert verdict(randomised=(same, other)).passes


def test_the_best_method_that_passes_is_the_default():
    rows = {
        "weak": verdict(0.3, 0.5),
        "strong": verdict(0.2, 0.6),
        "edgy": verdict(0.1, 0.9, kind="warning"),
        "failing": verdict(0.6, 0.99),
        "random": verdict(0.4, 0.4, kind="baseline"),
    }
    assert best_first(rows) == ["edgy", "strong", "weak", "failing"]
    assert default_method(rows) == "strong"
    assert default_method({"failing": rows["failing"]}) == "failing"
