"""The group ``dataset`` of ``results.json``. The build adds ``profile``, the profile's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class Images:
    """Numbers of images."""

    train: Annotated[int, Meta(description="images for training")]
    evaluation: Annotated[int, Meta(description="images on which everything in the report is measured")]


@dataclass(frozen=True)
class Source:
    """Where the images come from."""

    kind: Annotated[str, Meta(description="drawn, zip, folder or csv")]
    name: Annotated[str | None, Meta(description="name of the file or folder; none for drawn faces")]
    converted: Annotated[int, Meta(description="images that were not 48x48 8-bit grey and were made so")]
    coloured: Annotated[int, Meta(description="images that had colours; they were read as grey")]
    unused: Annotated[dict[str, int], Meta(description="images of evaluation splits that take no part, per split")]


@dataclass(frozen=True)
class Duplicates:
    """Images whose pixels are exactly those of another one."""

    train: Annotated[int, Meta(description="training images that repeat an earlier training image")]
    evaluation: Annotated[int, Meta(description="evaluation images that repeat an earlier evaluation image")]
    shared: Annotated[int, Meta(description="evaluation images that are training images too")]
    conflicting: Annotated[int, Meta(description="groups of equal images that carry different labels")]


@dataclass(frozen=True)
class DatasetResults:
    """What the report is measured on."""

    split: Annotated[
        str, Meta(description="what the evaluation images are: PrivateTest, PublicTest, test, validation or held-out")
    ]
    images: Annotated[Images, Meta(description="images for training and for evaluation")]
    classes: Annotated[list[str], Meta(description="names of the classes, in the order of their labels")]
    counts: Annotated[dict[str, Images], Meta(description="images per class")]
    source: Annotated[Source, Meta(description="where the images come from")]
    duplicates: Annotated[Duplicates, Meta(description="exact copies among the images")]
