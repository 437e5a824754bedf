"""The group ``faithfulness`` of ``results.json``. The LIME stage adds ``methods.lime``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class Estimate:
    """A mean over images with its 95 % interval (bootstrap over images)."""

    value: Annotated[float, Meta(description="mean over images")]
    low: Annotated[float, Meta(description="lower end of the 95 % interval")]
    high: Annotated[float, Meta(description="upper end of the 95 % interval")]


@dataclass(frozen=True)
class Similarity:
    """How alike a method's maps are before and after the model's weights were randomised."""

    spearman: Annotated[Estimate, Meta(description="rank correlation of the absolute maps; 1 means unchanged")]
    ssim: Annotated[Estimate, Meta(description="structural similarity of the absolute maps; 1 means unchanged")]


@dataclass(frozen=True)
class Checkpoint:
    """One step of the cascading randomisation."""

    layer: Annotated[str, Meta(description="the lowest layer that was randomised; all above it were too")]
    spearman: Annotated[float, Meta(description="mean rank correlation with the maps of the trained model")]
    ssim: Annotated[float, Meta(description="mean structural similarity with the maps of the trained model")]


@dataclass(frozen=True)
class Truth:
    """How far maps agree with the pixels that carry the expression of drawn faces."""

    images: Annotated[int, Meta(description="images with evidence among those compared")]
    pointing: Annotated[float, Meta(description="images whose most important pixel is evidence, 0 to 1")]
    mass: Annotated[Estimate, Meta(description="part of the positive relevance that lies on evidence")]
    rank: Annotated[Estimate, Meta(description="part of the k most important pixels that are evidence, of k there are")]
    area: Annotated[float, Meta(description="part of the picture that is evidence: what a random map reaches")]


@dataclass(frozen=True)
class MethodFaithfulness:
    """How one method does."""

    kind: Annotated[str, Meta(description="method, warning (shown as a caution only) or baseline (knows no model)")]
    images: Annotated[
        int, Meta(description="images compared, a seeded sample: of those classified right, see only_right")
    ]
    deletion: Annotated[Estimate, Meta(description="area under the deletion curve, 0 to 1; less is better")]
    insertion: Annotated[Estimate, Meta(description="area under the insertion curve, 0 to 1; more is better")]
    score: Annotated[Estimate, Meta(description="insertion minus deletion, -1 to 1; more is better")]
    beyond_random: Annotated[
        Estimate,
        Meta(description="deletion area of random order (mean of 5) minus this one, image by image; above 0 is better"),
    ]
    beyond_edges: Annotated[
        Estimate, Meta(description="deletion area of a plain edge map minus this one, image by image")
    ]
    beyond_centre: Annotated[
        Estimate,
        Meta(description="score minus that of a bump in the centre, which knows no model, image by image; not judged"),
    ]
    randomised: Annotated[
        Similarity | None, Meta(description="likeness of the maps after all weights were randomised; none: not tried")
    ]
    cascade: Annotated[list[Checkpoint], Meta(description="likeness while randomising from the top layer down")]
    unmoved: Annotated[
        float | None,
        Meta(description="mean SSIM over the upper half of the cascade (after all weights, where there is no cascade)"),
    ]
    truth: Annotated[Truth | None, Meta(description="agreement with the known evidence; none for photographs")]
    passes: Annotated[
        bool, Meta(description="deletes better than random order and than edges, and depends on the model's weights")
    ]
    reasons: Annotated[list[str], Meta(description="why it does not pass: random, edges, randomisation")]


@dataclass(frozen=True)
class Faithfulness:
    """All methods compared."""

    default_method: Annotated[
        str,
        Meta(description="the page's method: the best score among the methods that pass, or among all if none does"),
    ]
    ranking: Annotated[
        list[str],
        Meta(description="methods that pass, from the best score to the worst, then the others; baselines left out"),
    ]
    images: Annotated[int, Meta(description="images compared")]
    only_right: Annotated[
        bool,
        Meta(description="only images classified right are compared; false: none of the sample is, so all of it was"),
    ]
    randomised_images: Annotated[int, Meta(description="images whose maps are followed through the randomisation")]
    threshold: Annotated[float, Meta(description="value of unmoved from which a method fails the randomisation check")]
    fractions: Annotated[list[float], Meta(description="parts of the pixels at which the score is read")]
    blur: Annotated[float, Meta(description="what deleted pixels become: a Gaussian blur of this many pixels")]
    methods: Annotated[dict[str, MethodFaithfulness], Meta(description="by method")]
