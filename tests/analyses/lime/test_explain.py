"""LIME on classifiers with known answers, and against the package as it comes."""

from __future__ import annotations

import numpy as np
import pytest
from lime.lime_image import LimeImageExplainer
from skimage.color import gray2rgb
from sklearn.metrics import pairwise_distances

from generator.analyses.lime.explain import FaceExplainer, _distances
from generator.analyses.lime.regions import region_weights, weight_map
from generator.analyses.lime.sampling import Sampling, block_size, halves, masks, perturbed
from generator.analyses.lime.segmentation import segments_of
from tests.analyses.lime.fakes import EYES, MOUTH, Additive, LooksAt, faces

FACE = faces(1)[0]
SEGMENTS = segments_of(FACE, "slic", 50)


def explained(predict, seed=0, sampling=None, labels=(0,), black=False):  # type: ignore[no-untyped-def]
    explainer = FaceExplainer(sampling or Sampling(256, 512, None), 0.25, seed)
    return explainer.explain(FACE, SEGMENTS, predict, list(labels), black)


@pytest.mark.parametrize("black", [False, True])
def test_known_effects_of_superpixels_are_recovered(black: bool) -> None:
    rng = np.random.default_rng(3)
    effects = rng.normal(0, 0.02, SEGMENTS.max() + 1)
    found = explained(Additive(FACE, SEGMENTS, effects).quick_probabilities, black=black)
    # The package's ridge penalty of 1 shrinks a little.
    assert np.allclose(found.weights[0], effects, atol=0.003)
    assert found.fidelity[0] > 0.98


def test_weights_of_complementary_classes_are_opposite() -> None:
    found = explained(LooksAt(MOUTH).quick_probabilities, labels=(0, 1))
    assert np.allclose(found.weights[0], -found.weights[1], atol=1e-6)
    assert found.fidelity[0] == pytest.approx(found.fidelity[1])


@pytest.mark.parametrize(("mask", "name"), [(MOUTH, "mouth"), (EYES, "eyes")])
def test_a_model_that_looks_at_one_region_only_is_explained_by_it(mask: np.ndarray, name: str) -> None:
    found = explained(LooksAt(mask).quick_probabilities)
    maps = weight_map(found.weights[0], found.segments)[None]
    regions = {"mouth": MOUTH[None], "eyes": EYES[None], "background": ~(MOUTH | EYES)[None]}
    weights = region_weights(maps, regions, seed=0)
    assert max(weights, key=lambda region: weights[region].enrichment) == name
    assert weights[name].enrichment > 3
    assert weights[name].decisive == 1


def test_superpixels_that_the_model_ignores_weigh_nothing_beside_those_it_uses() -> None:
    found = explained(LooksAt(MOUTH).quick_probabilities)
    outside = [k for k in range(found.superpixels) if not MOUTH[k == SEGMENTS].any()]
    inside = [k for k in range(found.superpixels) if MOUTH[k == SEGMENTS].mean() > 0.5]
    assert np.abs(found.weights[0][outside]).max() < 0.2 * np.abs(found.weights[0][inside]).max()


def test_it_is_the_package_when_samples_are_drawn_as_the_package_draws_them() -> None:
    model = LooksAt(MOUTH)
    ours = explained(model.quick_probabilities, seed=7, sampling=Sampling(64, 200, None, balanced=False))
    stock = LimeImageExplainer(kernel_width=0.25, feature_selection="none", random_state=7)
    theirs = stock.explain_instance(
        gray2rgb(FACE.astype(np.float64)),
        lambda rgb: model.quick_probabilities(rgb[..., 0]),
        labels=(0,),
        top_labels=None,
        num_samples=200,
        segmentation_fn=lambda image: SEGMENTS,
        random_seed=0,
        batch_size=50,
    )
    weights = np.zeros(SEGMENTS.max() + 1)
    for superpixel, weight in theirs.local_exp[0]:
        weights[superpixel] = weight
    assert np.allclose(ours.weights[0], weights, rtol=1e-4, atol=1e-7)
    assert ours.fidelity[0] == pytest.approx(theirs.score, rel=1e-4)


def test_distances_are_the_packages_also_where_all_or_nothing_is_hidden() -> None:
    data = (np.random.default_rng(0).random((40, 7)) < 0.5).astype(int)
    data[0], data[1] = 1, 0
    cosine = pairwise_distances(data, np.ones((1, 7)), metric="cosine").ravel()
    np.testing.assert_allclose(_distances(data), cosine, atol=1e-12)


def test_the_weights_solve_the_weighted_ridge_regression() -> None:
    found = explained(LooksAt(MOUTH).quick_probabilities)
    shown = found.data.astype(float)
    cosine = np.array([row.sum() / np.sqrt(max(row.sum(), 1) * shown.shape[1]) for row in shown])
    kernel = np.sqrt(np.exp(-((1 - cosine) ** 2) / 0.25**2))
    y = found.outputs[:, 0]
    x = shown - (kernel[:, None] * shown).sum(axis=0) / kernel.sum()
    target = y - (kernel * y).sum() / kernel.sum()
    slow = np.linalg.solve(x.T @ (kernel[:, None] * x) + np.eye(x.shape[1]), x.T @ (kernel * target))
    assert np.allclose(found.weights[0], slow, atol=1e-8)
    residual = (kernel * (target - x @ slow) ** 2).sum()
    assert found.fidelity[0] == pytest.approx(1 - residual / (kernel * target**2).sum())


