"""What knows no model: several random orders, averaged image by image."""

from __future__ import annotations

import numpy as np

from generator.analyses.faithfulness.baselines import ORDERS, baseline_curves
from generator.analyses.faithfulness.deletion_insertion import deletion_insertion
from generator.analyses.saliency.baselines import random_order


class Bright:
    """A classifier whose first class is the more likely the brighter the left half."""

    def quick_probabilities(self, faces: np.ndarray) -> np.ndarray:
        part = np.asarray(faces)[:, :, :24].mean(axis=(1, 2)) / 255
        return np.stack([part, 1 - part], axis=1)


def test_random_order_is_the_mean_of_several() -> None:
    faces = np.random.default_rng(3).uniform(0, 255, (3, 48, 48)).astype(np.float32)
    targets = np.array([0, 1, 0])
    found = baseline_curves(Bright(), faces, targets, seed=11)["random"]
    orders = [deletion_insertion(Bright(), faces, targets, random_order(faces, 11 + i)) for i in range(ORDERS)]
    assert len({round(float(one.deletion_areas[0]), 9) for one in orders}) == ORDERS
    for i in range(3):
        np.testing.assert_allclose(found.deletion[i], sum(one.deletion[i] for one in orders) / ORDERS)
        np.testing.assert_allclose(found.insertion_areas[i], np.mean([one.insertion_areas[i] for one in orders]))
