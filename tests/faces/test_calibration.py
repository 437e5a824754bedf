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
    import keras

    from generator.model.network import faces_network

    keras.utils.set_random_seed(1)
    data = drawn_dataset(6000, 1400, seed=2018)
    network = faces_network()
    rate = keras.optimizers.schedules.CosineDecay(0.003, 10 * (6000 // 64))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), loss)
    x = data.train.images[..., None] / np.float32(127.5) - 1
    network.fit(x, data.train.labels, batch_size=64, epochs=10, verbose=0)
    seen = data.evaluation.images[..., None] / np.float32(127.5) - 1
    found = network.predict(seen, batch_size=256, verbose=0).argmax(axis=1)
    confusion = np.zeros((7, 7), dtype=int)
    np.add.at(confusion, (data.evaluation.labels, found), 1)
    assert 0.83 <= np.trace(confusion) / confusion.sum() <= 0.95
    both = confusion + confusion.T
    for a, b in (("fear", "surprise"), ("sad", "neutral"), ("angry", "disgust")):
        i, j = CLASSES.index(a), CLASSES.index(b)
        pairs = both[np.triu_indices(7, 1)]
        assert both[i, j] >= np.sort(pairs)[-8], (a, b, confusion)
