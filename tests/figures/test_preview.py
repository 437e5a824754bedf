"""The picture for shared links, and the filter that stands for its layer."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from generator.figures.filters import typical
from generator.figures.preview import HEIGHT, WIDTH, preview


@pytest.mark.parametrize("side", [(48, 48), (20, 48), (300, 300), (900, 500)])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 30])
def test_all_pictures_stand_whole_within_the_preview(count: int, side: tuple[int, int]) -> None:
    pictures = [np.full((*side, 3), (0, 20 + 25 * i if i < 8 else 0, 255), dtype=np.uint8) for i in range(count)]
    image = Image.open(io.BytesIO(preview(pictures)))
    assert image.size == (WIDTH, HEIGHT)
    pixels = np.asarray(image.convert("RGB")).astype(int)
    shown = (pixels[..., 0] < 20) & (pixels[..., 2] > 235)
    assert not shown[[0, -1]].any()
    assert not shown[:, [0, -1]].any()
    sizes = [int((shown & (abs(pixels[..., 1] - 20 - 25 * i) < 6)).sum()) for i in range(min(count, 8))]
    assert len(set(sizes)) == 1
    assert sizes[0] > 10_000
    # Nothing but these pictures: one beyond the eighth would add its own colour.
    assert shown.sum() == sum(sizes)


def _filter(index: int, kind: str, end: float, dead: bool = False) -> dict[str, object]:
    return {"index": index, "kind": kind, "regularised_end": end, "dead": dead, "stuck": False}


def test_the_typical_filter_is_the_middle_one_of_the_commonest_kind() -> None:
    filters = [
        _filter(0, "edges", 9.0),
        _filter(1, "keeps", 1.0),
        _filter(2, "edges", 3.0),
        _filter(3, "edges", 5.0),
        _filter(4, "edges", 4.0, dead=True),
        _filter(5, "keeps", 2.0),
    ]
    assert typical(filters) == 3
    assert typical([_filter(7, "other", 0.0, dead=True)]) == 7
