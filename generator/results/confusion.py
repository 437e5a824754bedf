"""The group ``confusion`` of ``results.json``; accuracy, recall and the counts stand in ``model``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class Proportion:
    """A proportion with its interval."""

    value: Annotated[float | None, Meta(description="0 to 1; none if there is nothing to divide by")]
    low: Annotated[float, Meta(description="lower end of the 95 % Wilson interval")]
    high: Annotated[float, Meta(description="upper end of that interval")]
    n: Annotated[int, Meta(description="what it is divided by")]


@dataclass(frozen=True)
class TopPair:
    """A frequent confusion."""

    true: Annotated[str, Meta(description="the images' class")]
    predicted: Annotated[str, Meta(description="the class that the model gives them")]
    count: Annotated[int, Meta(description="how many images")]
    value: Annotated[float, Meta(description="part of the class's images")]
    low: Annotated[float, Meta(description="lower end of the 95 % Wilson interval")]
    high: Annotated[float, Meta(description="upper end of that interval")]


@dataclass(frozen=True)
class CalibrationBin:
    """Predictions of similar confidence."""

    start: Annotated[float, Meta(description="confidence above this")]
    stop: Annotated[float, Meta(description="and up to this")]
    n: Annotated[int, Meta(description="predictions")]
    confidence: Annotated[float | None, Meta(description="their mean confidence; none without predictions")]
    accuracy: Annotated[float | None, Meta(description="part of them that is right; none without predictions")]
    low: Annotated[float, Meta(description="lower end of accuracy's 95 % Wilson interval")]
    high: Annotated[float, Meta(description="upper end of that interval")]


@dataclass(frozen=True)
class RankAssociation:
    """Rank correlation over the classes. Association, not cause."""

    spearman: Annotated[float | None, Meta(description="-1 to 1; none if one side is constant or not measured")]
    p: Annotated[
        float | None, Meta(description="two-sided permutation p: part of all orders with a correlation as strong")
    ]
    n: Annotated[int, Meta(description="classes compared")]


@dataclass(frozen=True)
class AssociationClass:
    """What stands beside a class's recall."""

    recall: Annotated[float | None, Meta(description="part of its images that is predicted right")]
    train: Annotated[int, Meta(description="its training images in the data (none known: 0)")]
    region: Annotated[str | None, Meta(description="the region with the highest enrichment of saliency")]
    highest: Annotated[float | None, Meta(description="that enrichment")]
    divergence: Annotated[
        float | None, Meta(description="divergence of saliency's shares from the regions' areas, nats; 0 means evenly")
    ]


@dataclass(frozen=True)
class Associations:
    """Does recall go with the concentration of saliency on few regions, or with the number of training images?"""

    highest: Annotated[RankAssociation, Meta(description="recall with the highest enrichment")]
    divergence: Annotated[RankAssociation, Meta(description="recall with saliency's divergence from the areas")]
    train: Annotated[RankAssociation, Meta(description="recall with the number of training images")]
    by_method: Annotated[
        dict[str, float | None],
        Meta(description="rank correlation of recall with the divergence of each other method's maps"),
    ]
    classes: Annotated[dict[str, AssociationClass], Meta(description="the values, per class")]


@dataclass(frozen=True)
class ConfusionResults:
    """What the confusion matrix says beyond the accuracy."""

    recall: Annotated[dict[str, Proportion], Meta(description="of a class's images, those predicted as it")]
    precision: Annotated[dict[str, Proportion], Meta(description="of the predictions of a class, those that are right")]
    f1: Annotated[dict[str, float | None], Meta(description="harmonic mean of precision and recall, 0 to 1")]
    macro_f1: Annotated[float, Meta(description="mean of f1 over the classes")]
    train: Annotated[dict[str, int], Meta(description="training images per class")]
    top: Annotated[list[TopPair], Meta(description="confusions that the largest part of a class suffers, worst first")]
    ece: Annotated[
        float, Meta(description="expected calibration error: mean gap between confidence and accuracy, 0 is perfect")
    ]
    confidence: Annotated[float, Meta(description="mean confidence; above the accuracy means overconfident")]
    bins: Annotated[list[CalibrationBin], Meta(description="reliability curve")]
    association: Associations
