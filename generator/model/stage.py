"""The stage ``model``: the user's model, the shipped weights, or the profile's own network trained here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from generator.config.schema import ModelOptions
from generator.dataset.names import shown
from generator.dataset.types import LEAST_EVALUATION, dataset_of
from generator.errors import InputError
from generator.model.brought import card_of, output_names, preprocess_of, shipped_names
from generator.model.guess import Range
from generator.model.loading import ending_of
from generator.model.measured import Origin, measured
from generator.model.opening import classifier_of, open_file, opened
from generator.model.own import Own, snapshot_name, train_own
from generator.model.predictions import restricted
from generator.model.preprocess import Preprocess
from generator.model.shipped import shipped_weights, snapshot_files
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.model import Training

__all__ = ["opened", "run"]


def run(options: ModelOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Open or train the classifier and measure it on the evaluation images.

    Raises:
        InputError: the model does not fit, or there are too few images to measure it on; the message says what was
            found and what would fit.
    """
    data = dataset_of(inputs["dataset"])
    source, path = _source(options)
    own: Own | None = None
    card: dict[str, Any] | None = None
    snapshots: dict[int, str] = {}
    value_range, softmax = Range("recipe"), "none"
    if path is None:
        if len(data.evaluation) < LEAST_EVALUATION:
            # Told before a network is trained for nothing.
            message = f"the data has {len(data.evaluation)} evaluation images ({data.split})"
            raise InputError(f"{message}; a report takes at least {LEAST_EVALUATION}, or t-SNE has nothing to show")
        own = train_own(options.training, data, context)
        model = own.network
        preprocess, outputs = own.preprocess, list(data.classes)
        file = "model.keras"
        snapshots = {epoch: snapshot_name(epoch) for epoch in own.snapshots}
        files = {file: own.content} | {snapshots[epoch]: content for epoch, content in own.snapshots.items()}
    else:
        model, size, softmax = open_file(path, options.allow_lambda)
        kept: dict[int, Path] = {}
        if source == "shipped":
            card, kept = card_of(path), snapshot_files(path)
            outputs, preprocess = shipped_names(card, data), Preprocess(*size, **card["preprocess"])
        else:
            outputs = output_names(model, size, options, data, path)
            preprocess, value_range = preprocess_of(options, model, size, outputs, data, context)
        # Not by its own name, which may be anything.
        file = f"model{ending_of(path)}"
        files = {file: path.read_bytes()} | {snapshot_name(epoch): each.read_bytes() for epoch, each in kept.items()}
        if kept and card is not None:
            # The run ended at the model itself.
            snapshots = {epoch: snapshot_name(epoch) for epoch in kept} | {len(card["training"]["epochs"]): file}
    facts: dict[str, Any] = {
        "file": file,
        "preprocess": asdict(preprocess),
        "outputs": outputs,
        "classes": [name for name in data.classes if name in outputs],
        "allow_lambda": options.allow_lambda,
    }
    if snapshots:
        facts["snapshots"] = [{"epoch": epoch, "file": snapshots[epoch]} for epoch in sorted(snapshots)]
    if card is not None:
        facts["card"] = card
    artifact = Artifact(facts=facts, files=files)
    classifier = classifier_of(model, preprocess, outputs, facts["classes"])
    data = restricted(data, facts["classes"])
    logits = classifier.logits(data.evaluation.images)
    artifact.arrays = {"logits": logits}
    name = options.training.recipe if path is None else shown(path.name)
    shipped = None if card is None else msgspec.convert(card["training"], Training)
    origin = Origin(source, name, softmax, value_range, own, shipped)
    artifact.results["model"] = msgspec.to_builtins(measured(classifier, data, logits, origin))
    return artifact


def _source(options: ModelOptions) -> tuple[str, Path | None]:
    if options.path is not None:
        return "user", Path(options.path)
    if options.weights is not None:
        shipped = shipped_weights(options.weights)
        if shipped is not None:
            return "shipped", shipped
    return "trained", None
