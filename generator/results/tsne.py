"""The group ``tsne`` of ``results.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

Low = Annotated[float, Meta(description="lower end of the 95 % interval, bootstrap over images")]
High = Annotated[float, Meta(description="upper end of the 95 % interval, bootstrap over images")]
Null = Annotated[float, Meta(description="the same with shuffled labels, mean")]
NullLow = Annotated[float, Meta(description="2.5 % of shufflings stay below")]
NullHigh = Annotated[float, Meta(description="2.5 % of shufflings go above")]


@dataclass(frozen=True)
class SpaceResult:
    """How far the classes lie apart in a layer's output, and in the map of it."""

    convolution: Annotated[str, Meta(description="name of the convolution")]
    layer: Annotated[str, Meta(description="the layer after it at which its filters are read")]
    filter: Annotated[int | None, Meta(description="the one filter looked at, from 0; none: the whole layer")]
    dimensions: Annotated[int, Meta(description="numbers per image")]
    images: Annotated[int, Meta(description="evaluation images measured on")]
    knn_accuracy: Annotated[float, Meta(description="share of images whose nearest neighbours' majority is right")]
    knn_low: Low
    knn_high: High
    null: Null
    null_low: NullLow
    null_high: NullHigh
    silhouette: Annotated[float, Meta(description="mean silhouette of the classes, -1 to 1")]
    silhouette_null: Null
    silhouette_null_low: NullLow
    silhouette_null_high: NullHigh
    map_images: Annotated[int, Meta(description="images on the map")]
    knn_shown: Annotated[float, Meta(description="knn_accuracy of the images on the map alone, in the layer's output")]
    knn_map: Annotated[float, Meta(description="the same in the map's two dimensions")]
    knn_map_low: Low
    knn_map_high: High
    knn_map_null: Null
    knn_map_null_low: NullLow
    knn_map_null_high: NullHigh
    silhouette_map: Annotated[float, Meta(description="mean silhouette of the classes in the map")]
    trustworthiness: Annotated[float, Meta(description="share of the map's neighbourhoods that are true, 0 to 1")]
    trustworthiness_null: Annotated[float, Meta(description="the same with the map's points shuffled, mean")]
    knn_pca: Annotated[float, Meta(description="knn_map on the first two principal components instead of t-SNE")]


@dataclass(frozen=True)
class LayerProbe:
    """How well classes can be read off one convolution layer, each filter pooled over the picture."""

    convolution: Annotated[str, Meta(description="name of the convolution")]
    layer: Annotated[str, Meta(description="the layer after it at which its filters are read")]
    filters: Annotated[int, Meta(description="its filters")]
    accuracy: Annotated[float, Meta(description="cross-validated accuracy of a linear probe (ridge)")]
    low: Low
    high: High
    null: Null
    null_low: NullLow
    null_high: NullHigh
    knn_accuracy: Annotated[float, Meta(description="k-nearest-neighbour accuracy on the same pooled features")]


@dataclass(frozen=True)
class GridMap:
    """One map of the grid."""

    perplexity: Annotated[float, Meta(description="at most a third of the other images")]
    seed: Annotated[int, Meta(description="of the random start")]
    knn_map: Annotated[float, Meta(description="k-nearest-neighbour accuracy in the map")]
    trustworthiness: Annotated[float, Meta(description="as in last")]


@dataclass(frozen=True)
class Snapshot:
    """The last layer at one epoch of training."""

    epoch: int
    convolution: Annotated[str, Meta(description="the last one that the network had then")]
    knn_accuracy: Annotated[float, Meta(description="as in last")]
    low: Low
    high: High
    knn_map: Annotated[float, Meta(description="k-nearest-neighbour accuracy in the map")]


@dataclass(frozen=True)
class LargeMap:
    """The map of many images, last layer."""

    images: int
    knn_map: Annotated[float, Meta(description="k-nearest-neighbour accuracy in the map")]
    silhouette_map: Annotated[float, Meta(description="mean silhouette of the classes in the map")]


@dataclass(frozen=True)
class FilterSpaces:
    """One filter's output alone, as the original report drew it."""

    first: SpaceResult
    last: SpaceResult


@dataclass(frozen=True)
class TsneResults:
    """Whether the layers separate the classes."""

    neighbours: Annotated[int, Meta(description="k of all k-nearest-neighbour accuracies")]
    fewest: Annotated[int, Meta(description="images measured on, of the class that has fewest")]
    fewest_shown: Annotated[int, Meta(description="images on the map, of the class that has fewest there")]
    perplexity: Annotated[float, Meta(description="of the maps; at most a third of the other images")]
    components: Annotated[int, Meta(description="principal components that the maps start from")]
    model_accuracy: Annotated[
        float,
        Meta(description="of the model itself, on the same images as the neighbours and the probes, 0 to 1"),
    ]
    first: Annotated[SpaceResult, Meta(description="the first convolution layer")]
    last: Annotated[SpaceResult, Meta(description="the last convolution layer")]
    filter: FilterSpaces
    layers: Annotated[list[LayerProbe], Meta(description="all convolution layers, first to last")]
    grid: Annotated[list[GridMap], Meta(description="the last layer's map with other settings")]
    large: Annotated[LargeMap | None, Meta(description="none if the configuration asks for none")] = None
    training: Annotated[list[Snapshot] | None, Meta(description="none for a model that was not trained here")] = None
