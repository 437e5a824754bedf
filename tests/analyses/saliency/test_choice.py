"""Images are chosen by stated rules."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.saliency.choice import examples, stratified
from generator.errors import InputError
from tests.analyses.saliency.models import dataset


def test_the_example_is_the_median_of_its_class():
    data = dataset()
    logits = np.random.default_rng(0).normal(size=(24, 2))
    probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for label, name in enumerate(data.classes):
        own = {i: probability[i, label] for i in range(24) if data.evaluation.labels[i] == label}
        assert examples(data, logits, None)[name] == sorted(own, key=own.get)[6]


def test_images_can_be_chosen_by_name():
    assert examples(dataset(), np.zeros((24, 2)), {"sad": "#7"})["sad"] == 7


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"sda": "#7"}, r"class 'sda'.*did you mean 'sad'"),
        ({"sad": "#99"}, r"no evaluation image '#99'.*did you mean"),
        ({"sad": "#8"}, r"'#8' is an image of the class 'happy'"),
    ],
)
def test_a_wrong_choice_is_explained(wanted, said):
    with pytest.raises(InputError, match=said):
        examples(dataset(), np.zeros((24, 2)), wanted)


def test_every_beginning_of_a_sample_is_stratified():
    labels = np.repeat([0, 1, 2], [50, 30, 4])
    sample = stratified(labels, 3, 6, seed=1)
    assert list(np.bincount(labels[sample])) == [6, 6, 4]
    assert len(set(sample)) == 16
    for end in range(1, 13):
        assert np.ptp(np.bincount(labels[sample[:end]], minlength=3)) <= 1
    np.testing.assert_array_equal(sample, stratified(labels, 3, 6, seed=1))
    assert set(stratified(labels, 3, 6, 1, labels < 1)) <= set(range(50))
