"""The whole stage on models whose answer is known, and its figures in both languages."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from generator.analyses.faithfulness.randomisation import blocks_of, kept, randomise
from generator.analyses.saliency import stage
from generator.analyses.saliency.methods import METHODS, Explainer
from generator.config.schema import SaliencyOptions
from generator.dataset.types import Dataset, arrays_of
from generator.errors import BuildError, InputError
from generator.model.classifier import Classifier
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.rendered import Seen, rendered
from tests.analyses.saliency.models import MOUTH, convolutional, dataset, linear, looks_at_the_mouth

SMALL = SaliencyOptions(
    images_per_class=4, default_images_per_class=6, randomisation_images_per_class=2, noise_samples=5, steps=8, stride=8
)
SHARED = Path(__file__).parents[4] / "shared" / "data"
Run = Callable[..., tuple[Artifact, dict[str, Artifact]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def go(classifier: Classifier, data: Dataset, options: SaliencyOptions = SMALL):
        monkeypatch.setattr(stage, "opened", lambda inputs: (classifier, data))
        model = Artifact(
            facts={"classes": list(classifier.classes), "preprocess": vars(classifier.preprocess)},
            arrays={"logits": classifier.logits(data.evaluation.images)},
        )
        inputs = {"dataset": arrays_of(data), "model": model}
        return stage.run(options, inputs, Context(7, tmp_path)), inputs

    return go


def test_a_model_that_looks_at_the_mouth_is_found_out(run):
    artifact, _ = run(looks_at_the_mouth(), dataset())
    by_method = artifact.results["saliency_by_method"]
    assert set(by_method) == set(METHODS) - {"grad_cam"}
    for method in ("gradient", "gradient_x_input", "smoothgrad", "integrated_gradients"):
        for regions in by_method[method].values():
            assert regions["mouth"]["share"] == pytest.approx(1)
            assert regions["mouth"]["low"] > 10
    for regions in by_method["occlusion"].values():
        # Patches at the rim of the mouth cover some of its surroundings.
        assert regions["mouth"]["low"] > 3
        assert regions["forehead"]["share"] < 1e-6
    truth = artifact.results["faithfulness"]["methods"]["gradient"]["truth"]
    assert (truth["pointing"], truth["mass"]["value"]) == (1, pytest.approx(1))
    assert artifact.results["saliency_checks"]["max_gradient"]["happy"] == pytest.approx(2 * 8 / 180)
    assert artifact.results["saliency_checks"]["completeness_relative"] < 1e-4


def test_without_untrained_networks_their_factors_are_null_and_the_rest_is_as_before(run):
    more, _ = run(convolutional(), dataset())
    none, _ = run(convolutional(), dataset(), msgspec.structs.replace(SMALL, untrained_images_per_class=0))
    assert none.results["saliency_checks"]["untrained_images"] == {}
    cells = [cell for regions in none.results["saliency_untrained"].values() for cell in regions.values()]
    assert cells
    assert all(set(cell.values()) == {None} for cell in cells)
    assert none.results["saliency"] == more.results["saliency"]
    assert none.results["faithfulness"] == more.results["faithfulness"]


def test_single_maps_of_smoothgrad_take_more_noisy_copies(run):
    classifier, data = convolutional(), dataset()
    artifact, _ = run(classifier, data)
    checks = artifact.results["saliency_checks"]
    assert (checks["noise_samples"], checks["shown_noise_samples"]) == (5, 200)
    index = np.array(list(artifact.facts["examples"].values()))
    more = msgspec.structs.replace(SMALL, noise_samples=200)
    images, labels = data.evaluation.images[index], data.evaluation.labels[index]
    for method, options in (("smoothgrad", more), ("occlusion", SMALL)):
        found = Explainer(classifier, options, 7).maps([method], images, labels)[method].importance
        np.testing.assert_allclose(artifact.arrays[f"example_{method}"], found, rtol=1e-3, atol=1e-5)
    first = artifact.facts["tested"][:1]
    found = Explainer(classifier, more, 7).maps(
        ["smoothgrad"], data.evaluation.images[first], data.evaluation.labels[first]
    )
    np.testing.assert_allclose(artifact.arrays["cascade_smoothgrad"][0], found["smoothgrad"].magnitude[0], rtol=1e-3)


def test_the_methods_pass_on_it_and_baselines_do_not(run):
    artifact, _ = run(looks_at_the_mouth(), dataset())
    methods = artifact.results["faithfulness"]["methods"]
    assert methods["gradient"]["passes"], methods["gradient"]["reasons"]
    for name in ("random", "centre", "edges"):
        assert "randomisation" in methods[name]["reasons"]
    default = artifact.results["faithfulness"]["default_method"]
    assert methods[default]["kind"] == "method"
    assert artifact.results["saliency"] == artifact.results["saliency_by_method"][default]
    untrained = artifact.results["saliency_untrained"]
    for name, regions in artifact.results["saliency"].items():
        assert regions["mouth"]["low"] > untrained[name]["mouth"]["high"]
    assert artifact.results["saliency_checks"]["untrained_images"] == {"happy": 10, "sad": 10}
    assert set(artifact.results["saliency"]) == {"happy", "sad"}


def test_on_a_randomised_model_nothing_points_to_the_mouth():
    model, data = looks_at_the_mouth(), dataset()
    explainer = Explainer(model, SMALL, 0)
    images, labels = data.evaluation.images, data.evaluation.labels
    mouth = data.region_masks["mouth"]

    def enriched():
        maps = explainer.maps(["gradient", "occlusion"], images, labels)
        return {n: (m.magnitude * mouth).sum() / m.magnitude.sum() / mouth.mean() for n, m in maps.items()}

    trained = enriched()
    with kept(model):
        for block in blocks_of(model):
            randomise(block, np.random.default_rng(0))
        random = enriched()
    assert 0.8 < random["gradient"] < 1.2
    # Hiding the mouth still changes the picture most: it is the brightest or the darkest place.
    assert random["occlusion"] < trained["occlusion"] / 2
    assert enriched() == trained


def test_an_untrained_model_gets_no_method_past_the_gate(run):
    """Its probabilities hardly depend on the image, so that no order of pixels is better than another."""
    artifact, _ = run(linear(np.random.default_rng(0).normal(size=(2, 48, 48)) * 1e-4), dataset())
    rows = artifact.results["faithfulness"]["methods"]
    assert all(row["score"]["value"] < 0.02 for row in rows.values())


def test_a_saturated_model_stops_the_build(run):
    with pytest.raises(BuildError, match="most gradient maps of the class 'happy' are saturated"):
        run(linear(np.full((2, 48, 48), 1e-12)), dataset())


def test_a_model_that_ignores_a_class_stops_the_build(run):
    weights = np.ones((2, 48, 48))
    weights[1] = 0
    with pytest.raises(BuildError, match="gradient maps of the class 'sad' are 0 everywhere"):
        run(linear(weights), dataset())


def test_a_stride_beyond_the_patch_is_refused(run):
    with pytest.raises(InputError, match=r"saliency\.stride \(9\) is larger"):
        run(looks_at_the_mouth(), dataset(), SaliencyOptions(patch=8, stride=9))


def test_two_runs_give_the_same_bytes(run):
    first, second = (run(convolutional(), dataset())[0] for _ in range(2))
    assert json.dumps(first.results, allow_nan=False) == json.dumps(second.results)
    assert json.dumps(first.facts) == json.dumps(second.facts)
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[name])


def test_every_method_gives_maps_of_the_face_whatever_the_input_size(run):
    artifact, _ = run(convolutional(size=20), dataset())
    for method in METHODS:
        assert artifact.arrays[f"sample_{method}"].shape == (8, 48, 48)
        assert artifact.arrays[f"mean_{method}"].shape == (2, 48, 48)
    assert len(artifact.facts["sample"]) == 8
    assert set(artifact.facts["tested"]) <= set(artifact.facts["sample"])
    assert list(artifact.facts["examples"]) == ["happy", "sad"]


def drawn_in(lang, artifact, figures):
    """The figures about faithfulness by name, as HTML."""
    return rendered("faithfulness", figures, artifact.results, lang)


def test_a_model_that_gets_nothing_right_is_compared_on_all_images_and_the_caption_says_so(run, tmp_path):
    from generator.figures import faithfulness

    data = dataset()
    weights = np.zeros((2, 48, 48))
    weights[0][MOUTH], weights[1][MOUTH] = -8 / 180, 8 / 180
    said = {}
    for name, classifier in (("right", looks_at_the_mouth()), ("wrong", linear(weights))):
        artifact, inputs = run(classifier, data)
        assert artifact.results["faithfulness"]["only_right"] is (name == "right")
        assert len(artifact.facts["tested"]) == artifact.results["faithfulness"]["images"] == 8
        figures = faithfulness.run(None, {**inputs, "saliency": artifact, "lime": Artifact()}, Context(7, tmp_path))
        said[name] = [drawn_in(lang, artifact, figures)["faithfulness-curves"] for lang in ("en", "zh-Hant")]
    assert "8 images that are classified right, out of a sample" in said["right"][0]
    assert "8 張預測正確影像的平均（先以固定種子" in said["right"][1]
    assert "8 images of which the model gets none right, out of a sample" in said["wrong"][0]
    assert "8 張影像的平均（模型沒有一張預測正確）（先以固定種子" in said["wrong"][1]


def test_where_no_compared_image_has_evidence_the_figure_says_so(run, tmp_path):
    from generator.figures import faithfulness

    data = dataset()
    data = replace(data, evidence=np.zeros_like(data.evidence))
    artifact, inputs = run(looks_at_the_mouth(), data)
    assert all(row["truth"] is None for row in artifact.results["faithfulness"]["methods"].values())
    figures = faithfulness.run(None, {**inputs, "saliency": artifact, "lime": Artifact()}, Context(7, tmp_path))
    for lang, words in (("en", "none of them carries an expression"), ("zh-Hant", "沒有一張帶有表情")):
        html = drawn_in(lang, artifact, figures)["faithfulness-truth"]
        assert words in html
        assert "<table" not in html
        assert not Seen(html).open


@pytest.mark.parametrize("evidence", [True, False])
def test_figures_render_in_both_languages(run, tmp_path, evidence):
    from generator.figures import faithfulness, saliency
    from generator.site.figures import collect_figures, render_figure
    from generator.site.strings import load_strings
    from generator.site.templates import environment_of

    data = dataset(evidence=evidence)
    artifact, inputs = run(convolutional(), data)
    inputs = {**inputs, "saliency": artifact, "lime": Artifact()}
    drawn = {
        f"{name}-figures": module.run(None, inputs, Context(7, tmp_path))
        for name, module in (("saliency", saliency), ("faithfulness", faithfulness))
    }
    templates = Path(__file__).parents[3] / "templates"
    environment, strings = environment_of(templates), load_strings(templates / "strings")
    placed = collect_figures(drawn)
    assert ("faithfulness-truth" in placed) is evidence
    assert len(placed) == 7 + evidence
    json.dumps([one.facts for one in drawn.values()], allow_nan=False)
    for lang in ("en", "zh-Hant"):
        context = {
            "t": lambda key, lang=lang, **values: strings.text(lang, key, **values),
            "lang": lang,
            "results": artifact.results,
            "class_name": lambda key, lang=lang: strings.text(lang, f"class.{key}"),
            "region_name": lambda key, lang=lang: strings.text(lang, f"region.{key}"),
        }
        for figure in placed.values():
            html = str(render_figure(environment, figure, "../assets/", context))
            assert html.count("<img") == html.count("alt=")
            for source in html.split('src="')[1:]:
                name = source.split('"')[0].removeprefix(f"../assets/figures/{figure.stage}/")
                assert name in drawn[f"{figure.stage}-figures"].files
    right_wrong = str(render_figure(environment, placed["saliency-right-wrong"], "", context))
    compared = [
        region
        for name, found in artifact.results["saliency_right"].items()
        for region in found
        if region in artifact.results["saliency_wrong"].get(name, {})
    ]
    assert placed["saliency-right-wrong"].data["comparisons"] == len(compared)
    assert "總共比較了" not in right_wrong
    figure = copy.deepcopy(placed["saliency-right-wrong"])
    figure.data["comparisons"] = 12
    assert "總共比較了 12 次" in str(render_figure(environment, figure, "", context))
    for row in figure.data["rows"]:
        row["wrong"] = None
    without = str(render_figure(environment, figure, "", context))
    assert "沒有一張影像預測錯誤" in without
    assert "沒有明確差異" not in without
    examples = str(render_figure(environment, placed["saliency-examples"], "", context))
    assert examples.count("data-method=") == len(METHODS)
    assert examples.count(" data-away>") == len(METHODS) - 1


@pytest.mark.parametrize("names", [("right-x", "x"), ("preview", "x")])
def test_no_name_of_a_class_is_that_of_another_picture(run, tmp_path, names):
    from generator.figures import saliency

    made = []
    for classes in (("happy", "sad"), names):
        classifier, data = convolutional(), replace(dataset(), classes=classes)
        classifier.classes = classes
        artifact, inputs = run(classifier, data)
        made.append(saliency.run(None, {**inputs, "saliency": artifact}, Context(7, tmp_path)))
    assert len(made[0].files) == len(made[1].files)


def test_the_gate_is_seen_where_a_method_fails(run, tmp_path):
    artifact, _ = run(convolutional(), dataset())
    row = artifact.results["faithfulness"]["methods"]["gradient"]
    row["passes"], row["reasons"] = False, ["edges", "randomisation"]
    from generator.site.strings import load_strings
    from generator.site.templates import environment_of

    templates = Path(__file__).parents[3] / "templates"
    strings = load_strings(templates / "strings")
    gate = (
        environment_of(templates)
        .get_template("figures/_saliency.html")
        .make_module({"results": artifact.results, "t": lambda key: strings.text("en", key)})
    )
    text = str(gate.gate("gradient"))
    assert 'class="warning"' in text
    assert "edge map in deletion, and hardly changes" in text


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")
def test_a_model_of_another_size_is_explained_on_the_face():
    from generator.model.loading import load_keras, logits_model
    from generator.model.preprocess import Preprocess

    path = SHARED / "models" / "mini_xception_fer2013.hdf5"
    model, _ = logits_model(load_keras(path, False), (64, 64, 1), str(path))
    net = Classifier(model, Preprocess(64, 64, 1, low=-1, high=1), tuple("abcdefg"))
    smooth = np.zeros((2, 48, 48), np.uint8)
    smooth[:] = 120 + 60 * np.sin(np.arange(48) / 5)[None, :, None]
    found = Explainer(net, SMALL, 0).maps(METHODS, smooth, np.array([3, 5]))
    for name, maps in found.items():
        assert maps.magnitude.shape == (2, 48, 48), name
        assert np.isfinite(maps.signed).all(), name
    assert found["gradient"].magnitude.max() > 1e-4
