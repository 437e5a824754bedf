"""How many inputs are worked on at a time."""

from __future__ import annotations

import numpy as np
import pytest

from generator.model import classifier as module
from generator.model.batches import rows_at_once
from tests.analyses.filters.models import small


@pytest.mark.parametrize("rows", [4, 64, 128, 1024])
@pytest.mark.parametrize("side", [16, 48, 64, 96, 224, 640])
def test_large_inputs_take_no_more_room_than_faces_or_eight_of_them(rows: int, side: int) -> None:
    found = rows_at_once(rows, side, side)
    assert 1 <= found <= rows
    assert found * side**2 <= max(rows * 48**2, 8 * side**2)
    if side <= 48:
        assert found == rows


def test_a_model_of_large_inputs_answers_the_same_in_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    net = small(size=96)
    faces = np.random.default_rng(0).integers(0, 256, (40, 48, 48), dtype=np.uint8)
    assert net.batch == 32
    answers = net.logits(faces)
    monkeypatch.setattr(module, "BATCH", 4 * 128)
    assert net.batch == 128
    np.testing.assert_allclose(net.logits(faces), answers, atol=1e-5)
