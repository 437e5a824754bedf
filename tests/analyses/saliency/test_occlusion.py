"""Occlusion and the baselines."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analyses.saliency.baselines import centre_gaussian, edge_map, random_order
from generator.analyses.saliency.occlusion import occlusion, positions
from tests.analyses.saliency.models import MOUTH, convolutional, faces, looks_at_the_mouth


def test_occlusion_is_the_mean_fall_under_the_patches_that_cover_a_pixel():
    net, pictures = convolutional(), faces(2)
    found = occlusion(net.logits, pictures, np.array([1, 0]), patch=20, stride=14)
    for face, target, own in zip(pictures, (1, 0), found, strict=True):
        falls, covers = np.zeros((48, 48)), np.zeros((48, 48))
        for top in (0, 14, 28):
            for left in (0, 14, 28):
                covered = face.astype(np.float32)
                covered[top : top + 20, left : left + 20] = face.mean()
                fall = net.logits(face[None])[0, target] - net.logits(covered[None])[0, target]
                falls[top : top + 20, left : left + 20] += fall
                covers[top : top + 20, left : left + 20] += 1
        np.testing.assert_allclose(own, falls / covers, atol=1e-5)


def test_occlusion_finds_nothing_where_the_model_does_not_look():
    bright = np.full((1, 48, 48), 100)
    bright[:, *MOUTH] = 220
    found = occlusion(looks_at_the_mouth().logits, bright, np.array([0]), patch=4, stride=4)[0]
    assert found[MOUTH].min() > 0
    assert np.abs(found[:26]).max() < 1e-5


@pytest.mark.parametrize(("patch", "stride"), [(8, 4), (7, 5), (1, 1), (47, 47)])
def test_every_pixel_is_covered_and_every_patch_is_whole(patch, stride):
    masks = positions((48, 48), patch, stride)
    assert masks.any(axis=0).all()
    assert (masks.sum(axis=(1, 2)) == patch * patch).all()


def test_a_stride_beyond_the_patch_is_refused():
    with pytest.raises(ValueError, match="never covers"):
        positions((48, 48), 4, 5)


def test_baselines_know_nothing_of_a_model():
    pictures = faces(3)
    assert random_order(pictures, 1).shape == pictures.shape
    np.testing.assert_array_equal(random_order(pictures, 1), random_order(pictures, 1))
    bump = centre_gaussian(pictures)[0]
    np.testing.assert_allclose(bump, bump[::-1, ::-1])
    assert bump.argmax() in (23 * 48 + 23, 23 * 48 + 24, 24 * 48 + 23, 24 * 48 + 24)
    step = np.zeros((1, 48, 48))
    step[:, :, 24:] = 200
    assert edge_map(step)[0, 24, 23] == 800
    assert edge_map(step)[0, 24, 10] == 0
