"""LIME: against the package with its defaults around `model.predict`, and against the bare forward passes."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import numpy as np
from lime.lime_image import LimeImageExplainer
from skimage.color import gray2rgb

from generator.analyses.lime.explain import FaceExplainer
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import segments_of
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
