"""The methods by name, and the maps they give of faces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from generator.analyses.saliency.gradcam import grad_cam
from generator.analyses.saliency.gradient import gradient
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
        one_pass: cheap enough for the whole evaluation set.
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
        peak: (n,), the largest absolute value at the method's own resolution.
    """

    signed: np.ndarray
    magnitude: np.ndarray
    importance: np.ndarray
    peak: np.ndarray


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

    def maps(self, names: Iterable[str], faces: np.ndarray, targets: np.ndarray) -> dict[str, Maps]:
        """Maps of the target logits by the named methods; float32 (n, 48, 48) each.

        Args:
            names: keys of `METHODS`.
            faces: (n, 48, 48), 0..255.
            targets: columns of the logits, (n,).
        """
        inputs = self.classifier.prepare(faces)
        found: dict[str, Maps] = {}
        gradients: np.ndarray | None = None
        for name in names:
            if name in ("gradient", "gradient_x_input"):
                if gradients is None:
                    gradients = self.classifier.gradients(inputs, targets)
                own = gradient(lambda x, t, known=gradients: known, inputs, targets)  # type: ignore[misc]
                raw = own if name == "gradient" else (gradients * inputs).sum(axis=-1)
            else:
                raw = self._dear(name, inputs, faces, targets)
            found[name] = self._on_the_face(METHODS[name], raw)
        return found

    def completeness(self, faces: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
        """Integrated gradients' mean error in logits, and relative to the mean rise of the logit."""
        inputs = self.classifier.prepare(faces)
        maps = self._dear("integrated_gradients", inputs, faces, targets)
        return completeness_error(self.classifier.logits_of_inputs, inputs, targets, self.black, maps)

    def _dear(self, name: str, inputs: np.ndarray, faces: np.ndarray, targets: np.ndarray) -> np.ndarray:
        o, gradients = self.options, self.classifier.gradients
        if name == "smoothgrad":
            return smoothgrad(gradients, inputs, targets, self.span, o.noise_samples, o.noise, self.seed)
        if name == "integrated_gradients":
            return integrated_gradients(gradients, inputs, targets, self.black, o.steps)
        if name == "occlusion":
            return occlusion(self.classifier.logits, faces, targets, o.patch, o.stride)
        return (self._grad_cam if name == "grad_cam" else self._guided)(inputs, targets)

    def _on_the_face(self, method: Method, raw: np.ndarray) -> Maps:
        absolute = np.abs(raw)
        magnitude = self.classifier.to_face(absolute)
        signed = magnitude if method.name == "grad_cam" else self.classifier.to_face(raw)
        importance = signed if method.signed else magnitude
        return Maps(signed, magnitude, importance, absolute.max(axis=(1, 2)))

    @cached_property
    def _grad_cam(self) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return grad_cam(self.classifier)

    @cached_property
    def _guided(self) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return guided_backprop(self.classifier)
