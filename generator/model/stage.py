"""The stage ``model``: the user's model, the shipped weights, or the profile's own network trained here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from generator.analyses.intervals import wilson
from generator.config.schema import ModelOptions
from generator.dataset.types import Dataset, Split, dataset_of
from generator.errors import InputError, nearest
from generator.model.classifier import Classifier, Preprocess
from generator.model.cleaning import clean
from generator.model.guess import Candidate, guess_preprocess, hits
from generator.model.loading import input_size, load_keras, logits_model, with_columns
from generator.model.own import Own, train_own
from generator.model.predictions import restricted
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.model import EpochResult, Input, ModelResults, Training, Tried

WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
_TRIED_IMAGES = 500


@dataclass(frozen=True)
class Origin:
    """Where the classifier comes from.

    Attributes:
        source: ``trained``, ``shipped`` or ``user``.
        name: the file's or the recipe's.
        softmax: where it was taken off, see `generator.model.loading.logits_model`.
        reason: why this value range: ``configured``, ``recipe`` or ``guessed``.
        tried: the ranges that were tried.
        own: the training run, if there was one.
        shipped: the training as the shipped weights' card tells it.
    """

    source: str
    name: str
    softmax: str
    reason: str
    tried: list[Candidate]
    own: Own | None
    shipped: Training | None = None


def run(options: ModelOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Open or train the classifier and measure it on the evaluation images.

    Raises:
        InputError: the model does not fit; the message says what was found and what would fit.
    """
    data = dataset_of(inputs["dataset"])
    source, path = _source(options)
    if path is None:
        own = train_own(options.training, data, context)
        facts: dict[str, Any] = {
            "file": "model.keras",
            "preprocess": asdict(own.preprocess),
            "outputs": list(data.classes),
        }
        files = {"model.keras": own.content, **own.snapshots}
        facts["snapshots"] = [{"epoch": int(name[6:9]), "file": name} for name in sorted(own.snapshots)]
        tried: list[Candidate] = []
        reason, softmax = "recipe", "none"
    else:
        own = None
        model, size, softmax = _opened(path, options.allow_lambda)
        outputs = _outputs(model, size, options, data, path)
        preprocess, tried, reason = _preprocess(options, model, size, outputs, data, source, path, context)
        files = {path.name if path.suffix else f"{path.name}.keras": path.read_bytes()}
        facts = {"file": next(iter(files)), "preprocess": asdict(preprocess), "outputs": outputs}
    present = set(facts["outputs"])
    facts |= {
        "classes": [name for name in data.classes if name in present],
        "allow_lambda": options.allow_lambda,
    }
    artifact = Artifact(facts=facts, files=files)
    classifier, data = opened({**inputs, "model": artifact})
    logits = classifier.logits(data.evaluation.images)
    artifact.arrays = {"logits": logits}
    name = options.training.recipe if path is None else path.name
    shipped = None
    if source == "shipped" and path is not None:
        card = _card(path)
        facts["card"] = card
        shipped = msgspec.convert(card["training"], Training)
    origin = Origin(source, name, softmax, reason, tried, own, shipped)
    measured = _measured(classifier, data, logits, origin)
    artifact.results["model"] = msgspec.to_builtins(measured)
    return artifact


def opened(inputs: Mapping[str, Artifact]) -> tuple[Classifier, Dataset]:
    """The classifier of a model artifact, and the data set restricted to its classes.

    One classifier is kept per process, so that the stages share its compiled functions.
    """
    artifact = inputs["model"]
    facts = artifact.facts
    file = facts["file"]
    folder = getattr(artifact.files, "folder", None)
    outputs = list(facts["outputs"])
    order = None if outputs == list(facts["classes"]) else tuple(outputs.index(name) for name in facts["classes"])
    settings = (
        tuple(sorted(facts["preprocess"].items())),
        order,
        tuple(facts["classes"]),
        bool(facts["allow_lambda"]),
    )
    if folder is not None:
        classifier = _classifier(Path(folder) / file, *settings)
    else:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / file
            path.write_bytes(artifact.files[file])
            classifier = _classifier.__wrapped__(path, *settings)
    return classifier, restricted(dataset_of(inputs["dataset"]), facts["classes"])


@lru_cache(maxsize=2)
def _classifier(
    path: Path,
    preprocess: tuple[tuple[str, Any], ...],
    order: tuple[int, ...] | None,
    classes: tuple[str, ...],
    allow_lambda: bool,
) -> Classifier:
    model, size, _ = _opened(path, allow_lambda)
    if order is not None:
        model = with_columns(model, list(order), size)
    return Classifier(model, Preprocess(**dict(preprocess)), classes)


