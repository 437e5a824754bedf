"""The last layer during training, from the models that the training kept."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generator.model.classifier import Classifier
from generator.model.loading import load_keras
from generator.pipeline.artifact import Artifact


@dataclass(frozen=True)
class Epoch:
    """One moment of the training.

    Attributes:
        epoch: from 1.
        features: output of the layer flattened, float32 (n, d).
    """

    epoch: int
    features: np.ndarray


def last_layer_by_epoch(
    model: Artifact, classifier: Classifier, faces: np.ndarray, layer: str, final: np.ndarray
) -> list[Epoch]:
    """Outputs of `layer` for `faces` (n, 48, 48) at every epoch that was kept; none for a model trained elsewhere.

    Args:
        model: the model stage's artifact; its fact ``snapshots`` lists ``{"epoch", "file"}``, in order of epochs.
        classifier: the final model, whose inputs the snapshots share.
        faces: images.
        layer: name of the layer.
        final: the final model's outputs, float32 (n, d).
    """
    epochs = []
    inputs = classifier.prepare(faces)
    then: Classifier | None = None
    for kept in model.facts.get("snapshots") or []:
        if kept["file"] == model.facts["file"]:
            epochs.append(Epoch(int(kept["epoch"]), final))
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / kept["file"]
            path.write_bytes(model.files[kept["file"]])
            if then is None:
                then = Classifier(load_keras(path, allow_lambda=False), classifier.preprocess, classifier.classes)
                outputs = then.cut([layer], quick=True)
            else:
                # All are one network at different times, so what was compiled for the first serves for all.
                then.logits_model.load_weights(_unpacked(path))
        epochs.append(Epoch(int(kept["epoch"]), outputs(inputs)[0].reshape(len(faces), -1)))
    return epochs


def _unpacked(path: Path) -> Path:
    """The weights of a ``.keras`` archive, which Keras would otherwise unpack again for every layer."""
    with zipfile.ZipFile(path) as archive:
        return Path(archive.extract("model.weights.h5", path.parent))
