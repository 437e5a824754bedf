"""The group ``model`` of ``results.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta


@dataclass(frozen=True)
class EpochResult:
    """One epoch of training."""

    epoch: Annotated[int, Meta(description="from 1")]
    size: Annotated[int, Meta(description="height and width of the training views, pixels")]
    loss: Annotated[float, Meta(description="mean loss over the epoch's random views")]
    accuracy: Annotated[float, Meta(description="accuracy over the epoch's random views")]
    validation_loss: Annotated[
        float | None,
        Meta(description="cross-entropy on the training images set aside; none once they are trained on too"),
    ]
    validation_accuracy: Annotated[
        float | None,
        Meta(description="accuracy on the training images set aside; none once they are trained on too"),
    ]
    seconds: Annotated[float | None, Meta(description="time of training; none in a build, whose results must not vary")]


@dataclass(frozen=True)
class Training:
    """How the network was trained; absent for a model that the user brings."""

    images: Annotated[int, Meta(description="images trained on")]
    validation: Annotated[int, Meta(description="training images set aside for the learning curve")]
    left_out: Annotated[int, Meta(description="training images left out because they stand in the evaluation set")]
    conflicting: Annotated[int, Meta(description="training images left out because equal images disagree")]
    recipe: Annotated[dict[str, Any], Meta(description="the recipe, option by option")]
    epochs: Annotated[list[EpochResult], Meta(description="the learning curve")]


@dataclass(frozen=True)
class Tried:
    """A value range that was tried when the preprocessing was guessed."""

    low: float
    high: float
    mean: float
    std: float
    accuracy: Annotated[float, Meta(description="on the images tried: training images, if there are any")]


@dataclass(frozen=True)
class Guess:
    """How sure the guess of the value range is; absent unless it was guessed."""

    images: Annotated[int, Meta(description="images that every range was tried on")]
    tied: Annotated[int, Meta(description="ranges that get as many of them right as the one taken, itself included")]
    low: Annotated[float, Meta(description="lower end of the 95 % Wilson interval of that share")]
    high: Annotated[float, Meta(description="upper end of the 95 % Wilson interval of that share")]
    chance: Annotated[bool, Meta(description="whether no range does surely better than 1 / classes")]
    rescales: Annotated[bool, Meta(description="whether the model begins with a Rescaling or Normalization layer")]


@dataclass(frozen=True)
class Input:
    """What the model's input is."""

    height: Annotated[int, Meta(description="pixels")]
    width: Annotated[int, Meta(description="pixels")]
    channels: Annotated[int, Meta(description="1 grey or 3 equal")]
    low: Annotated[float, Meta(description="what black becomes")]
    high: Annotated[float, Meta(description="what white becomes")]
    mean: Annotated[float, Meta(description="subtracted after that")]
    std: Annotated[float, Meta(description="divided by after that")]
    reason: Annotated[str, Meta(description="configured, recipe, guessed or guessed-on-evaluation")]
    tried: Annotated[list[Tried], Meta(description="value ranges tried, the best first; empty unless guessed")]
    guess: Guess | None = None


@dataclass(frozen=True)
class ModelResults:
    """How good the model is on the evaluation images, and what it is."""

    source: Annotated[str, Meta(description="trained (in this build), shipped, or user")]
    name: Annotated[str, Meta(description="file name of the model, or the recipe's name")]
    accuracy: Annotated[float, Meta(description="share of evaluation images that are classified right")]
    low: Annotated[float, Meta(description="lower end of the accuracy's 95 % Wilson interval")]
    high: Annotated[float, Meta(description="upper end of the accuracy's 95 % Wilson interval")]
    accuracy_without_duplicates: Annotated[
        float | None,
        Meta(description="accuracy without evaluation images that stand in the training set; none if none"),
    ]
    recall: Annotated[dict[str, float | None], Meta(description="per class, share of its images classified right")]
    n: Annotated[dict[str, int], Meta(description="evaluation images per class")]
    confusion: Annotated[list[list[int]], Meta(description="counts; rows true classes, columns predicted ones")]
    parameters: Annotated[int, Meta(description="number of weights")]
    convolutions: Annotated[list[str], Meta(description="names of the convolution layers, first to last")]
    softmax: Annotated[
        str, Meta(description="where the softmax was taken off: dense, activation, softmax, sigmoid, log, none")
    ]
    input: Input
    training: Training | None = None
