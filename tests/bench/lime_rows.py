"""LIME: against the package with its defaults around `model.predict`, and against the bare forward passes."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from lime.lime_image import LimeImageExplainer
from skimage.color import gray2rgb

from generator.analyses.lime.explain import Explanation, FaceExplainer
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import segments_of
from generator.analyses.lime.whole import explain_sample
from generator.model.classifier import Classifier
from tests.bench.timing import Row, compare


def rows(classifier: Classifier, faces: np.ndarray, runs: int, samples: int = 1000) -> Iterator[Row]:
    """Explain one face with `samples` perturbed images, both on the same superpixels."""
    face = faces[0]
    segments = segments_of(face, "felzenszwalb", 50)
    seen = np.repeat(faces[:1], samples, axis=0).astype(np.float32)

    def ours() -> None:
        sampling = Sampling(cap=samples, agreement=None)
        FaceExplainer(sampling, 0.25, 2018).explain(face, segments, classifier.quick_probabilities, [0])

    def package() -> None:
        def predict(images: np.ndarray) -> np.ndarray:
            inputs = classifier.prepare(images[..., 0])
            return np.asarray(classifier.logits_model.predict(inputs, verbose=0))

        with contextlib.redirect_stderr(io.StringIO()):
            LimeImageExplainer(random_state=2018).explain_instance(
                gray2rgb(face.astype(np.float64)),
                predict,
                labels=(0,),
                top_labels=None,
                num_samples=samples,
                segmentation_fn=lambda image: segments,
            )

    work = f"LIME, one face, {samples:,} samples"
    yield compare(work, ("ours", ours), ("`lime` around `model.predict`", package), runs)
    bare = ("bare forward passes (F)", lambda: classifier.quick_logits(seen))
    yield compare(work, bare, ("ours", ours), runs)
    yield _of_a_sample(classifier, faces[:14], 256, runs)


def _of_a_sample(classifier: Classifier, faces: np.ndarray, samples: int, runs: int) -> Row:
    """Many faces as the report explains its samples of the classes: cut, drawn, classified, fitted and kept."""
    seen = np.repeat(faces, samples, axis=0).astype(np.float32)

    def explain(image: int, label: int) -> Explanation:
        explainer = FaceExplainer(Sampling(samples, samples), 0.25, 2018 + image)
        segments = segments_of(faces[image], "felzenszwalb", 50)
        return explainer.explain(faces[image], segments, classifier.quick_probabilities, [label])

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            sample = {"all": np.arange(len(faces))}
            explain_sample(sample, {"all": 0}, explain, Path(folder), lambda done, total, what: None)

    bare = ("bare forward passes (F)", lambda: classifier.quick_logits(seen))
    return compare(f"LIME, {len(faces)} faces, {samples} samples each", bare, ("ours", ours), runs)
