"""The groups ``lime``, ``lime_checks`` and ``agreement`` of ``results.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class LimeRegion:
    """One region over a class's sampled images."""

    share: Annotated[float, Meta(description="mean part of the superpixels' absolute weight that lies in the region")]
    enrichment: Annotated[
        float, Meta(description="share over the region's part of the area; 1 means no preference for the region")
    ]
    low: Annotated[float, Meta(description="lower end of the 95 % bootstrap interval of enrichment, over images")]
    high: Annotated[float, Meta(description="upper end of that interval")]
    null: Annotated[
        float,
        Meta(description="mean enrichment with every image's absolute weights shuffled among its superpixels: chance"),
    ]
    null_high: Annotated[float, Meta(description="2.5 % of the shufflings go above; beyond it is more than chance")]
    decisive: Annotated[float, Meta(description="part of the images in which no region has a higher enrichment")]
    decisive_null: Annotated[float, Meta(description="that part with shuffled weights, mean")]
    decisive_null_high: Annotated[float, Meta(description="2.5 % of the shufflings go above")]


@dataclass(frozen=True)
class LimeDecisive:
    """How often a region is decisive, over the samples of all classes."""

    value: Annotated[float, Meta(description="part of the images in which no region has a higher enrichment")]
    null: Annotated[float, Meta(description="the same with shuffled weights, mean")]
    null_high: Annotated[float, Meta(description="2.5 % of the shufflings go above")]


@dataclass(frozen=True)
class LimeExample:
    """The image of the class that is shown."""

    name: Annotated[str, Meta(description="name of the image")]
    predicted: Annotated[str, Meta(description="the class that the model gives it")]
    probability: Annotated[float, Meta(description="the probability that the model gives the image's own class")]
    fidelity: Annotated[float, Meta(description="weighted R^2 of the local model, on the masks of its fit")]
    fidelity_fresh: Annotated[float, Meta(description="weighted R^2 on fresh masks, those of the other seeds")]
    superpixels: Annotated[int, Meta(description="number of superpixels")]
    samples: Annotated[int, Meta(description="perturbed images drawn")]
    stability: Annotated[float, Meta(description="mean rank correlation of the weights between seeds")]
    jaccard: Annotated[float, Meta(description="mean Jaccard index of the top superpixels between seeds")]
    other_fidelity: Annotated[float, Meta(description="weighted R^2 with the other hidden colour")]
    other_agreement: Annotated[float, Meta(description="rank correlation of the weights under both hidden colours")]


@dataclass(frozen=True)
class LimeClass:
    """LIME over a seeded sample of a class's evaluation images, each explained for that class."""

    images: Annotated[int, Meta(description="images in the sample")]
    fidelity: Annotated[float, Meta(description="mean weighted R^2 of the local models, on the masks of their fits")]
    fidelity_fresh: Annotated[
        float, Meta(description="mean weighted R^2 on fresh masks: each half's fit judged on the other half")
    ]
    stability: Annotated[
        float, Meta(description="mean rank correlation between the weights fitted on two halves of the samples")
    ]
    jaccard: Annotated[float, Meta(description="mean Jaccard index of the two halves' top superpixels")]
    superpixels: Annotated[float, Meta(description="mean number of superpixels")]
    samples: Annotated[float, Meta(description="mean number of perturbed images per explanation")]
    region: Annotated[str | None, Meta(description="the region that is decisive in most images; none without regions")]
    regions: Annotated[dict[str, LimeRegion], Meta(description="every region of the face")]
    example: LimeExample | None


@dataclass(frozen=True)
class LimeSegmenter:
    """One way to cut faces into superpixels, on a seeded sample of images."""

    fidelity: Annotated[float, Meta(description="mean weighted R^2 on the masks of the fit")]
    fidelity_fresh: Annotated[
        float, Meta(description="mean weighted R^2 on fresh masks: each half's fit judged on the other half")
    ]
    stability: Annotated[float, Meta(description="mean rank correlation between halves of the samples")]
    jaccard: Annotated[float, Meta(description="mean Jaccard index of the halves' top superpixels")]
    score: Annotated[float, Meta(description="mean insertion area minus deletion area of the weights, -1 to 1")]
    superpixels: Annotated[float, Meta(description="mean number of superpixels")]
    fewest: Annotated[int, Meta(description="smallest number of superpixels in an image")]
    most: Annotated[int, Meta(description="largest number of superpixels in an image")]


@dataclass(frozen=True)
class LimeSampling:
    """What a number of samples gives, averaged over the examples."""

    samples: Annotated[int, Meta(description="perturbed images per explanation")]
    images: Annotated[int, Meta(description="examples that drew as many")]
    stability: Annotated[float, Meta(description="mean rank correlation of the weights between seeds")]
    jaccard: Annotated[float, Meta(description="mean Jaccard index of the top superpixels between seeds")]
    agreement: Annotated[float, Meta(description="mean rank correlation between the halves of one run")]
    fidelity: Annotated[float, Meta(description="mean weighted R^2 on the masks of the fit")]
    fidelity_fresh: Annotated[float, Meta(description="mean weighted R^2 on fresh masks, those of the other seeds")]


@dataclass(frozen=True)
class LimeChecks:
    """How far LIME's answers can be trusted here."""

    segmenter: Annotated[str, Meta(description="the segmentation used")]
    best_segmenter: Annotated[
        str, Meta(description="the one with the highest mean of fidelity_fresh and stability in the comparison")
    ]
    segmenters: Annotated[dict[str, LimeSegmenter], Meta(description="all segmentations on the same images")]
    segmenter_images: Annotated[int, Meta(description="images of that comparison")]
    segmenter_samples: Annotated[int, Meta(description="perturbed images per explanation in that comparison")]
    sampling: Annotated[dict[str, LimeSampling], Meta(description="by number of samples: n128, n256, …")]
    seeds: Annotated[int, Meta(description="seeds compared on every example")]
    top: Annotated[int, Meta(description="how many top superpixels the Jaccard index compares")]
    stability: Annotated[float, Meta(description="mean rank correlation between seeds over the examples")]
    jaccard: Annotated[float, Meta(description="mean Jaccard index between seeds over the examples")]
    fidelity: Annotated[float, Meta(description="mean weighted R^2 over the examples, on the masks of the fit")]
    fidelity_fresh: Annotated[float, Meta(description="mean weighted R^2 over the examples on the other seeds' masks")]
    hidden: Annotated[str, Meta(description="what stands where a superpixel is hidden: mean or black")]
    other_hidden: Annotated[str, Meta(description="the colour compared with it")]
    other_fidelity: Annotated[float, Meta(description="mean weighted R^2 over the examples with the other colour")]
    other_agreement: Annotated[float, Meta(description="mean rank correlation of the weights under both colours")]
    converged: Annotated[
        float, Meta(description="part of the class samples' images whose halves agreed when drawing ended")
    ]
    agreement: Annotated[float, Meta(description="rank correlation of the halves at which drawing ends before the cap")]
    first_samples: Annotated[
        int, Meta(description="samples before the halves are first compared, if no cap is smaller")
    ]
    max_samples: Annotated[int, Meta(description="cap on the samples of an example")]
    class_samples: Annotated[int, Meta(description="cap on the samples of an image of the class samples")]
    kernel_width: Annotated[float, Meta(description="of the kernel over cosine distances")]
    decisive: Annotated[dict[str, LimeDecisive], Meta(description="by region, over all class samples")]
