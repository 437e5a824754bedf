"""SmoothGrad (Smilkov, Thorat, Kim, Viégas and Wattenberg 2017): the mean gradient over noisy copies of the image."""

from __future__ import annotations

import numpy as np

from generator.analyses.saliency.gradient import Gradients
from generator.model.batches import rows_at_once

_ROWS = 1024


def smoothgrad(
    gradients: Gradients,
    inputs: np.ndarray,
    targets: np.ndarray,
    span: float,
    samples: int = 25,
    noise: float = 0.15,
    seed: int = 0,
) -> np.ndarray:
    """Mean gradient of the target logit over noisy copies of each input; float32 (n, h, w), channels added up.

    All images get the same `samples` noise pictures, so a map does not depend on which others are computed with it.
    Every second one is the negative of the one before (antithetic variates, Hammersley and Morton 1956): on FER2013 20
    so paired come as near to the mean over 1,500 as 25 unpaired ones.

    Args:
        gradients: see `generator.analyses.saliency.gradient`.
        inputs: (n, h, w, c), in the model's range.
        targets: columns of the logits, (n,).
        span: from black to white in the model's range.
        samples: noisy copies per image.
        noise: standard deviation of the noise, part of `span` (the paper finds .1 to .2 good).
        seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    # One noise value per pixel: the channels of a grey image are equal.
    drawn = rng.normal(0, noise * abs(span), ((samples + 1) // 2, *inputs.shape[1:3], 1)).astype(np.float32)
    pictures = np.stack([drawn, -drawn], axis=1).reshape(-1, *drawn.shape[1:])[:samples]
    maps = np.empty(inputs.shape[:3], dtype=np.float32)
    several = max(1, rows_at_once(_ROWS, *inputs.shape[1:3]) // samples)
    for start in range(0, len(inputs), several):
        part = slice(start, start + several)
        noisy = inputs[part, None] + pictures
        found = gradients(noisy.reshape(-1, *inputs.shape[1:]), np.repeat(targets[part], samples))
        maps[part] = found.sum(axis=-1).reshape(-1, samples, *inputs.shape[1:3]).mean(axis=1)
    return maps
