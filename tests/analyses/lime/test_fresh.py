"""R^2 on masks that a fit has not seen, against a slow definition and on noise."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.lime.explain import Explanation, FaceExplainer
from generator.analyses.lime.local import LocalModel
from generator.analyses.lime.sampling import Sampling, block_size, halves, masks
from generator.analyses.lime.segmentation import segments_of
from generator.analyses.lime.shown import curve_sizes, explain_example, sampling_curve
from tests.analyses.lime.fakes import MOUTH, LooksAt, faces

FACE = faces(1)[0]
SEGMENTS = segments_of(FACE, "slic", 50)
BLOCK = block_size(int(SEGMENTS.max()) + 1)


def slow_kernel(data: np.ndarray) -> np.ndarray:
    """The root of an exponential kernel of width 0.25 over the cosine distance to all ones."""
    cosine = np.array([row.sum() / np.sqrt(max(row.sum(), 1) * len(row)) for row in data.astype(float)])
    return np.asarray(np.sqrt(np.exp(-((1 - cosine) ** 2) / 0.25**2)))


def slow_fresh(own: np.ndarray, y: np.ndarray, other: np.ndarray, z: np.ndarray) -> float:
    """Weighted R^2 on masks `other` and outputs z of the ridge regression (penalty 1) on masks `own` and outputs y."""
    kernel, x = slow_kernel(own), own.astype(float)
    middle, level = kernel @ x / kernel.sum(), kernel @ y / kernel.sum()
    centred = x - middle
    weights = np.linalg.solve(
        centred.T @ (kernel[:, None] * centred) + np.eye(x.shape[1]), centred.T @ (kernel * (y - level))
    )
    k = slow_kernel(other)
    residual, spread = 0.0, 0.0
    for weight, mask, output in zip(k, other.astype(float), z, strict=True):
        residual += weight * (output - (level + (mask - middle) @ weights)) ** 2
        spread += weight * (output - (k @ z) / k.sum()) ** 2
    return 1 - residual / spread


def explained(predict, samples: int) -> Explanation:  # type: ignore[no-untyped-def]
    return FaceExplainer(Sampling(samples, samples, None), 0.25, 0).explain(FACE, SEGMENTS, predict, [0])


def test_each_halfs_fit_is_judged_on_the_other_half() -> None:
    found = explained(LooksAt(MOUTH).quick_probabilities, 2 * BLOCK)
    y = found.outputs[:, 0]
    first, second = halves(*found.data.shape)
    slow = [slow_fresh(found.data[a], y[a], found.data[b], y[b]) for a, b in ((first, second), (second, first))]
    assert found.fidelity_fresh == pytest.approx(np.mean(slow), abs=1e-8)


def test_noise_is_fitted_but_not_foretold() -> None:
    rng = np.random.default_rng(1)
    found = explained(lambda images: rng.random((len(images), 2)), 128)
    assert found.fidelity[0] > 0.2
    assert found.fidelity_fresh < 0


def test_a_constant_output_has_nothing_to_foretell() -> None:
    found = explained(lambda images: np.full((len(images), 2), 0.5), 64)
    assert found.fidelity_fresh == 0
    assert LocalModel(0.5, np.zeros(3), 0.0).score_on(np.ones((4, 3)), np.full(4, 0.5), np.ones(4)) == 0


def test_examples_are_judged_on_the_masks_of_the_other_seeds() -> None:
    predict = LooksAt(MOUTH).quick_probabilities
    shown = explain_example(FACE, SEGMENTS, predict, [0, 1], Sampling(BLOCK, BLOCK, None), 0.25, 0, 3, 5)
    slow = [
        slow_fresh(own, y[:, 0], other[1:], z[1:, 0])
        for a, (own, y) in enumerate(shown.runs)
        for b, (other, z) in enumerate(shown.runs)
        if a != b
    ]
    assert shown.fidelity_fresh == pytest.approx(np.mean(slow), abs=1e-8)
    (at,) = sampling_curve([shown], [0], [BLOCK], 0.25, 5)
    assert at.fidelity_fresh == pytest.approx(np.mean(slow), abs=1e-8)


def test_few_masks_look_as_good_only_to_the_fit_itself() -> None:
    predict = LooksAt(MOUTH).quick_probabilities
    shown = explain_example(FACE, SEGMENTS, predict, [0, 1], Sampling(512, 512, None), 0.25, 0, 2, 5)
    few, many = sampling_curve([shown], [0], [64, 512], 0.25, 5)
    assert few.fidelity - few.fidelity_fresh > 3 * (many.fidelity - many.fidelity_fresh)
    assert few.fidelity_fresh < many.fidelity_fresh


@pytest.mark.parametrize("superpixels", [10, 31, 40, 63, 64])
def test_the_curve_begins_where_the_masks_tell_all_superpixels_apart(superpixels: int) -> None:
    sizes = curve_sizes(1024, superpixels)
    assert sizes[-1] == 1024
    assert sizes == [1024 // 2**step for step in reversed(range(len(sizes)))]
    drawn = masks(np.random.RandomState(0), sizes[0], superpixels, balanced=True)
    assert np.linalg.matrix_rank(drawn - drawn.mean(axis=0)) == superpixels
    fewer = masks(np.random.RandomState(0), sizes[0] // 2, superpixels, balanced=True)
    # Ten superpixels fill no block, so that fewer masks may do for them.
    assert superpixels == 10 or np.linalg.matrix_rank(fewer - fewer.mean(axis=0)) < superpixels


def test_a_cap_below_a_block_is_the_whole_curve() -> None:
    assert curve_sizes(64, 40) == [64]
