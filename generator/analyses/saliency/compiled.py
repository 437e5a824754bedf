"""Run a compiled function over many images, a fixed number at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from generator.model.classifier import BATCH, Classifier

Step = Callable[[Any, Any], Any]
"""Tensors (BATCH, h, w, c) and int32 targets (BATCH,) to a tensor of BATCH rows."""


def per_batch(classifier: Classifier, step: Step) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Compile `step` for the classifier's input size, and pad the last batch so that it is traced once."""
    p = classifier.preprocess
    signature = [tf.TensorSpec((BATCH, p.height, p.width, p.channels), tf.float32), tf.TensorSpec((BATCH,), tf.int32)]
    # Compiled because eager gradients through convolutions crash (design, Hazards).
    run = tf.function(step, input_signature=signature, autograph=False)

    def batched(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        inputs, targets = np.asarray(inputs, dtype=np.float32), np.asarray(targets, dtype=np.int32)
        found = []
        for start in range(0, len(inputs), BATCH):
            rows, which = inputs[start : start + BATCH], targets[start : start + BATCH]
            missing = BATCH - len(rows)
            if missing:
                rows = np.concatenate([rows, np.zeros((missing, *rows.shape[1:]), np.float32)])
                which = np.concatenate([which, np.zeros(missing, np.int32)])
            found.append(np.asarray(run(rows, which))[: BATCH - missing])
        return np.concatenate(found)

    return batched
