"""A trained plain network carried over into a larger one, which begins by computing nearly the same (Net2Net)."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from generator.model.recipe import Recipe

_FACES = 2000
_SEED = 2026
_BATCH = 256


def first_faces(images: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Some training images, uint8 (n, 48, 48), as the network sees them: float32 (m, 48, 48, 1)."""
    some = images[np.random.default_rng(0).permutation(len(images))[:_FACES]]
    return np.asarray(recipe.scaled(some[..., None].astype(np.float32) / 255))


def grow(small: keras.Model, large: keras.Model, faces: np.ndarray) -> None:
    """Give a larger plain network the weights of a smaller one whose layers it begins with (Chen et al. 2016).

    What both have is copied. In each further convolution as many filters as the small network ends in pass on what
    they get, and the rest begin at random, weighted with nought in the logits. Were there no further pooling, the
    logits would be the same to the last digit; behind one a face's mean activations are higher, so the logits'
    weights are lowered by as much on average.

    Args:
        small: trained, from `generator.model.network`.
        large: another of these; its weights are set.
        faces: float32 (n, height, width, 1), on which the further layers' statistics and means are taken.

    Raises:
        ValueError: the large network does not begin with the small one's convolutions, or narrows behind them.
    """
    rng = np.random.default_rng(_SEED)
    known = {layer.name: layer.get_weights() for layer in small.layers if layer.get_weights()}
    weights, bias = known.pop("logits")
    passed = len(weights)
    at = list(range(passed))
    for layer in large.layers:
        if layer.name in known:
            layer.set_weights(known.pop(layer.name))
        elif isinstance(layer, layers.Conv2D):
            if known or layer.filters < passed:
                raise ValueError(f"{layer.name} of the large network is no continuation of the small one")
            kernel = rng.normal(0, np.sqrt(2 / np.prod(layer.kernel.shape[:3])), layer.kernel.shape)
            kernel[..., at] = 0
            kernel[1, 1, at, at] = 1
            layer.set_weights([kernel])
        elif isinstance(layer, layers.BatchNormalization):
            output = _outputs(large, layer.input, faces)
            mean, variance = output.mean(axis=(0, 1, 2)), output.var(axis=(0, 1, 2))
            gamma, beta = np.ones_like(mean), np.zeros_like(mean)
            gamma[at], beta[at] = np.sqrt(variance[at] + layer.epsilon), mean[at]
            layer.set_weights([gamma, beta, mean, variance])
    if known:
        raise ValueError(f"the large network has no {', '.join(known)}")
    before, after = (_outputs(network, network.get_layer("logits").input, faces) for network in (small, large))
    fall = before.mean(axis=0) / np.maximum(after.mean(axis=0)[at], 1e-6)
    logits = np.zeros((after.shape[1], len(bias)))
    logits[at] = weights * fall[:, None]
    large.get_layer("logits").set_weights([logits, bias])


def _outputs(network: keras.Model, tensor: keras.KerasTensor, faces: np.ndarray) -> np.ndarray:
    part = keras.Model(network.input, tensor)
    # Called, not `predict`: the network's variables may be spread over several GPUs.
    return np.concatenate([np.asarray(part(faces[i : i + _BATCH])) for i in range(0, len(faces), _BATCH)])
