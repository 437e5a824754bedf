"""LIME's way through the randomisation: where it is looked at, and what is judged."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.faithfulness.randomisation import blocks_of
from generator.analyses.faithfulness.similarity import ssim
from generator.analyses.lime.explain import Explanation
from generator.analyses.lime.faithful import lime_row
from generator.analyses.lime.regions import weight_map
from generator.analyses.lime.whole import Explained
from generator.dataset.types import Dataset
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
from tests.analyses.lime.fakes import dataset, of_saliency

LAYERS = ("logits", "dense_3", "dense_2", "dense_1")
GRID = np.arange(48)[:, None] // 12 * 4 + np.arange(48)[None] // 12


def four_layers() -> Classifier:
    import keras

    flow = inputs = keras.Input((48, 48, 1))
    flow = keras.layers.Flatten()(flow)
    for name in reversed(LAYERS[1:]):
        flow = keras.layers.Dense(6, name=name, activation="tanh")(flow)
    return Classifier(
        keras.Model(inputs, keras.layers.Dense(2, name="logits")(flow)), Preprocess(48, 48, 1), ("happy", "sad")
    )


def explanation(weights: np.ndarray) -> Explanation:
    nothing = np.empty((0, 16))
    return Explanation(GRID, weights[None], np.ones(1), 1.0, 0, 1.0, 1.0, nothing, nothing)


def explained(data: Dataset) -> Explained:
    count = len(data.evaluation.labels)
    weights = tuple(np.random.default_rng(image).normal(size=16) for image in range(count))
    ones = np.ones(count)
    maps = np.stack([weight_map(own, GRID) for own in weights])
    segments = np.stack([GRID] * count)
    return Explained(np.arange(count), maps, segments, weights, ones, ones, ones, ones, ones, ones)


def test_the_verdict_is_of_the_upper_half_and_the_lower_layers_are_random_at_the_end_only() -> None:
    classifier, data = four_layers(), dataset(4)
    whole = explained(data)
    trained = {name: np.array(classifier.logits_model.get_layer(name).kernel) for name in LAYERS}
    assert [block.name for block in blocks_of(classifier)] == list(LAYERS)
    looks: list[list[str]] = []

    def explain(index: int, label: int) -> Explanation:
        now = [n for n in LAYERS if not np.array_equal(trained[n], classifier.logits_model.get_layer(n).kernel)]
        if not index:
            looks.append(now)
        # As trained while fewer than all layers are random, and something else after that.
        own = np.random.default_rng(index + (100 if len(now) == 4 else 0)).normal(size=16)
        return explanation(own)

    made = lime_row(classifier, data, {"all": whole}, of_saliency(classifier, data, [0, 1, 2, 3]), explain, seed=0)
    assert made is not None
    row = made[0]
    assert looks == [["logits"], ["logits", "dense_3"], list(LAYERS)]
    assert [step.layer for step in row.cascade] == ["logits", "dense_3", "dense_1"]
    assert row.unmoved == pytest.approx(1)
    assert row.reasons[-1] == "randomisation"
    assert row.randomised is not None
    others = np.stack([weight_map(np.random.default_rng(image + 100).normal(size=16), GRID) for image in range(4)])
    assert row.randomised.ssim.value == pytest.approx(ssim(np.abs(whole.maps), np.abs(others)).mean())
    assert row.randomised.ssim.value < 0.9
    for name in LAYERS:
        assert np.array_equal(trained[name], np.array(classifier.logits_model.get_layer(name).kernel))


def test_it_is_held_against_the_tables_own_baselines_on_the_images_that_both_have() -> None:
    classifier, data = four_layers(), dataset(5)
    whole = explained(data)
    some = Explained(*(values[:4] for values in vars(whole).values()))
    saliency = of_saliency(classifier, data, [4, 2, 0])
    made = lime_row(classifier, data, {"all": some}, saliency, lambda i, _: explanation(whole.weights[i]), seed=0)
    assert made is not None
    row, curves = made
    assert row.images == 2
    random = np.trapezoid(np.asarray(saliency.arrays["baseline_random"])[0, 1:], curves.fractions)
    assert row.beyond_random.value == pytest.approx((random - curves.deletion_areas).mean())
    assert lime_row(classifier, data, {"all": some}, of_saliency(classifier, data, [4]), None, seed=0) is None  # type: ignore[arg-type]
