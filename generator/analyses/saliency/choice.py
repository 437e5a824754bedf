"""Which images are shown and which make up the samples: stated rules, seeded."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.dataset.types import Dataset
from generator.errors import InputError, nearest


def examples(data: Dataset, logits: np.ndarray, wanted: Mapping[str, str] | None) -> dict[str, int]:
    """One image per class: typical in what the model makes of it, and in what it shows.

    Of the fifth of a class in the middle, by the probability of the class, it is the image most like the mean face of
    the class. So it is no favourable one: where the model errs on most images of a class, a wrong prediction is shown.
    The median image itself may be anything; in FER2013 one of seven is a face that lies on its side under a watermark.

    Args:
        data: the data set.
        logits: (n_evaluation, classes).
        wanted: class to image name, to choose others.

    Returns:
        Class to place in the evaluation set; classes without images are left out.

    Raises:
        InputError: `wanted` names a class or an image that does not exist, or an image of another class.
    """
    labels = data.evaluation.labels
    shifted = logits - logits.max(axis=1, keepdims=True)
    certain = shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))
    chosen = {}
    for label, name in enumerate(data.classes):
        members = np.flatnonzero(labels == label)
        if len(members):
            order = members[np.argsort(certain[members], kind="stable")]
            middle = max(1, len(order) // 5)
            typical = order[len(order) // 2 - middle // 2 :][:middle]
            mean = data.evaluation.images[members].mean(axis=0)
            chosen[name] = int(typical[likeness(data.evaluation.images[typical], mean).argmax()])
    for name, image in (wanted or {}).items():
        chosen[name] = _named(data, name, image)
    return chosen


def likeness(images: np.ndarray, face: np.ndarray) -> np.ndarray:
    """Correlation of each image's pixels with those of one face.

    Args:
        images: (n, h, w), or (n, h, w, channels).
        face: one of them, or their mean.

    Returns:
        (n,), -1 to 1; 0 for an image of one grey.
    """
    pixels = np.asarray(images, dtype=np.float64).reshape(len(images), -1)
    pixels = pixels - pixels.mean(axis=1, keepdims=True)
    wanted = np.asarray(face, dtype=np.float64).ravel() - np.mean(face)
    sizes = np.linalg.norm(pixels, axis=1) * np.linalg.norm(wanted)
    return np.asarray(np.divide(pixels @ wanted, sizes, out=np.zeros(len(images)), where=sizes > 1e-9))


def _named(data: Dataset, name: str, image: str) -> int:
    if name not in data.classes:
        raise InputError(f"saliency.images names the class '{name}', which does not exist{nearest(name, data.classes)}")
    names = data.evaluation.names
    label = data.classes.index(name)
    if image not in names:
        own = [names[i] for i in np.flatnonzero(data.evaluation.labels == label)]
        raise InputError(
            f"saliency.images: {name}: there is no evaluation image '{image}'{nearest(image, own or names)}"
        )
    place = names.index(image)
    found = int(data.evaluation.labels[place])
    if found != label:
        raise InputError(f"saliency.images: {name}: '{image}' is an image of the class '{data.classes[found]}'")
    return place


def stratified(
    labels: np.ndarray, classes: int, per_class: int, seed: int, among: np.ndarray | None = None
) -> np.ndarray:
    """A seeded sample with up to `per_class` images of every class, the classes taking turns.

    Because they take turns, any beginning of the sample is stratified too.

    Args:
        labels: (n,).
        classes: number of classes.
        per_class: images of each.
        seed: of the choice.
        among: bool (n,), to choose only among some.

    Returns:
        Places, int64.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for label in range(classes):
        members = np.flatnonzero((labels == label) & (True if among is None else among))
        drawn.append(rng.permutation(members)[:per_class])
    longest = max((len(members) for members in drawn), default=0)
    turns = [members[turn] for turn in range(longest) for members in drawn if turn < len(members)]
    return np.array(turns, dtype=np.int64)
