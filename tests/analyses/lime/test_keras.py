"""The stage on Keras models: one that sees only the mouth, and the published one with its 64x64 input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator.analyses.faithfulness.deletion_insertion import FRACTIONS
from generator.analyses.lime.stage import explain_all
from generator.config.schema import LimeOptions
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.lime.fakes import MOUTH, dataset, of_saliency

MODEL = Path(__file__).resolve().parents[3].parent / "shared/data/models/mini_xception_fer2013.hdf5"
SMALL = {
    "first_samples": 64,
    "max_samples": 128,
    "class_samples": 128,
    "seeds": 2,
    "images_per_class": 2,
    "segmenter_images": 2,
}


def mouth_reader() -> Classifier:
    """Two classes; the first one's logit rises with the brightness of the mouth."""
    import keras

    inputs = keras.Input((48, 48, 1))
    logits = keras.layers.Dense(2, name="dense")(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, logits)
    weights = np.zeros((48 * 48, 2), dtype=np.float32)
    weights[MOUTH.ravel(), 0] = 0.03
    model.get_layer("dense").set_weights([weights, np.zeros(2, dtype=np.float32)])
    return Classifier(model, Preprocess(48, 48, 1), ("happy", "sad"))


def test_a_network_that_sees_only_the_mouth_is_explained_by_it_and_left_as_it_was(tmp_path: Path) -> None:
    classifier = mouth_reader()
    before = [np.array(weight) for weight in classifier.logits_model.weights]
    saliency = of_saliency(classifier, dataset(8), [0, 1, 2, 3])
    saliency.facts["sample"] = [0, 1, 2, 3]
    options = LimeOptions(hidden="black", **SMALL)  # type: ignore[arg-type]
    found = explain_all(options, classifier, dataset(8), saliency, Context(1, tmp_path))
    assert found.results["lime"]["happy"]["region"] == "mouth"
    row = found.results["faithfulness"]["methods"]["lime"]
    assert row["images"] == 4
    assert row["kind"] == "method"
    assert found.results["faithfulness"]["ranking"] == ["lime"]
    assert row["randomised"]["spearman"]["value"] < 0.9
    curve = found.facts["curve"]
    for kind in ("deletion", "insertion"):
        assert np.trapezoid(curve[kind], FRACTIONS) == pytest.approx(row[kind]["value"], abs=1e-6)
    for now, then in zip(classifier.logits_model.weights, before, strict=True):
        assert np.array_equal(np.array(now), then)


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.skipif(not MODEL.is_file(), reason="needs ../shared/data/models/mini_xception_fer2013.hdf5")
def test_a_published_network_with_another_input_size_is_explained_on_the_48x48_face(tmp_path: Path) -> None:
    from generator.model.loading import input_size, load_keras, logits_model

    model = load_keras(MODEL, False)
    size = input_size(model, str(MODEL))
    classes = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    classifier = Classifier(logits_model(model, size, str(MODEL))[0], Preprocess(*size, low=-1, high=1), classes)
    options = LimeOptions(**{**SMALL, "images_per_class": 1})  # type: ignore[arg-type]
    found = explain_all(options, classifier, dataset(14, classes), Artifact(), Context(1, tmp_path))
    assert set(found.results["lime"]) == set(classes)
    for name in classes:
        assert found.arrays[f"sample_maps_{name}"].shape == (1, 48, 48)
        assert 0 <= found.results["lime"][name]["fidelity"] <= 1
