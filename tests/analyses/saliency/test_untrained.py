"""Factors of networks with random weights: against a slow computation, and where such networks have no map."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.faithfulness.randomisation import blocks_of, randomise
from generator.analyses.saliency import untrained
from generator.analyses.saliency.methods import Explainer
from generator.analyses.saliency.regions import by_class
from generator.analyses.saliency.subject import Subject
from generator.analyses.saliency.untrained import untrained_survey, untrained_table
from generator.config.schema import SaliencyOptions
from generator.results.saliency import NOT_MEASURED
from tests.analyses.saliency.models import convolutional, dataset, linear, looks_at_the_mouth

OPTIONS = SaliencyOptions(noise_samples=4, stride=8)
ALL = np.arange(24)


def subject_of(classifier):
    return Subject(dataset(), Explainer(classifier, OPTIONS, 7), np.ones(24, bool))


def surveyed(subject, method, index=ALL):
    return subject.survey(index, subject.maps([method], index)[method])


def untrained_of(subject, method, per_class=5, index=ALL):
    trained = surveyed(subject, method, index)
    found = untrained_survey(subject, method, trained, per_class, 3, lambda what: None)
    return found, untrained_table(subject, by_class(subject.data, trained, 0), found, 0)


@pytest.mark.parametrize("method", ["gradient", "smoothgrad"])
def test_every_image_of_a_class_has_a_network_of_its_own(method):
    subject = subject_of(convolutional())
    found, table = untrained_of(subject, method)
    labels = subject.data.evaluation.labels[found.index]
    assert [sorted(labels[2 * n : 2 * n + 2]) for n in range(5)] == [[0, 1]] * 5
    assert len(set(found.index)) == 10

    mouth, shares = subject.data.region_masks["mouth"], {0: [], 1: []}
    for network in range(5):
        other = convolutional(seed=90 + network)
        rng = np.random.default_rng([3, network])
        for block in blocks_of(other):
            randomise(block, rng)
        explainer = Explainer(other, OPTIONS, 7)
        for place in found.index[2 * network : 2 * network + 2]:
            label = int(subject.data.evaluation.labels[place])
            image = subject.data.evaluation.images[[place]]
            magnitude = explainer.maps([method], image, np.array([label]))[method].magnitude[0]
            shares[label].append(magnitude[mouth].sum() / magnitude.sum())
    for label, name in enumerate(("happy", "sad")):
        measured = table[name]["mouth"]
        assert measured.share == pytest.approx(np.mean(shares[label]), rel=2e-3)
        assert measured.enrichment == pytest.approx(np.mean(shares[label]) / mouth.mean(), rel=2e-3)
        assert measured.low < measured.enrichment < measured.high


def test_the_model_has_its_own_weights_back():
    subject = subject_of(convolutional())
    before = subject.maps(["gradient"], ALL)["gradient"].magnitude
    untrained_of(subject, "gradient")
    np.testing.assert_array_equal(subject.maps(["gradient"], ALL)["gradient"].magnitude, before)


def test_only_images_that_were_surveyed_are_taken():
    found, _ = untrained_of(subject_of(convolutional()), "gradient", 4, ALL[:6])
    assert set(found.index) == set(range(6))


def test_what_was_learnt_lies_above_it_and_what_was_not_does_not():
    learnt, random = looks_at_the_mouth(), linear(np.random.default_rng(1).normal(size=(2, 48, 48)))
    for classifier, above in ((learnt, True), (random, False)):
        subject = subject_of(classifier)
        _, table = untrained_of(subject, "gradient")
        own = by_class(subject.data, surveyed(subject, "gradient"), 0)
        for name in ("happy", "sad"):
            assert (own[name]["mouth"].low > table[name]["mouth"].high) is above
            assert 0.8 < table[name]["mouth"].enrichment < 1.2


@pytest.mark.parametrize("value", [0, 1e-12, np.nan, np.inf])
def test_a_class_without_maps_is_not_measured(monkeypatch, value):
    def spoilt(block, rng):
        randomise(block, rng)
        for weight in block.weights:
            kernel = np.array(weight.variable)
            kernel[:, 1] = value
            weight.variable.assign(kernel)

    monkeypatch.setattr(untrained, "randomise", spoilt)
    _, table = untrained_of(subject_of(looks_at_the_mouth()), "gradient")
    assert set(table["sad"].values()) == {NOT_MEASURED}
    assert set(table["sad"]) == {"mouth", "forehead", "background"}
    # What is not finite spreads to the gradients of the other class.
    assert (table["happy"]["mouth"] != NOT_MEASURED) is bool(np.isfinite(value))


def test_no_networks_no_numbers():
    found, table = untrained_of(subject_of(convolutional()), "gradient", 0)
    assert found is None
    assert {cell for regions in table.values() for cell in regions.values()} == {NOT_MEASURED}
