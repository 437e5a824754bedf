"""Cascading randomisation of the model's parameters (Adebayo et al. 2018): does a map depend on what was learnt?

From the top layer down, the weights are replaced by random ones. A map that stays as it was when the model is gone
was never drawn by the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.model.classifier import Classifier

CHECKPOINTS = 8
"""Of the cascade, for methods that cost one pass; the dear ones are looked at three times."""


@dataclass(frozen=True)
class Weight:
    """One of a layer's variables.

    Attributes:
        variable: of Keras.
        inputs: how many values a kernel sums up for one of its outputs; None for what is no kernel.
    """

    variable: Any
    inputs: int | None


@dataclass(frozen=True)
class Block:
    """Layers that are randomised together: one with a kernel and the normalisation behind it."""

    name: str
    weights: tuple[Weight, ...]


def blocks_of(classifier: Classifier) -> list[Block]:
    """The layers with weights, from the logits down to the input."""
    blocks: list[Block] = []
    waiting: list[Weight] = []
    seen: set[int] = set()
    for name in reversed(classifier.layers):
        layer = classifier.layer(name)
        if getattr(layer, "layers", None) or getattr(layer, "_layers", None):
            continue
        own = [_weight(variable, layer) for variable in layer.weights if id(variable) not in seen]
        seen |= {id(weight.variable) for weight in own}
        waiting += own
        if any(weight.inputs is not None for weight in own):
            blocks.append(Block(name, tuple(waiting)))
            waiting = []
    rest = [*waiting, *(_weight(v) for v in classifier.logits_model.weights if id(v) not in seen)]
    if rest:
        blocks.append(Block("other weights", tuple(rest)))
    return blocks


def _weight(variable: Any, layer: Any = None) -> Weight:
    """A variable of `layer`, or of one inside another layer, which is not known by itself."""
    import keras

    name, shape = str(variable.name), tuple(int(size) for size in variable.shape)
    if not name.endswith("kernel"):
        # A PReLU's slopes have as many axes as a kernel.
        return Weight(variable, None)
    depthwise = isinstance(layer, (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D))
    # A depthwise kernel (h, w, channels, multiplier) sees one channel at a time.
    own = shape[:-2] if depthwise or name == "depthwise_kernel" else shape[:-1]
    return Weight(variable, int(np.prod(own)))


def checkpoints(count: int, most: int) -> list[int]:
    """After how many randomised blocks to look: the first, the last, and evenly between them, `most` at most."""
    return sorted({int(np.rint(i)) for i in np.linspace(1, count, min(most, count))}) if count else []


def three_layers(classifier: Classifier) -> frozenset[str]:
    """The layers of three checkpoints: the first, the one where the upper half that is judged ends, and the last."""
    blocks = blocks_of(classifier)
    places = checkpoints(len(blocks), CHECKPOINTS)
    return frozenset(blocks[places[at] - 1].name for at in (0, (len(places) - 1) // 2, -1)) if places else frozenset()


@contextmanager
def kept(classifier: Classifier) -> Iterator[None]:
    """Give the model its weights back at the end.

    They are changed in place instead of in a copy, so that the compiled functions serve for every stage of the
    cascade, and any kind of Keras model will do.
    """
    variables = list(classifier.logits_model.weights)
    values = [np.array(variable) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


def randomise(block: Block, rng: np.random.Generator) -> None:
    """Give a block the weights of an untrained layer: He's normal kernels (He et al. 2015), no normalisation."""
    for weight in block.weights:
        weight.variable.assign(_fresh(weight, rng))


def _fresh(weight: Weight, rng: np.random.Generator) -> np.ndarray:
    shape = tuple(int(size) for size in weight.variable.shape)
    if weight.inputs is not None:
        return rng.normal(0, np.sqrt(2 / weight.inputs), shape).astype(np.float32)
    return np.full(shape, 1.0 if weight.variable.name in ("gamma", "moving_variance") else 0.0, dtype=np.float32)


def cascade(classifier: Classifier, look: Callable[[str], None], seed: int, most: int = CHECKPOINTS) -> None:
    """Randomise block after block from the top, and look at each of `checkpoints`.

    Args:
        classifier: is as before afterwards.
        look: called with the name of the lowest randomised layer.
        seed: of the random weights.
        most: checkpoints.
    """
    blocks = blocks_of(classifier)
    looked = set(checkpoints(len(blocks), most))
    rng = np.random.default_rng(seed)
    with kept(classifier):
        for number, block in enumerate(blocks, start=1):
            randomise(block, rng)
            if number in looked:
                look(block.name)