def _opened(path: Path, allow_lambda: bool) -> tuple[keras.Model, tuple[int, int, int], str]:
    model = load_keras(path, allow_lambda)
    size = input_size(model, str(path))
    logits, softmax = logits_model(model, size, str(path))
    return logits, size, softmax


def _card(weights: Path) -> dict[str, Any]:
    """The card of shipped weights."""
    card: dict[str, Any] = msgspec.json.decode(weights.with_suffix(".json").read_bytes())
    return card


def _source(options: ModelOptions) -> tuple[str, Path | None]:
    if options.path is not None:
        return "user", Path(options.path)
    if options.weights is not None:
        shipped = WEIGHTS / f"{options.weights}.keras"
        if shipped.is_file() and shipped.with_suffix(".json").is_file():
            return "shipped", shipped
    return "trained", None


def _outputs(
    model: keras.Model, size: tuple[int, int, int], options: ModelOptions, data: Dataset, path: Path
) -> list[str]:
    """Class names of the model's outputs, in their order."""
    count = int(model(np.zeros((1, *size), np.float32), training=False).shape[-1])
    names = list(options.classes or data.classes)
    for name in names:
        if name not in data.classes:
            raise InputError(f"model.classes names '{name}', which the data does not have{nearest(name, data.classes)}")
    if len(set(names)) != len(names):
        raise InputError(f"model.classes names a class twice: {', '.join(names)}")
    if count != len(names):
        given = "model.classes names" if options.classes else "the data has"
        hint = "name its outputs, in order, in model.classes"
        raise InputError(f"gives {count} classes, but {given} {len(names)} ({', '.join(names)}); {hint}", path)
    return names


def _preprocess(
    options: ModelOptions,
    model: keras.Model,
    size: tuple[int, int, int],
    outputs: list[str],
    data: Dataset,
    source: str,
    path: Path,
    context: Context,
) -> tuple[Preprocess, list[Candidate], str]:
    """The model's value range: as configured, as its recipe says, or guessed."""
    if options.preprocess is not None:
        given = options.preprocess
        return Preprocess(*size, low=given.low, high=given.high, mean=given.mean, std=given.std), [], "configured"
    if source == "shipped":
        return Preprocess(*size, **_card(path)["preprocess"]), [], "recipe"
    known = restricted(data, outputs)
    images: Split = known.train if len(known.train) else known.evaluation

    def accuracy(preprocess: Preprocess, some: Split) -> float:
        return hits(Classifier(model, preprocess, outputs).logits(some.images), some.labels)

    tried = guess_preprocess(accuracy, size, images, _TRIED_IMAGES, context.seed)
    return tried[0].preprocess, tried, "guessed"


def _measured(
    classifier: Classifier,
    data: Dataset,
    logits: np.ndarray,
    origin: Origin,
) -> ModelResults:
    labels, predicted = data.evaluation.labels, logits.argmax(axis=1)
    right = predicted == labels
    count = len(data.classes)
    confusion = np.zeros((count, count), dtype=int)
    np.add.at(confusion, (labels, predicted), 1)
    low, high = wilson(int(right.sum()), len(labels))
    totals = confusion.sum(axis=1)
    copies = clean(data.train.images, data.train.labels, data.evaluation.images).evaluation_duplicates
    p = classifier.preprocess
    return ModelResults(
        source=origin.source,
        name=origin.name,
        accuracy=float(right.mean()),
        low=low,
        high=high,
        accuracy_without_duplicates=float(right[~copies].mean()) if copies.any() and not copies.all() else None,
        recall={c: float(confusion[i, i] / totals[i]) if totals[i] else None for i, c in enumerate(data.classes)},
        n={c: int(totals[i]) for i, c in enumerate(data.classes)},
        confusion=confusion.tolist(),
        parameters=int(classifier.logits_model.count_params()),
        convolutions=list(classifier.convolutions),
        softmax=origin.softmax,
        input=Input(
            height=p.height,
            width=p.width,
            channels=p.channels,
            low=p.low,
            high=p.high,
            mean=p.mean,
            std=p.std,
            reason=origin.reason,
            tried=[
                Tried(t.preprocess.low, t.preprocess.high, t.preprocess.mean, t.preprocess.std, t.accuracy)
                for t in origin.tried
            ],
        ),
        training=_training(origin.own) if origin.own is not None else origin.shipped,
    )


def _training(own: Own) -> Training:
    return Training(
        images=own.images,
        validation=own.validation,
        left_out=own.left_out,
        conflicting=own.conflicting,
        recipe=asdict(own.recipe),
        epochs=[EpochResult(**{**vars(epoch), "seconds": None}) for epoch in own.epochs],
    )
