"""The stage ``dataset``: the user's images, or faces that the program draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from generator.config.schema import DatasetOptions
from generator.dataset.divide import digests_of, divide
from generator.dataset.load import load
from generator.dataset.names import shown
from generator.dataset.regions import masks_of
from generator.dataset.types import Dataset, Split, arrays_of
from generator.errors import InputError
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.dataset import DatasetResults, Duplicates, Images, Source


def run(options: DatasetOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Load or draw the images; see `generator.dataset.types.dataset_of` for what is left behind.

    Raises:
        InputError: the data cannot be used.
    """
    if options.path is None:
        if options.classes is not None:
            raise InputError("dataset.classes names the classes of dataset.path, which is not set")
        data, source = _drawn(options, context)
    else:
        data, source = _loaded(Path(options.path), options, context)
    artifact = arrays_of(data)
    artifact.results["dataset"] = msgspec.to_builtins(_results(data, source))
    return artifact


def _drawn(options: DatasetOptions, context: Context) -> tuple[Dataset, Source]:
    from generator.faces import drawn_dataset

    data = drawn_dataset(options.train_images, options.evaluation_images, context.seed, context.progress)
    return data, Source(kind="drawn", name=None, converted=0, coloured=0, unused={})


def _loaded(path: Path, options: DatasetOptions, context: Context) -> tuple[Dataset, Source]:
    masks = masks_of(options.regions)
    found = load(path, options.classes, context.progress)
    division = divide(found, digests_of(found.images), options.holdout, context.seed, shown(str(path), 4096))
    whole = Split(found.images, found.labels, found.names)
    data = Dataset(
        classes=found.classes,
        train=whole.take(division.train),
        evaluation=whole.take(division.evaluation),
        split=division.split,
        region_masks=masks,
    )
    source = Source(
        kind=found.kind,
        name=path.name,
        converted=found.converted,
        coloured=found.coloured,
        unused=division.unused,
    )
    return data, source


def _results(data: Dataset, source: Source) -> DatasetResults:
    train = np.bincount(data.train.labels, minlength=len(data.classes))
    evaluation = np.bincount(data.evaluation.labels, minlength=len(data.classes))
    return DatasetResults(
        split=data.split,
        images=Images(len(data.train), len(data.evaluation)),
        classes=list(data.classes),
        counts={name: Images(int(train[label]), int(evaluation[label])) for label, name in enumerate(data.classes)},
        source=source,
        duplicates=_duplicates(data),
    )


def _duplicates(data: Dataset) -> Duplicates:
    train, evaluation = digests_of(data.train.images), digests_of(data.evaluation.images)
    labels: dict[bytes, set[int]] = {}
    for part, digests in ((data.train, train), (data.evaluation, evaluation)):
        for digest, label in zip(digests, part.labels.tolist(), strict=True):
            labels.setdefault(digest, set()).add(label)
    known = Counter(train)
    return Duplicates(
        train=len(train) - len(known),
        evaluation=len(evaluation) - len(set(evaluation)),
        shared=sum(digest in known for digest in evaluation),
        conflicting=sum(len(found) > 1 for found in labels.values()),
    )
