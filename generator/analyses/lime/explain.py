"""LIME on a face: the `lime` package's local model, with the perturbed images made and classified in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from skimage.color import gray2rgb
from sklearn import config_context

from generator.analyses.lime.local import LocalModel, varies
from generator.analyses.lime.sampling import Sampling, halves, masks, perturbed
from generator.analyses.lime.stability import jaccard
from generator.analyses.ranks import rank_correlation

Predict = Callable[[np.ndarray], np.ndarray]
"""Faces (n, 48, 48) in 0..255 to probabilities (n, classes)."""


@dataclass(frozen=True)
class Explanation:
    """What LIME says of one image.

    Attributes:
        segments: (48, 48), superpixel numbers 0 to k - 1.
        weights: float64 (labels, k): how much each superpixel's presence adds to the probability of each label.
        fidelity: (labels,): the local model's weighted R^2; 0 where the probability does not vary at all. It means
            nothing without the number of superpixels and of samples: few superpixels are easily fitted.
        fidelity_fresh: of the first label: the fit of each half of the samples judged on the other half, averaged.
        samples: perturbed images drawn.
        agreement: rank correlation of the first label's weights fitted on the two halves of the samples.
        overlap: Jaccard index of the halves' top superpixels.
        data: bool (samples, k), the superpixels shown; the first sample is the image itself.
        outputs: float64 (samples, classes), what the classifier gave for them.
    """

    segments: np.ndarray
    weights: np.ndarray
    fidelity: np.ndarray
    fidelity_fresh: float
    samples: int
    agreement: float
    overlap: float
    data: np.ndarray
    outputs: np.ndarray

    @property
    def superpixels(self) -> int:
        """Number of superpixels, k."""
        return int(self.weights.shape[1])


class _QuickBase(LimeBase):  # type: ignore[misc]
    """The package's regression; hundreds of small ones, of which half the time goes into looking at their arguments."""

    def explain_instance_with_data(self, *args: Any, **kwargs: Any) -> Any:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return super().explain_instance_with_data(*args, **kwargs)


