"""Run a compiled function over many images, a fixed number at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from generator.model.batches import in_batches
from generator.model.classifier import Classifier

Step = Callable[[Any, Any], list[Any]]
"""Tensors (n, h, w, c) and int32 targets (n,) to tensors of n rows."""


def per_batch(classifier: Classifier, step: Step) -> Callable[[np.ndarray, np.ndarray], list[np.ndarray]]:
    """Compile `step` for the classifier's input size; it is traced once."""
    # Compiled because eager gradients through convolutions crash (design, Hazards).
    signature = [classifier.spec, tf.TensorSpec((None,), tf.int32)]
    run = tf.function(step, input_signature=signature, autograph=False)

    def batched(inputs: np.ndarray, targets: np.ndarray) -> list[np.ndarray]:
        return in_batches(run, classifier.batch, np.asarray(inputs, np.float32), np.asarray(targets, np.int32))

    return batched
