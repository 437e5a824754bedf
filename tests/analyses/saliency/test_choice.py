"""Images are chosen by stated rules."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.saliency.choice import examples, likeness, stratified
from generator.errors import InputError
from tests.analyses.saliency.models import dataset


def test_the_example_is_the_one_most_like_the_mean_face_of_the_middle_fifth_of_its_class():
    data = dataset()
    logits = np.random.default_rng(0).normal(size=(24, 2))
    probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    images = data.evaluation.images.astype(float)
    for label, name in enumerate(data.classes):
        own = {i: probability[i, label] for i in range(24) if data.evaluation.labels[i] == label}
        assert len(own) == 12
        # Two of twelve: the sixth and the seventh.
        two = sorted(own, key=own.get)[5:7]
        mean = images[list(own)].mean(axis=0).ravel()
        alike = {i: np.corrcoef(images[i].ravel(), mean)[0, 1] for i in two}
        assert examples(data, logits, None)[name] == max(alike, key=alike.get)


def test_of_few_images_the_median_is_shown():
    data = dataset()
    few = data.with_evaluation(np.isin(np.arange(24), [0, 1, 2, 3, 4, 6]))
    logits = np.zeros((6, 2))
    logits[:, 0] = np.arange(6)
    for label, name in enumerate(few.classes):
        members = np.flatnonzero(few.evaluation.labels == label)
        assert examples(few, logits, None)[name] == sorted(members, reverse=label == 1)[len(members) // 2]


def test_likeness_does_not_go_by_light_or_contrast():
    face = np.random.default_rng(1).normal(size=(8, 8))
    images = np.stack([face, 3 * face + 40, -face, np.full((8, 8), 7.0)])
    np.testing.assert_allclose(likeness(images, face), [1, 1, -1, 0], atol=1e-12)


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
