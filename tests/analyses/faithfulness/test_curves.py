"""The curves' figure: every method's line where its numbers put it, LIME's beside those of the saliency stage."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from generator.analyses.faithfulness.deletion_insertion import Curves
from generator.dataset.types import arrays_of
from generator.figures import faithfulness
from generator.figures.faithfulness import HEIGHT, WIDTH
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.lime.fakes import dataset
from tests.analyses.rendered import TEMPLATES, rendered

FRACTIONS = [0.0, 0.25, 1.0]
OWN = Curves(np.array(FRACTIONS), np.array([[0.9, 0.5, 0.1], [0.7, 0.3, 0.1]]), np.array([[0.1, 0.6, 0.8]] * 2))
LIMES = Curves(np.array(FRACTIONS), np.array([[0.8, 0.2, 0.0]]), np.array([[0.0, 1.0, 0.8]]))


def row(score: float, images: int) -> dict[str, object]:
    return {"score": {"value": score}, "images": images, "cascade": []}


def group(**methods: dict[str, object]) -> dict[str, object]:
    return {
        "default_method": "occlusion",
        "images": 2,
        "only_right": True,
        "blur": 8.0,
        "fractions": FRACTIONS,
        "methods": methods,
    }


def drawn(lime: Artifact, images: int = 2) -> Artifact:
    data = dataset()
    saliency = Artifact(
        results={"faithfulness": {**group(occlusion=row(0.3, 2)), "images": images}},
        facts={"curves": {"occlusion": OWN.means()}, "tested": [0, 1]},
    )
    model = Artifact(facts={"classes": list(data.classes)}, arrays={"logits": np.zeros((12, 2), np.float32)})
    inputs = {"dataset": arrays_of(data), "model": model, "saliency": saliency, "lime": lime}
    return faithfulness.run(None, inputs, Context(7, Path()))


@pytest.fixture(scope="module")
def with_lime() -> Artifact:
    facts = {"curve": LIMES.means()}
    return drawn(Artifact(results={"faithfulness": {"methods": {"lime": row(0.4, 1)}}}, facts=facts))


def shown(artifact: Artifact, lang: str) -> str:
    results = {"faithfulness": group(occlusion=row(0.3, 2), lime=row(0.4, 1))}
    # The tables beside it are of no concern here, and need more of the results.
    facts = {"figures": {"faithfulness-curves": artifact.facts["figures"]["faithfulness-curves"]}}
    return rendered("faithfulness", Artifact(facts=facts), results, lang)["faithfulness-curves"]


def test_limes_line_stands_where_its_means_put_it(with_lime: Artifact) -> None:
    lines = re.findall(r'<polyline [^>]*points="([^"]+)"[^>]*><title>([^<]+)</title>', shown(with_lime, "en"))
    assert [name for _, name in lines] == ["Occlusion", "LIME"] * 2, "both charts, the best line on top"
    for (points, name), values in zip(
        lines, [[0.8, 0.4, 0.1], [0.8, 0.2, 0.0], [0.1, 0.6, 0.8], [0.0, 1.0, 0.8]], strict=True
    ):
        found = np.array([[float(number) for number in point.split(",")] for point in points.split()])
        np.testing.assert_allclose(found[:, 0], [0, WIDTH / 2, WIDTH], err_msg=name)
        np.testing.assert_allclose(found[:, 1], HEIGHT * (1 - np.array(values)), atol=0.051, err_msg=name)


def test_the_caption_says_that_limes_images_are_fewer(with_lime: Artifact) -> None:
    assert "LIME’s line is the mean over the 1 of them that LIME has explained." in shown(with_lime, "en")
    assert "其中做過 LIME 的 1 張" in shown(with_lime, "zh-Hant")
    assert "LIME" not in shown(drawn(Artifact()), "en")
    lime = Artifact(results={"faithfulness": {"methods": {"lime": row(0.4, 1)}}}, facts={"curve": LIMES.means()})
    assert "of them that" not in shown(drawn(lime, images=1), "en"), "nothing to say where they are the same"


def test_the_download_holds_every_line(with_lime: Artifact) -> None:
    rows = list(csv.DictReader(with_lime.files["faithfulness-curves.csv"].decode().splitlines()))
    assert [r["method"] for r in rows] == ["occlusion"] * 3 + ["lime"] * 3
    assert [float(r["deletion"]) for r in rows[3:]] == [0.8, 0.2, 0.0]
    assert [float(r["insertion"]) for r in rows[:3]] == pytest.approx([0.1, 0.6, 0.8])


def test_every_line_has_dashes_and_a_colour_in_both_schemes_and_no_two_look_alike() -> None:
    css = (TEMPLATES / "assets" / "site.css").read_text("utf-8")
    for name in faithfulness.DASHES:
        assert len(re.findall(rf"--{name}: #[0-9a-f]{{6}};", css)) == 4, name
    for scheme in range(4):
        looks = [
            (re.findall(rf"--{name}: (#[0-9a-f]+);", css)[scheme], dashes)
            for name, dashes in faithfulness.DASHES.items()
        ]
        assert len(set(looks)) == len(looks)
