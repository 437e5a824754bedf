"""The images explained, the model that they are explained for, and the surveys of many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from generator.analyses.saliency.choice import stratified
from generator.analyses.saliency.guards import refuse_blank
from generator.analyses.saliency.methods import METHODS, Explainer, Maps
from generator.analyses.saliency.regions import Survey, survey
from generator.config.schema import SaliencyOptions
from generator.dataset.types import Dataset

CHUNK = 512


@dataclass(frozen=True)
class Subject:
    """Evaluation images and the explainer of a model.

    Attributes:
        data: restricted to the model's classes.
        explainer: gives the maps, always for an image's own class.
        right: bool (n_evaluation,), whether each image is classified right.
    """

    data: Dataset
    explainer: Explainer
    right: np.ndarray

    @property
    def one_pass(self) -> list[str]:
        """Names of the methods that are cheap enough for the whole set."""
        return [name for name in self.explainer.names if METHODS[name].one_pass]

    @property
    def dear(self) -> list[str]:
        """Names of the other methods."""
        return [name for name in self.explainer.names if not METHODS[name].one_pass]

    def complete(self, name: str, surveys: Mapping[str, Survey]) -> bool:
        """Whether a method has a map for some image of every class; a baseline has."""
        if name not in surveys:
            return True
        labels = self.data.evaluation.labels
        found = surveys[name]
        return set(labels[found.index[~found.blank]].tolist()) == set(labels.tolist())

    def maps(self, names: Iterable[str], index: np.ndarray, averaged: bool = False) -> dict[str, Maps]:
        """Maps of the images at `index`; see `Explainer.maps`."""
        evaluation = self.data.evaluation
        return self.explainer.maps(names, evaluation.images[index], evaluation.labels[index], averaged)

    def survey(self, index: np.ndarray, maps: Maps) -> Survey:
        """Where the mass of these maps lies."""
        return survey(self.data, index, maps.magnitude, maps.peak, self.right)


def whole_set(subject: Subject, tell: Callable[[str], None]) -> dict[str, Survey]:
    """Surveys of all evaluation images by the methods of one pass."""
    found: dict[str, Survey] = {}
    count = len(subject.data.evaluation)
    for start in range(0, count, CHUNK):
        tell("gradients")
        index = np.arange(start, min(start + CHUNK, count))
        for name, maps in subject.maps(subject.one_pass, index, averaged=True).items():
            part = subject.survey(index, maps)
            found[name] = found[name].joined(part) if name in found else part
    return found


def together(subject: Subject, index: np.ndarray, tell: Callable[[str], None]) -> dict[str, Maps]:
    """Maps of the images at `index` by all methods."""
    found = subject.maps(subject.one_pass, index)
    for name in subject.dear:
        tell(name)
        found |= subject.maps([name], index)
    return {name: found[name] for name in subject.explainer.names}


def singly(subject: Subject, index: np.ndarray, explained: np.ndarray, maps: Mapping[str, Maps]) -> dict[str, Maps]:
    """Maps that are looked at one by one: those that there are, but SmoothGrad's anew from more noisy copies.

    Args:
        subject: the images.
        index: (n,), those to be shown.
        explained: (m,), the images that `maps` are of, those at `index` among them.
        maps: by method.
    """
    places = np.array([np.flatnonzero(explained == place)[0] for place in index], dtype=np.int64)
    images, labels = subject.data.evaluation.images[index], subject.data.evaluation.labels[index]
    anew = subject.explainer.maps(["smoothgrad"], images, labels, single=True)
    return {name: found.rows(places) for name, found in maps.items()} | anew


def refuse(subject: Subject, surveys: Mapping[str, Survey]) -> None:
    """Stop the build over maps that say nothing, see `refuse_blank`."""
    data = subject.data
    for name, found in surveys.items():
        if METHODS[name].one_sided:
            # Nothing is left where nothing speaks for the class: an answer, which is counted and shown.
            continue
        of_gradients = not METHODS[name].signed
        refuse_blank(
            name,
            data.classes,
            data.evaluation.labels[found.index],
            found.peaks,
            subject.explainer.span if of_gradients else 1.0,
            every=not of_gradients,
        )


def with_more(subject: Subject, name: str, found: Survey, options: SaliencyOptions, seed: int) -> tuple[Survey, Survey]:
    """Survey further images with the page's method, if it is too dear for the whole set.

    Args:
        subject: the images.
        name: the method.
        found: its survey of the sample.
        options: how many images per class.
        seed: of the choice.

    Returns:
        The survey of the larger sample, and the same with further images that are classified wrong, since a good
        model errs on few of a sample.
    """
    if METHODS[name].one_pass:
        return found, found
    labels, classes = subject.data.evaluation.labels, len(subject.data.classes)

    def further(wanted: int, known: Survey, among: np.ndarray, seed: int) -> Survey:
        fresh = among.copy()
        fresh[known.index] = False
        have = np.bincount(labels[known.index][among[known.index]], minlength=classes)
        index = np.concatenate(
            [
                stratified(np.where(labels == label, 0, -1), 1, max(0, wanted - int(have[label])), seed + label, fresh)
                for label in range(classes)
            ]
        )
        return known.joined(subject.survey(index, subject.maps([name], index)[name])) if len(index) else known

    whole = further(options.default_images_per_class, found, np.ones(len(labels), dtype=bool), seed)
    return whole, further(options.wrong_images_per_class, whole, ~subject.right, seed + classes)