class FaceExplainer(LimeImageExplainer):  # type: ignore[misc]
    """`LimeImageExplainer` that draws its samples in blocks until two halves agree, and classifies a block at once.

    Only the drawing (`data_labels`) differs from the package; distances, kernel and weighted ridge regression are
    its own.

    Args:
        sampling: when to stop.
        kernel_width: of the exponential kernel over cosine distances.
        seed: of the masks.
        top: superpixels whose overlap is compared.
    """

    base: LimeBase

    def __init__(self, sampling: Sampling, kernel_width: float, seed: int, top: int = 5) -> None:
        # Every superpixel gets its weight; selecting some would need more fits and change the R^2.
        super().__init__(kernel_width=kernel_width, feature_selection="none", random_state=seed)
        self.base = _QuickBase(self.base.kernel_fn, self.base.verbose, random_state=self.random_state)
        self.sampling = sampling
        self.top = top
        self.targets: Sequence[int] = ()
        self.agreement = 0.0
        self.overlap = 0.0
        self.fidelity_fresh = 0.0
        self.drawn: tuple[np.ndarray, np.ndarray] = (np.empty(0), np.empty(0))

    def explain(
        self, face: np.ndarray, segments: np.ndarray, predict: Predict, labels: Sequence[int], black: bool = False
    ) -> Explanation:
        """Explain one face.

        Args:
            face: (48, 48), 0..255.
            segments: (48, 48), from `generator.analyses.lime.segmentation`.
            predict: the classifier.
            labels: columns of its output to explain; the first one decides how many samples are drawn.
            black: hide superpixels in black, and not in the mean of each.
        """
        self.targets = labels
        found = self.explain_instance(
            gray2rgb(np.asarray(face, dtype=np.float64)),
            predict,
            labels=tuple(labels),
            hide_color=0 if black else None,
            top_labels=None,
            num_samples=self.sampling.cap,
            segmentation_fn=lambda image: segments,
            random_seed=0,
        )
        data, outputs = self.drawn
        weights = np.stack([_dense(found.local_exp[label], data.shape[1]) for label in labels])
        return Explanation(
            segments=segments,
            weights=weights,
            # The package keeps the last label's score only.
            fidelity=np.array(
                [float(found.score) if varies(outputs[:, labels[0]]) else 0.0]
                if len(labels) == 1
                else [self.fit(data, outputs, label).score for label in labels]
            ),
            fidelity_fresh=self.fidelity_fresh,
            samples=len(data),
            agreement=self.agreement,
            overlap=self.overlap,
            data=data.astype(bool),
            outputs=outputs,
        )

    def data_labels(
        self,
        image: np.ndarray,
        fudged_image: np.ndarray,
        segments: np.ndarray,
        classifier_fn: Predict,
        num_samples: int,
        batch_size: int = 10,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The package's hook: masks (n, k) and the classifier's outputs (n, classes)."""
        count = int(segments.max()) + 1
        face, hidden = image[..., 0], fudged_image[..., 0]
        data = np.empty((0, count), dtype=np.int64)
        outputs = np.empty((0, 0))
        for total in self.sampling.totals():
            block = masks(self.random_state, total - len(data), count, self.sampling.balanced)
            if not len(data):
                block[0] = 1
            given = np.asarray(classifier_fn(perturbed(face, hidden, segments, block)), dtype=np.float64)
            data = np.concatenate([data, block])
            outputs = np.concatenate([outputs, given]) if outputs.size else given
            self._compare_halves(data, outputs)
            if self.sampling.agreement is not None and self.agreement >= self.sampling.agreement:
                break
        self.drawn = data, outputs
        return data, outputs

    def fit(self, data: np.ndarray, outputs: np.ndarray, label: int) -> LocalModel:
        """The package's local model from masks (n, k) and outputs (n, classes)."""
        intercept, pairs, score = self.base.explain_instance_with_data(
            data, outputs, _distances(data), label, data.shape[1], feature_selection="none"
        )[:3]
        found = float(score) if varies(outputs[:, label]) else 0.0
        return LocalModel(float(intercept), _dense(pairs, data.shape[1]), found)

    def fits_of_halves(self, data: np.ndarray, outputs: np.ndarray, label: int) -> tuple[LocalModel, LocalModel]:
        """What each half of the samples gives by itself."""
        first, second = (self.fit(data[half], outputs[half], label) for half in halves(*data.shape))
        return first, second

    def fresh(self, model: LocalModel, data: np.ndarray, outputs: np.ndarray, label: int) -> float:
        """The model's weighted R^2 on masks (n, k) and outputs (n, classes) that its fit has not seen."""
        return model.score_on(data, outputs[:, label], self.base.kernel_fn(_distances(data)))

    def _compare_halves(self, data: np.ndarray, outputs: np.ndarray) -> None:
        label = self.targets[0]
        first, second = self.fits_of_halves(data, outputs, label)
        self.agreement = float(rank_correlation(first.weights, second.weights))
        self.overlap = jaccard(first.weights, second.weights, self.top)
        own, other = halves(*data.shape)
        self.fidelity_fresh = float(
            np.mean(
                [
                    self.fresh(first, data[other], outputs[other], label),
                    self.fresh(second, data[own], outputs[own], label),
                ]
            )
        )


def _distances(data: np.ndarray) -> np.ndarray:
    """Cosine distances of masks (n, k) to the whole image, as the package takes them: by the share that is shown."""
    return np.asarray(1 - np.sqrt(data.mean(axis=1)))


def _dense(pairs: Sequence[tuple[int, float]], count: int) -> np.ndarray:
    weights = np.zeros(count)
    for index, weight in pairs:
        weights[index] = weight
    return weights
