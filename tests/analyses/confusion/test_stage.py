"""The confusion stage and its figures on predictions with known counts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from generator.analyses.confusion.stage import run
from generator.config.schema import ConfusionOptions
from generator.dataset.types import Dataset, Split, arrays_of
from generator.figures import confusion as drawing
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.rendered import Seen, rendered

CLASSES = ("angry", "happy", "sad")
COUNTS = np.array([[6, 1, 3], [0, 10, 0], [4, 0, 4]])
SALIENCY = {
    name: {
        "mouth": {"share": 0.1 * e, "enrichment": e, "low": e - 0.1, "high": e + 0.1},
        "background": {"share": 1 - 0.1 * e, "enrichment": (1 - 0.1 * e) / 0.9, "low": 0.5, "high": 1.0},
    }
    for name, e in zip(CLASSES, (2.0, 4.0, 1.5), strict=True)
}


def inputs(train_sizes: tuple[int, ...] = (5, 20, 2)) -> dict[str, Artifact]:
    rng = np.random.default_rng(0)
    pairs = [(i, j) for i in range(3) for j in range(3) for _ in range(COUNTS[i, j])]
    labels = np.array([i for i, _ in pairs])
    logits = rng.normal(0, 0.1, (len(pairs), 3))
    logits[np.arange(len(pairs)), [j for _, j in pairs]] += 2

    def split(own: np.ndarray) -> Split:
        images = rng.integers(0, 256, (len(own), 48, 48)).astype(np.uint8)
        return Split(images, own, tuple(f"#{i}" for i in range(len(own))))

    data = Dataset(CLASSES, split(np.repeat(np.arange(3), train_sizes)), split(labels), "test", {})
    return {
        "dataset": arrays_of(data),
        "model": Artifact(
            results={"model": {"accuracy": 20 / 28}}, facts={"classes": list(CLASSES)}, arrays={"logits": logits}
        ),
        "saliency": Artifact(results={"saliency": SALIENCY}),
    }


def counted(options: ConfusionOptions | None = None, **changes: tuple[int, ...]) -> Artifact:
    return run(options or ConfusionOptions(), inputs(**changes), Context(1, Path()))


def test_counts_rates_and_training_images() -> None:
    found = counted()
    assert np.array_equal(found.arrays["matrix"], COUNTS)
    measured = found.results["confusion"]
    assert measured["recall"]["angry"]["value"] == pytest.approx(0.6)
    assert measured["recall"]["angry"]["n"] == 10
    assert measured["precision"]["happy"]["value"] == pytest.approx(10 / 11)
    assert measured["f1"]["sad"] == pytest.approx(2 * 4 / (8 + 7))
    assert measured["macro_f1"] == pytest.approx(np.mean(list(measured["f1"].values())))
    assert measured["train"] == {"angry": 5, "happy": 20, "sad": 2}
    assert (measured["top"][0]["true"], measured["top"][0]["predicted"]) == ("sad", "angry")


def test_association_compares_classes_and_states_their_number() -> None:
    association = counted().results["confusion"]["association"]
    assert association["highest"] == {"spearman": 1.0, "p": pytest.approx(2 / 6), "n": 3}
    assert association["train"]["spearman"] == 1.0
    assert association["classes"]["happy"]["region"] == "mouth"


def test_training_sizes_that_hardly_differ_have_no_order() -> None:
    association = counted(train_sizes=(100, 101, 100)).results["confusion"]["association"]
    assert association["train"]["spearman"] is None


def test_without_saliency_the_rest_is_still_measured() -> None:
    given = inputs()
    del given["saliency"]
    association = run(ConfusionOptions(), given, Context(1, Path())).results["confusion"]["association"]
    assert association["highest"]["spearman"] is None
    assert association["train"]["spearman"] == 1.0


def test_results_are_json_without_nan_and_the_same_twice() -> None:
    first, second = counted(), counted()
    assert json.loads(json.dumps(first.results, allow_nan=False)) == second.results
    assert first.facts == second.facts


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_every_figure_is_whole_and_every_filled_cell_leads_to_its_images(lang: str) -> None:
    given = {**inputs(), "confusion": counted()}
    figures = drawing.run(None, given, Context(1, Path()))
    results = {
        **given["confusion"].results,
        **given["model"].results,
        "dataset": {"source": {"kind": "folder"}, "split": "test"},
    }
    made = rendered("confusion", figures, results, lang)
    names = ("matrix", "measures", "pairs", "calibration", "association")
    assert set(made) == {f"confusion-{name}" for name in names}
    for html in made.values():
        seen = Seen(html)
        assert not seen.open
        assert all(source.removeprefix("figures/confusion/") in figures.files for source in seen.sources)
        assert all(seen.alts)
        assert "None" not in html
    matrix = Seen(made["confusion-matrix"])
    cells = [link.removeprefix("#") for link in matrix.links if link.startswith("#cell-")]
    assert len(cells) == (COUNTS > 0).sum()
    assert set(cells) <= set(matrix.ids)
    assert len(matrix.ids) == len(set(matrix.ids))
