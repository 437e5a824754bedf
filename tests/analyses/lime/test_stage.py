"""The stage as a whole on a fake classifier: what it measures, that it resumes, that it repeats itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from generator.analyses.lime.chosen import examples_of, sample_of
from generator.analyses.lime.stage import explain_all
from generator.config.schema import LimeOptions
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.lime.fakes import MOUTH, LooksAt, dataset

OPTIONS = LimeOptions(
    first_samples=128, max_samples=256, class_samples=128, seeds=2, images_per_class=3, segmenter_images=2
)
NAMED = {"mouth": {"share": 0.5, "enrichment": 4.0, "low": 3.0, "high": 5.0}}
SALIENCY = Artifact(
    results={
        "saliency": {"happy": NAMED},
        "saliency_by_method": {"occlusion": {"happy": NAMED}, "gradient": {"happy": NAMED}},
    },
    facts={"examples": {"happy": 4, "sad": 1}},
)


class KilledError(Exception):
    pass


def run(
    scratch: Path,
    model: LooksAt | None = None,
    saliency: Artifact = SALIENCY,
    classes: tuple[str, str] = ("happy", "sad"),
) -> Artifact:
    data = dataset(classes=classes)
    return explain_all(OPTIONS, model or LooksAt(MOUTH), data, saliency, Context(7, scratch))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return run(tmp_path_factory.mktemp("lime"))


def test_a_model_that_looks_at_the_mouth_is_explained_by_the_mouth(done: Artifact) -> None:
    for name in ("happy", "sad"):
        found = done.results["lime"][name]
        assert found["region"] == "mouth"
        assert found["regions"]["mouth"]["low"] > 1
        assert found["regions"]["eyes"]["high"] < 1
    assert done.results["agreement"]["happy"]["region"] == "mouth"
    assert done.results["agreement"]["happy"]["mouth"] == 1


def test_every_region_stands_beside_what_chance_gives_it(done: Artifact) -> None:
    for name in ("happy", "sad"):
        mouth, eyes = (done.results["lime"][name]["regions"][region] for region in ("mouth", "eyes"))
        assert mouth["null"] < mouth["null_high"] < mouth["enrichment"]
        assert eyes["enrichment"] < eyes["null_high"]
        assert mouth["decisive_null"] <= mouth["decisive_null_high"] < mouth["decisive"] == 1
    overall = done.results["lime_checks"]["decisive"]
    assert overall["mouth"]["value"] == 1
    assert overall["mouth"]["null_high"] < 1
    assert sum(region["null"] for region in overall.values()) == pytest.approx(1)


def test_fidelity_on_fresh_masks_stands_beside_that_of_the_fit(done: Artifact) -> None:
    for group in (*done.results["lime"].values(), *done.results["lime_checks"]["sampling"].values()):
        assert group["fidelity_fresh"] < group["fidelity"]
    examples = [found["example"]["fidelity_fresh"] for found in done.results["lime"].values()]
    assert done.results["lime_checks"]["fidelity_fresh"] == pytest.approx(np.mean(examples))


def test_without_the_other_methods_no_region_is_agreed_on(done: Artifact) -> None:
    assert done.results["agreement"]["sad"]["region"] is None


@pytest.mark.parametrize(
    ("default", "high", "expected"),
    [
        ("occlusion", 3.5, ["gradient", "lime"]),
        ("occlusion", 2.5, ["gradient", "lime", "occlusion"]),
        ("occlusion", None, ["gradient", "lime", "occlusion"]),
        ("gradient", 3.5, ["lime", "occlusion"]),
    ],
    ids=["above", "below", "none-asked", "of-the-gradients"],
)
def test_the_pages_method_is_held_against_untrained_networks(
    tmp_path: Path, default: str, high: float | None, expected: list[str]
) -> None:
    saliency = Artifact(
        results={**SALIENCY.results, "saliency_untrained": {"happy": {"mouth": {"high": high}}}},
        facts={**SALIENCY.facts, "default_method": default},
    )
    found = run(tmp_path, saliency=saliency)
    named = found.facts["named"]["happy"]
    assert sorted(method for method, regions in named.items() if "mouth" in regions) == expected
    assert found.results["agreement"]["happy"]["region"] == ("mouth" if len(expected) == 3 else None)
    assert found.facts["untrained_method"] == (None if high is None else default)


def test_the_gradients_are_those_of_the_saliency_pages_method_however_the_methods_rank(tmp_path: Path) -> None:
    by_method = {"grad_cam": {"happy": NAMED}, "smoothgrad": {"happy": NAMED, "sad": NAMED}}
    saliency = Artifact(
        results={"saliency_by_method": by_method, "faithfulness": {"ranking": list(by_method)}},
        facts={"default_method": "smoothgrad"},
    )
    found = run(tmp_path, saliency=saliency)
    assert found.facts["gradient_method"] == "smoothgrad"
    assert found.facts["named"]["sad"]["gradient"] == ["mouth"]


def test_examples_are_those_of_question_one_and_carry_all_classes(done: Artifact) -> None:
    assert done.facts["examples"] == {"happy": 4, "sad": 1}
    assert set(done.facts["weights"]["happy"]) == {"happy", "sad"}
    example = done.results["lime"]["happy"]["example"]
    assert example["superpixels"] == len(done.facts["weights"]["happy"]["happy"])
    assert example["samples"] in (128, 256)
    assert -1 <= example["other_agreement"] <= 1


def test_results_are_json_without_nan(done: Artifact) -> None:
    assert json.loads(json.dumps(done.results, allow_nan=False)) == done.results
    json.dumps(done.facts, allow_nan=False)


def test_all_segmenters_are_compared_on_the_same_images(done: Artifact) -> None:
    checks = done.results["lime_checks"]
    assert set(checks["segmenters"]) == {"slic", "quickshift", "felzenszwalb", "grid"}
    assert checks["segmenter_images"] == 2
    means = {name: (v["fidelity_fresh"] + v["stability"]) / 2 for name, v in checks["segmenters"].items()}
    assert checks["best_segmenter"] == max(means, key=means.__getitem__)
    assert all(v["fidelity_fresh"] < v["fidelity"] for v in checks["segmenters"].values())


def test_the_same_input_gives_the_same_results(done: Artifact, tmp_path: Path) -> None:
    again = run(tmp_path)
    assert again.results == done.results
    assert again.facts == done.facts
    assert all(np.array_equal(again.arrays[name], array) for name, array in done.arrays.items())


def test_a_killed_run_goes_on_where_it_was(done: Artifact, tmp_path: Path) -> None:
    class Dies(LooksAt):
        def quick_probabilities(self, images: np.ndarray) -> np.ndarray:
            if self.calls > 12:
                raise KilledError
            return super().quick_probabilities(images)

    with pytest.raises(KilledError):
        run(tmp_path, Dies(MOUTH))
    kept = sorted(tmp_path.glob("explained-*.npz"))
    assert 0 < len(kept) < 6
    assert not list(tmp_path.glob(".explained-*"))
    whole, resumed = LooksAt(MOUTH), LooksAt(MOUTH)
    run(tmp_path / "fresh", whole)
    again = run(tmp_path, resumed)
    assert resumed.images < whole.images
    assert again.results == done.results


def test_without_regions_it_still_explains(tmp_path: Path) -> None:
    from dataclasses import replace

    data = replace(dataset(), region_masks={})
    found = explain_all(OPTIONS, LooksAt(MOUTH), data, Artifact(), Context(7, tmp_path))  # type: ignore[arg-type]
    assert found.results["lime"]["happy"]["region"] is None
    assert found.results["agreement"]["happy"] == {"region": None}


def test_without_saliencys_choice_the_classs_median_is_shown() -> None:
    data = dataset(10)
    logits = np.zeros((10, 2))
    logits[::2, 0] = [5, 1, 3, 2, 4]
    assert examples_of({}, data, logits)["happy"] in range(0, 10, 2)
    own = np.flatnonzero(data.evaluation.labels == 0)
    margins = logits[own, 0] - logits[own].max(axis=1)
    shown = examples_of({}, data, logits)["happy"]
    assert shown == own[np.argsort(margins, kind="stable")[len(own) // 2]]


def test_the_sample_takes_each_classs_own_images_and_first_those_of_the_other_methods() -> None:
    data = dataset(20)
    found = sample_of(data, 4, seed=0, first=[18, 1, 6])
    assert {18, 6} <= set(found["happy"].tolist())
    assert 1 in found["sad"]
    for label, name in enumerate(data.classes):
        assert len(found[name]) == len(set(found[name].tolist())) == 4
        assert (data.evaluation.labels[found[name]] == label).all()
    assert all(np.array_equal(found[name], again) for name, again in sample_of(data, 4, 0, [18, 1, 6]).items())


def test_progress_ends_with_everything_done(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    context = Context(7, tmp_path, lambda done, total, what="": told.append((done, total)))
    explain_all(OPTIONS, LooksAt(MOUTH), dataset(), Artifact(), context)  # type: ignore[arg-type]
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
