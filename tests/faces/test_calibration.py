"""The faces are worth explaining: too hard for a linear rule, learnable by the small network, never trivial."""

from __future__ import annotations

import numpy as np
import pytest

from generator.faces import CLASSES, drawn_dataset


def test_a_linear_rule_on_raw_pixels_fails():
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    data = drawn_dataset(980, 350, seed=11)
    x = data.train.images.reshape(len(data.train), -1).astype(np.float32)
    mean, std = x.mean(axis=0), x.std(axis=0) + 1
    with threadpool_limits(1):
        rule = LogisticRegression(C=1e-3, tol=1e-2, max_iter=200).fit((x - mean) / std, data.train.labels)
    seen = (data.evaluation.images.reshape(350, -1) - mean) / std
    assert 0.2 < rule.score(seen, data.evaluation.labels) < 0.6


@pytest.mark.slow
def test_the_default_network_learns_most_and_confuses_what_people_confuse():
    from generator.model.recipe import FACES
    from generator.model.training import Trainer, compiled_logits

    data = drawn_dataset(6000, 1400, seed=2018)
    images, labels = data.train.images, data.train.labels
    trained = Trainer(FACES, images[300:], labels[300:], (images[:300], labels[:300]), 7).run()
    found = compiled_logits(trained.network, FACES)(data.evaluation.images).argmax(axis=1)
    confusion = np.zeros((7, 7), dtype=int)
    np.add.at(confusion, (data.evaluation.labels, found), 1)
    assert 0.85 <= np.trace(confusion) / confusion.sum() <= 0.95
    both = confusion + confusion.T
    for a, b in (("fear", "surprise"), ("sad", "neutral"), ("angry", "disgust")):
        i, j = CLASSES.index(a), CLASSES.index(b)
        pairs = both[np.triu_indices(7, 1)]
        assert both[i, j] >= np.sort(pairs)[-6], (a, b, confusion)
