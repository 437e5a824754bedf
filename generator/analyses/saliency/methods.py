"""The methods by name, and the maps they give of faces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from generator.analyses.saliency.gradcam import gradients_and_grad_cam
from generator.analyses.saliency.gradient import gradient, gradient_x_input
from generator.analyses.saliency.guided import guided_backprop
from generator.analyses.saliency.integrated import completeness_error, integrated_gradients
from generator.analyses.saliency.occlusion import occlusion
from generator.analyses.saliency.smoothgrad import smoothgrad
from generator.config.schema import SaliencyOptions
from generator.model.classifier import Classifier


@dataclass(frozen=True)
class Method:
    """What the other modules need to know of a method.

    Attributes:
        name: as in ``results.json``.
        signed: the sign says whether a pixel speaks for or against the class; a gradient's sign does not: it says
            whether the pixel should get brighter or darker.
        one_pass: all methods of one pass forward and back come together; cheap enough for the whole evaluation set.
        one_sided: it drops what speaks against the class, so that a map may rightly be blank.
        honest: may become the page's default; guided backpropagation is shown as a warning only.
    """

    name: str
    signed: bool
    one_pass: bool
    one_sided: bool = False
    honest: bool = True


METHODS = {
    method.name: method
    for method in (
        Method("gradient", signed=False, one_pass=True),
        Method("gradient_x_input", signed=True, one_pass=True),
        Method("smoothgrad", signed=False, one_pass=False),
        Method("integrated_gradients", signed=True, one_pass=False),
        Method("grad_cam", signed=True, one_pass=True, one_sided=True),
        Method("occlusion", signed=True, one_pass=False),
        Method("guided_backprop", signed=False, one_pass=False, one_sided=True, honest=False),
    )
}
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Maps:
    """One method's maps on the 48x48 face.

    Attributes:
        signed: float32 (n, 48, 48), as the method gives them.
        magnitude: float32 (n, 48, 48) >= 0: how much each pixel matters, whichever way.
        importance: what ranks the pixels: `signed` where the sign speaks for or against the class, else `magnitude`.
        peak, total: (n,), the largest absolute value and the sum of all, at the method's own resolution.
    """

    signed: np.ndarray
    magnitude: np.ndarray
    importance: np.ndarray
    peak: np.ndarray
    total: np.ndarray

    def rows(self, index: np.ndarray | slice) -> Maps:
        """Some of the maps."""
        return Maps(*(values[index] for values in vars(self).values()))


class Explainer:
    """Gives the maps of a classifier. Its compiled functions are shared by all calls.

    Args:
        classifier: the model; its weights may change between calls (they do in the randomisation check).
        options: sizes of the methods.
        seed: of SmoothGrad's noise.
    """

    def __init__(self, classifier: Classifier, options: SaliencyOptions, seed: int) -> None:
        self.classifier = classifier
        self.options = options
        self.seed = seed
        black, white = classifier.prepare(np.stack([np.zeros((48, 48)), np.full((48, 48), 255.0)]))[:, :1, :1, 0]
        self.black = classifier.prepare(np.zeros((1, 48, 48)))
        self.span = float(np.abs(white - black).max())
        """From black to white in the model's range."""

    @property
    def names(self) -> tuple[str, ...]:
        """The methods that the model allows: Grad-CAM needs a convolution."""
        return tuple(name for name in METHODS if name != "grad_cam" or self.classifier.convolutions)

    @property
    def shown_noise_samples(self) -> int:
        """SmoothGrad's noisy copies of the images shown: never fewer than of the others."""
        return max(self.options.noise_samples, self.options.shown_noise_samples)

    def maps(
        self,
        names: Iterable[str],
        faces: np.ndarray,
        targets: np.ndarray,
        averaged: bool = False,
        single: bool = False,
    ) -> dict[str, Maps]:
        """Maps of the target logits by the named methods; float32 (n, 48, 48) each.

        Args:
            names: keys of `METHODS`.
            faces: (n, 48, 48), 0..255.
            targets: columns of the logits, (n,).
            averaged: whether only means over many of the maps are looked at, for which a quicker pass is enough.
            single: whether the maps are looked at one by one, for which SmoothGrad takes more noisy copies.
        """
        inputs, wanted = self.classifier.prepare(faces), tuple(names)
        copies = self.shown_noise_samples if single else self.options.noise_samples
        raw = self._of_one_pass(wanted, inputs, targets, averaged)
        found: dict[str, Maps] = {}
        for name in wanted:
            if name not in raw:
                raw[name] = self._dear(name, inputs, faces, targets, copies)
            found[name] = self._on_the_face(METHODS[name], raw.pop(name))
        return found

    def completeness(self, maps: Maps, faces: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
        """Error of integrated gradients' `maps` of these faces in logits, and relative to the logit's mean rise."""
        inputs = self.classifier.prepare(faces)
        return completeness_error(self.classifier.logits_of_inputs, inputs, targets, self.black, maps.total)

    def _of_one_pass(
        self, names: Sequence[str], inputs: np.ndarray, targets: np.ndarray, quick: bool
    ) -> dict[str, np.ndarray]:
        """Those of the named maps that one pass forward and back gives together."""
        if "grad_cam" in names:
            gradients, cam = (self._together_quickly if quick else self._together)(inputs, targets)
            found = {"grad_cam": cam}
        elif "gradient" in names or "gradient_x_input" in names:
            passes = self.classifier.quick_gradients if quick else self.classifier.gradients
            gradients, found = passes(inputs, targets), {}
        else:
            return {}
        if "gradient" in names:
            found["gradient"] = gradient(lambda *_: gradients, inputs, targets)
        if "gradient_x_input" in names:
            found["gradient_x_input"] = gradient_x_input(lambda *_: gradients, inputs, targets)
        return found

    def _dear(self, name: str, inputs: np.ndarray, faces: np.ndarray, targets: np.ndarray, copies: int) -> np.ndarray:
        o, gradients = self.options, self.classifier.quick_gradients
        if name == "smoothgrad":
            return smoothgrad(gradients, inputs, targets, self.span, copies, o.noise, self.seed)
        if name == "integrated_gradients":
            return integrated_gradients(gradients, inputs, targets, self.black, o.steps)
        if name == "occlusion":
            return occlusion(self.classifier.quick_logits, faces, targets, o.patch, o.stride)
        return self._guided(inputs, targets)

    def _on_the_face(self, method: Method, raw: np.ndarray) -> Maps:
        absolute = np.abs(raw)
        magnitude = self.classifier.to_face(absolute)
        signed = magnitude if method.name == "grad_cam" else self.classifier.to_face(raw)
        importance = signed if method.signed else magnitude
        total = raw.sum(axis=(1, 2), dtype=np.float64)
        return Maps(signed, magnitude, importance, absolute.max(axis=(1, 2)), total)

    @cached_property
    def _together(self) -> Callable[[np.ndarray, np.ndarray], list[np.ndarray]]:
        return gradients_and_grad_cam(self.classifier)

    @cached_property
    def _together_quickly(self) -> Callable[[np.ndarray, np.ndarray], list[np.ndarray]]:
        return gradients_and_grad_cam(self.classifier, quick=True)

    @cached_property
    def _guided(self) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return guided_backprop(self.classifier)
