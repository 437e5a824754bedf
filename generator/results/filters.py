"""The group ``filters`` of ``results.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class AscentResult:
    """Gradient ascent over the layer's filters, one objective."""

    start: Annotated[float, Meta(description="mean activation of a filter on its starting pictures, mean over filters")]
    end: Annotated[float, Meta(description="mean activation on the pictures arrived at, mean over filters")]
    percentile: Annotated[
        float, Meta(description="median over filters: per cent of real images that activate the filter less, 0 to 100")
    ]
    above_all: Annotated[int, Meta(description="filters activated more than by any real image")]
    stability: Annotated[
        float | None,
        Meta(description="mean correlation of the spectra of a filter's pictures from two starts"),
    ]
    stability_between: Annotated[
        float | None, Meta(description="the same between different filters' pictures: what chance gives")
    ]


@dataclass(frozen=True)
class FilterResult:
    """One filter of the layer shown."""

    index: Annotated[int, Meta(description="from 0")]
    kind: Annotated[str, Meta(description="keeps, edges or other")]
    dead: Annotated[bool, Meta(description="its output never varies on the evaluation images")]
    stuck: Annotated[bool, Meta(description="no ascent from any start")]
    start: Annotated[float, Meta(description="mean activation on the starting pictures, plain ascent")]
    end: Annotated[float, Meta(description="mean activation on the pictures arrived at, plain ascent")]
    percentile: Annotated[float, Meta(description="plain ascent: per cent of real images that activate it less")]
    regularised_end: Annotated[float, Meta(description="mean activation arrived at, regularised ascent")]
    regularised_percentile: Annotated[float, Meta(description="regularised ascent: the same percentile")]
    resembles: Annotated[str, Meta(description="the classical operation whose result its output resembles most")]
    resemblance: Annotated[float, Meta(description="that correlation, mean over images, -1 to 1")]
    image: Annotated[float, Meta(description="correlation of its output with the image")]
    blur: Annotated[float, Meta(description="correlation of its output with the blurred image")]
    gradient: Annotated[float, Meta(description="correlation of its output with the size of the image's gradient")]
    edge: Annotated[float, Meta(description="greatest correlation with gradient, a slope, or light or dark detail")]
    orientation: Annotated[float, Meta(description="direction of its stripes, degrees, 0 horizontal, 90 vertical")]
    coherence: Annotated[float, Meta(description="how parallel its stripes are, 0 to 1")]
    frequency: Annotated[float, Meta(description="mean frequency, cycles per pixel")]
    flat: Annotated[float, Meta(description="part of the kernel's power that is in its mean, 0 to 1")]


@dataclass(frozen=True)
class LayerResult:
    """One of the layers compared."""

    layer: Annotated[str, Meta(description="name of the layer")]
    count: Annotated[int, Meta(description="its filters")]
    ascended: Annotated[int, Meta(description="filters ascended; of a large layer, a sample evenly spread")]
    images: Annotated[int, Meta(description="evaluation images on which dead filters were counted")]
    dead: Annotated[int, Meta(description="filters whose output never varies on these images")]
    stuck: Annotated[int, Meta(description="ascended filters that no start moves")]
    percentile: Annotated[float, Meta(description="as in ascent, regularised: median over the ascended filters")]
    stability: Annotated[float | None, Meta(description="as in ascent, regularised")]
    frequency: Annotated[float, Meta(description="mean frequency of the regularised pictures, cycles per pixel")]
    coherence: Annotated[float, Meta(description="mean coherence of their stripes, 0 to 1")]


@dataclass(frozen=True)
class FiltersResults:
    """What the filters of one layer are activated by, and what they make of a picture."""

    layer: Annotated[str, Meta(description="name of the layer shown")]
    count: Annotated[int, Meta(description="its filters")]
    images: Annotated[int, Meta(description="evaluation images that the counts are over")]
    dead: Annotated[int, Meta(description="filters whose output never varies on any evaluation image")]
    stuck: Annotated[int, Meta(description="filters that gradient ascent moves from no start")]
    keeps: Annotated[int, Meta(description="filters whose output resembles the image, its negative or its blur")]
    edges: Annotated[int, Meta(description="filters whose output resembles edges: gradient, slopes, fine detail")]
    other: Annotated[int, Meta(description="filters whose output resembles neither, dead ones included")]
    resembles: Annotated[float, Meta(description="least correlation that counts as resemblance")]
    no_gradient: Annotated[
        float, Meta(description="share of starts at which the layer's own output has no gradient, 0 to 1")
    ]
    image: Annotated[str, Meta(description="name of the image whose filter outputs are shown")]
    image_label: Annotated[str, Meta(description="its class")]
    seeds: Annotated[int, Meta(description="starts per filter")]
    steps: Annotated[int, Meta(description="steps of each ascent")]
    ascent: Annotated[dict[str, AscentResult], Meta(description="plain and regularised")]
    layers: Annotated[dict[str, LayerResult], Meta(description="shallow, middle, deep; the layer shown is one of them")]
    filters: Annotated[list[FilterResult], Meta(description="one by one")]