def test_drawing_stops_when_the_halves_agree() -> None:
    effects = np.linspace(-0.02, 0.02, SEGMENTS.max() + 1)
    found = explained(Additive(FACE, SEGMENTS, effects).quick_probabilities, sampling=Sampling(128, 4096, 0.9))
    assert found.samples < 4096
    assert found.agreement >= 0.9


def test_drawing_stops_at_the_cap_when_they_never_agree() -> None:
    rng = np.random.default_rng(1)

    def noise(images: np.ndarray) -> np.ndarray:
        return rng.random((len(images), 2))

    found = explained(noise, sampling=Sampling(64, 300, 0.9))
    assert found.samples == 300
    assert found.agreement < 0.9


def test_every_block_is_one_call_of_the_classifier() -> None:
    model = LooksAt(MOUTH)
    explained(model.quick_probabilities, sampling=Sampling(256, 512, None))
    assert (model.calls, model.images) == (1, 512)


def test_a_model_that_ignores_its_input_is_not_called_well_explained() -> None:
    found = explained(lambda images: np.full((len(images), 2), 0.5))
    assert found.fidelity[0] == 0
    assert np.abs(found.weights).max() < 1e-9
    assert found.agreement == 0


def test_the_same_seed_gives_the_same_explanation_and_another_seed_another() -> None:
    first, again, other = (explained(LooksAt(MOUTH).quick_probabilities, seed=s) for s in (1, 1, 2))
    assert np.array_equal(first.weights, again.weights)
    assert not np.array_equal(first.weights, other.weights)


def test_complementary_pairs_quieten_what_superpixels_do_only_together() -> None:
    rng = np.random.default_rng(4)
    additive = Additive(FACE, SEGMENTS, rng.normal(0, 0.02, SEGMENTS.max() + 1))

    def together(images: np.ndarray) -> np.ndarray:
        # An even function of what is shown: a mask and its complement give the same, no superpixel adds anything.
        total = additive.quick_probabilities(images)[:, 0] - 0.1 - additive.effects.sum() / 2
        return np.stack([total**2, 1 - total**2], axis=1)

    def noise(balanced: bool) -> float:
        return float(np.abs(explained(together, 0, Sampling(512, 512, None, balanced)).weights).mean())

    assert noise(balanced=True) < 0.7 * noise(balanced=False)


def test_balanced_masks_come_in_complementary_pairs() -> None:
    drawn = masks(np.random.RandomState(0), 10, 7, balanced=True)
    assert np.array_equal(drawn[::2] + drawn[1::2], np.ones((5, 7)))


@pytest.mark.parametrize("superpixels", [1, 7, 40, 63, 64])
def test_a_balanced_block_shows_every_two_superpixels_in_every_combination_equally_often(superpixels: int) -> None:
    size = block_size(superpixels)
    drawn = masks(np.random.RandomState(1), 2 * size, superpixels, balanced=True)
    for block in (drawn[:size], drawn[size:]):
        signs = 2 * block - 1
        assert np.array_equal(signs.T @ signs, size * np.eye(superpixels))
        assert not signs.sum(axis=0).any()
    assert superpixels == 1 or not np.array_equal(drawn[:size], drawn[size:])


def test_each_balanced_mask_by_itself_is_uniformly_random() -> None:
    first = np.concatenate([masks(np.random.RandomState(s), 1, 3, balanced=True) for s in range(800)])
    counts = np.bincount(first @ [4, 2, 1], minlength=8)
    # 100 are expected of each of the eight; a standard deviation is 9.4.
    assert (np.abs(counts - 100) < 45).all()


@pytest.mark.parametrize(("count", "superpixels"), [(10, 7), (256, 40), (300, 40), (384, 40), (200, 100)])
def test_halves_share_out_the_samples_by_pairs_and_by_blocks_where_there_are_two(count: int, superpixels: int) -> None:
    first, second = halves(count, superpixels)
    assert sorted([*first, *second]) == list(range(count))
    assert abs(len(first) - len(second)) <= 2
    for half in (first, second):
        assert all(i ^ 1 in half for i in half if (i ^ 1) < count)
    if count >= 2 * block_size(superpixels):
        assert np.array_equal(first[: block_size(superpixels)], np.arange(block_size(superpixels)))


def test_balanced_halves_agree_better_than_those_of_masks_drawn_one_by_one() -> None:
    rng = np.random.default_rng(5)
    effects = rng.normal(0, 1, SEGMENTS.max() + 1)
    additive = Additive(FACE, SEGMENTS, effects / np.abs(effects).sum())

    def curved(images: np.ndarray) -> np.ndarray:
        total = additive.quick_probabilities(images)[:, 0]
        return np.stack([total**4, 1 - total**4], axis=1)

    def agreement(balanced: bool) -> float:
        size = 2 * block_size(int(SEGMENTS.max()) + 1)
        return explained(curved, 0, Sampling(size, size, None, balanced)).agreement

    assert agreement(balanced=True) > agreement(balanced=False)


def test_perturbed_images_hide_exactly_the_superpixels_that_are_not_shown() -> None:
    shown = masks(np.random.RandomState(0), 6, SEGMENTS.max() + 1, balanced=False)
    hidden = np.full(FACE.shape, 7.0)
    made = perturbed(FACE, hidden, SEGMENTS, shown)
    for image, row in zip(made, shown, strict=True):
        for k in range(SEGMENTS.max() + 1):
            inside = k == SEGMENTS
            assert np.array_equal(image[inside], FACE[inside] if row[k] else hidden[inside])
