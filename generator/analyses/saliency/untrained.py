"""What the regions get from networks that learnt nothing: the factors to compare the model's own with.

A factor of 1 is a map spread like area, and no network's map of photographs is: they have more detail in eyes, nose
and mouth, and a network with random weights answers to detail as well (Adebayo et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from generator.analyses.faithfulness.randomisation import blocks_of, kept, randomise
from generator.analyses.saliency.choice import stratified
from generator.analyses.saliency.guards import SATURATED
from generator.analyses.saliency.methods import METHODS, Maps
from generator.analyses.saliency.regions import Survey, by_class, survey
from generator.analyses.saliency.subject import Subject
from generator.results.saliency import NOT_MEASURED, RegionSaliency, UntrainedSaliency


def untrained_survey(
    subject: Subject, name: str, found: Survey, per_class: int, seed: int, tell: Callable[[str], None]
) -> Survey | None:
    """Survey some of the images again, with random weights in the place of the model's.

    Every image of a class gets a network of its own, and each network one image of every class. So the images of a
    class differ by network as well, and a bootstrap over them covers both: three networks for all images, at three
    times the cost, would leave the interval over networks to three values.

    Args:
        subject: the images; its model is as before afterwards.
        name: the method.
        found: the method's survey with the model's own weights; only its images are used.
        per_class: networks, and images of each class.
        seed: of the choice and of the random weights.
        tell: called with a few words before the work.

    Returns:
        The survey, in which maps that are saturated or not finite count as blank; None if `per_class` is 0.
    """
    if not per_class:
        return None
    tell("networks with random weights")
    labels = subject.data.evaluation.labels
    index = stratified(labels, len(subject.data.classes), per_class, seed, np.isin(np.arange(len(labels)), found.index))
    parts = []
    with kept(subject.explainer.classifier):
        for network, images in enumerate(_turns(labels[index], index)):
            rng = np.random.default_rng([seed, network])
            for block in blocks_of(subject.explainer.classifier):
                randomise(block, rng)
            parts.append(_sound(subject, name, images, subject.maps([name], images)[name]))
    return reduce(Survey.joined, parts)


def untrained_table(
    subject: Subject, table: dict[str, dict[str, RegionSaliency]], found: Survey | None, seed: int
) -> dict[str, dict[str, UntrainedSaliency]]:
    """The networks' shares and factors, for every class and region of `table`; null where they have no map.

    Args:
        subject: the images.
        table: the model's own, by `by_class`.
        found: from `untrained_survey`.
        seed: of the bootstrap.
    """
    random = {} if found is None else by_class(subject.data, found, seed)

    def measured(name: str, region: str) -> UntrainedSaliency:
        own = random.get(name, {}).get(region)
        return NOT_MEASURED if own is None else UntrainedSaliency(own.share, own.enrichment, own.low, own.high)

    return {name: {region: measured(name, region) for region in regions} for name, regions in table.items()}


def _turns(labels: np.ndarray, index: np.ndarray) -> list[np.ndarray]:
    """The first images of all classes, then the second ones, and so on."""
    place = np.array([int((labels[:i] == label).sum()) for i, label in enumerate(labels)])
    return [index[place == turn] for turn in range(int(place.max(initial=-1)) + 1)]


def _sound(subject: Subject, name: str, index: np.ndarray, maps: Maps) -> Survey:
    unit = 1.0 if METHODS[name].signed else subject.explainer.span
    sound = np.isfinite(maps.magnitude).all(axis=(1, 2)) & (maps.peak * unit >= SATURATED)
    magnitude = np.where(sound[:, None, None], maps.magnitude, np.float32(0))
    return survey(subject.data, index, magnitude, np.where(sound, maps.peak, 0), subject.right)
