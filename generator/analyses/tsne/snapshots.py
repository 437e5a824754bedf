"""The last layer during training, from the models that the training kept."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generator.analyses.filters.layers import Unit, layers_of, units
from generator.model.classifier import Classifier
from generator.model.loading import load_keras
from generator.pipeline.artifact import Artifact


@dataclass(frozen=True)
class Epoch:
    """One moment of the training.

    Attributes:
        epoch: from 1.
        convolution: the last one the network had then.
        features: output of the layer flattened, float32 (n, d).
    """

    epoch: int
    convolution: str
    features: np.ndarray


def last_layer_by_epoch(
    model: Artifact, classifier: Classifier, faces: np.ndarray, last: Unit, final: np.ndarray
) -> list[Epoch]:
    """Outputs of the last layer for `faces` (n, 48, 48) at every kept epoch; none for a model trained elsewhere.

    A network that grew in its training ended in another layer before.

    Args:
        model: the model stage's artifact; its fact ``snapshots`` lists ``{"epoch", "file"}``, in order of epochs.
        classifier: the final model, whose inputs the snapshots share.
        faces: images.
        last: the final model's last layer.
        final: the final model's outputs, float32 (n, d).
    """
    epochs = []
    inputs = classifier.prepare(faces)
    then: Classifier | None = None
    config = b""
    for kept in model.facts.get("snapshots") or []:
        if kept["file"] == model.facts["file"]:
            epochs.append(Epoch(int(kept["epoch"]), last.convolution, final))
            continue
        content = model.files[kept["file"]]
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(content)) as archive:
            now = archive.read("config.json")
            if then is not None and now == config:
                # The same network at another time, so what was compiled for it serves again. Keras would unpack the
                # archive again for every layer.
                then.logits_model.load_weights(archive.extract("model.weights.h5", folder))
            else:
                config = now
                path = Path(folder) / kept["file"]
                path.write_bytes(content)
                then = Classifier(load_keras(path, allow_lambda=False), classifier.preprocess, classifier.classes)
                end = units(then, layers_of(then))[-1]
                outputs = then.cut([end.layer], quick=True)
        epochs.append(Epoch(int(kept["epoch"]), end.convolution, outputs(inputs)[0].reshape(len(faces), -1)))
    return epochs
