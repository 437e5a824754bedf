"""Saliency by gradients: against the bare forward and backward passes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generator.analyses.saliency.gradient import Gradients
from generator.analyses.saliency.methods import Explainer
from generator.config.schema import SaliencyOptions
from generator.model.classifier import Classifier
from tests.bench.timing import Row, compare


def rows(classifier: Classifier, faces: np.ndarray, runs: int, images: int = 256, dear: int = 32) -> Iterator[Row]:
    """Gradients of `images` faces; SmoothGrad and integrated gradients of `dear` of them."""
    options = SaliencyOptions()
    explainer = Explainer(classifier, options, 2018)
    some = faces[np.arange(images) % len(faces)]
    targets = np.zeros(images, dtype=np.int32)
    repeats = {"gradient": 1, "smoothgrad": options.noise_samples, "integrated_gradients": options.steps}
    for name, each in repeats.items():
        count = images if each == 1 else dear
        # What averages many gradients takes the quicker pass; each is measured against its own.
        passes = classifier.gradients if each == 1 else classifier.quick_gradients
        bare_inputs = np.repeat(classifier.prepare(some[:count]), each, axis=0)
        bare_targets = np.repeat(targets[:count], each)

        def ours(name: str = name, count: int = count) -> None:
            explainer.maps([name], some[:count], targets[:count])

        def bare(run: Gradients = passes, inputs: np.ndarray = bare_inputs, which: np.ndarray = bare_targets) -> None:
            run(inputs, which)

        work = f"{name.replace('_', ' ')}, {count} faces"
        yield compare(work, ("bare passes (F)", bare), ("ours", ours), runs)
