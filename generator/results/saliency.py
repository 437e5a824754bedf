"""The groups ``saliency``, ``saliency_right`` and other groups of that name: where the maps of question 1 lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class RegionSaliency:
    """How much of the maps lies in a region."""

    share: Annotated[float, Meta(description="mean part of the map's absolute mass that lies in the region, 0 to 1")]
    enrichment: Annotated[float, Meta(description="share over the region's mean part of the area; 1: spread like area")]
    low: Annotated[float, Meta(description="lower end of the enrichment's 95 % interval (bootstrap over images)")]
    high: Annotated[float, Meta(description="upper end of the enrichment's 95 % interval")]


@dataclass(frozen=True)
class UntrainedSaliency:
    """The same of networks with random weights; null where they give no map."""

    share: Annotated[float | None, Meta(description="mean part of the map's absolute mass in the region, 0 to 1")]
    enrichment: Annotated[float | None, Meta(description="share over the region's mean part of the area")]
    low: Annotated[
        float | None,
        Meta(
            description="lower end of the enrichment's 95 % interval (bootstrap over images, each with a network of "
            "its own, so that it covers both)"
        ),
    ]
    high: Annotated[float | None, Meta(description="upper end of the enrichment's 95 % interval")]


NOT_MEASURED = UntrainedSaliency(None, None, None, None)

Regions = dict[str, dict[str, RegionSaliency]]
"""Class to region to measures."""


@dataclass(frozen=True)
class SaliencyCounts:
    """Images behind the group ``saliency``, and behind its right and wrong parts, per class."""

    all: Annotated[dict[str, int], Meta(description="images per class")]
    right: Annotated[dict[str, int], Meta(description="of these, images that are classified right")]
    wrong: Annotated[
        dict[str, int],
        Meta(description="images classified wrong; where the method is dear, further ones were added"),
    ]


@dataclass(frozen=True)
class SaliencyChecks:
    """Whether the maps are maps of anything."""

    images: Annotated[SaliencyCounts, Meta(description="images behind the groups saliency, _right and _wrong")]
    max_gradient: Annotated[
        dict[str, float],
        Meta(
            description="per class, max|gradient|: the steepest rise of its logit with one pixel's brightness, over "
            "all its images, in logits per step from black to white"
        ),
    ]
    median_gradient: Annotated[
        dict[str, float], Meta(description="per class, the median over its images of each image's max|gradient|")
    ]
    completeness: Annotated[
        float,
        Meta(description="integrated gradients: mean absolute gap between a map's sum and the logit's rise, in logits"),
    ]
    completeness_relative: Annotated[float, Meta(description="the same over the mean absolute rise of the logit")]
    noise_samples: Annotated[
        int, Meta(description="SmoothGrad's noisy copies of an image, in all counts and comparisons")
    ]
    shown_noise_samples: Annotated[int, Meta(description="the same for the pictures shown")]
    untrained_images: Annotated[
        dict[str, int],
        Meta(description="per class, images behind saliency_untrained, and so networks with random weights"),
    ]
    blank: Annotated[dict[str, int], Meta(description="per method, images whose map is 0 everywhere; left out")]


@dataclass(frozen=True)
class SaliencyResults:
    """All groups; the target is each image's own class, whether the model gets it right or not."""

    saliency: Annotated[Regions, Meta(description="class, region: by the page's method, faithfulness.default_method")]
    saliency_untrained: Annotated[
        dict[str, dict[str, UntrainedSaliency]],
        Meta(description="class, region: the same with random weights, what any network finds in these pictures"),
    ]
    saliency_right: Annotated[Regions, Meta(description="the same over images that are classified right")]
    saliency_wrong: Annotated[Regions, Meta(description="the same over images that are classified wrong")]
    saliency_by_method: Annotated[dict[str, Regions], Meta(description="method, class, region")]
    saliency_checks: Annotated[SaliencyChecks, Meta(description="whether the maps are maps of anything")]
