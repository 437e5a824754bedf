"""What the templates are given to write with."""

from __future__ import annotations

import pytest

from generator.site.templates import breakable


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("saliency.happy.mouth.low > 0.5", "saliency.<wbr>happy.<wbr>mouth.<wbr>low &gt; 0.5"),
        ("tsne.training[-1].low", "tsne.<wbr>training[-1].<wbr>low"),
        ("knn_accuracy", "knn_<wbr>accuracy"),
        ("<script>", "&lt;script&gt;"),
        ("conv2d_1", "conv2d_1"),
    ],
)
def test_long_names_break_before_a_part_and_never_within_a_number(name: str, written: str) -> None:
    assert breakable(name) == written
