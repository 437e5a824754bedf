"""Going on with training from shipped weights, where the checkpoint they came from is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from generator.model.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from generator.model.past import Past
from generator.model.recipe import Recipe


def go_on_from_shipped(folder: Path, recipe: Recipe, card: dict[str, Any], sha256: str, network: keras.Model) -> bool:
    """Write a checkpoint at the end of the shipped run, if the recipe only adds cycles to that run's.

    A cycle ends with a learning rate of nought, where the network and its average are all but the same; only the
    momentum is lost, which the next cycle's warm-up builds anew, and what float16 storage rounds. Networks of earlier
    epochs that the new cycles learn from have to lie in the folder already.

    Args:
        folder: of the checkpoint; one that is there stays.
        recipe: to be trained to its end.
        card: the shipped weights' card.
        sha256: of the data.
        network: the shipped network.

    Returns:
        Whether a checkpoint was written.
    """
    training = card["training"]
    done = len(training["epochs"])
    known = read_checkpoint(folder) is not None
    if known or card["data"]["sha256"] != sha256 or not 0 < done < recipe.length:
        return False
    if not _begins(training["recipe"], msgspec.json.decode(msgspec.json.encode(recipe))):
        return False
    past = Past(recipe, folder)
    if past.lacks(before=done):
        return False
    past.keep(done, network.get_weights())
    values = [np.asarray(variable.value) for variable in network.variables]
    write_checkpoint(
        folder,
        Checkpoint(
            step=done * max(1, training["images"] // recipe.batch_size),
            sums=[0.0, 0.0, 0.0],
            epochs=training["epochs"],
            network=values,
            average=values,
            velocity=[np.zeros(variable.shape, np.float32) for variable in network.trainable_variables],
        ),
    )
    return True


def _begins(shipped: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether the shipped recipe's cycles are the first of those wanted, and all else that decides the run is equal.

    Keys that the shipped recipe does not know came later; their defaults are what it did.
    """
    if len(shipped["restarts"]) > len(wanted["restarts"]):
        return False
    pairs = zip(shipped["restarts"], wanted["restarts"], strict=False)
    same = all(cycle[key] == value for old, cycle in pairs for key, value in old.items())
    return same and all(wanted[key] == value for key, value in shipped.items() if key != "restarts")
