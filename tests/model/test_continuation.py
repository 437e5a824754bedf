"""Training goes on from shipped weights whose checkpoint is lost, if they are its own."""

from __future__ import annotations

import dataclasses
import json

import msgspec
import numpy as np
import pytest

from generator.model.augment import Augmentation
from generator.model.checkpoints import read_checkpoint
from generator.model.continuation import go_on_from_shipped
from generator.model.network import plain_network
from generator.model.past import Past
from generator.model.recipe import Cycle, Recipe

SHIPPED = Recipe(network="tiny", epochs=2, restarts=(Cycle(1, 0.05, ((1.0, 48),), 0.5),), batch_size=16)
LONGER = dataclasses.replace(SHIPPED, restarts=(*SHIPPED.restarts, Cycle(3, 0.1, ((1.0, 48),), 0.1, teacher=0.5)))
NETWORK = plain_network(((4,), (8,)), 2, dropout=0.1)


def card(recipe: Recipe = SHIPPED) -> dict:
    epochs = [{"epoch": number + 1} for number in range(recipe.length)]
    training = {"recipe": recipe, "images": 100, "epochs": epochs}
    return json.loads(msgspec.json.encode({"training": training, "data": {"sha256": "a"}}))


def test_the_checkpoint_stands_at_the_end_of_the_shipped_run_with_its_weights(tmp_path):
    assert go_on_from_shipped(tmp_path, LONGER, card(), "a", NETWORK)
    state = read_checkpoint(tmp_path)
    assert state is not None
    assert state.step == 3 * (100 // 16)
    assert len(state.epochs) == 3
    for kept, variable in zip(state.network, NETWORK.variables, strict=True):
        np.testing.assert_array_equal(kept, np.asarray(variable.value))


def test_cards_from_before_an_option_existed_still_match(tmp_path):
    older = card()
    del older["training"]["recipe"]["precision"]
    for cycle in older["training"]["recipe"]["restarts"]:
        del cycle["teacher"]
    assert go_on_from_shipped(tmp_path, LONGER, older, "a", NETWORK)


@pytest.mark.parametrize(
    ("recipe", "known", "sha256"),
    [
        (SHIPPED, card(), "a"),
        (LONGER, card(), "b"),
        (LONGER, card(LONGER), "a"),
        (dataclasses.replace(LONGER, learning_rate=0.2), card(), "a"),
        (dataclasses.replace(LONGER, augmentation=Augmentation(zoom=0.5)), card(), "a"),
        (dataclasses.replace(LONGER, restarts=LONGER.restarts[1:]), card(), "a"),
        (dataclasses.replace(SHIPPED, epochs=9, restarts=()), card(), "a"),
    ],
    ids=["nothing to add", "other data", "all done", "other rate", "other views", "other cycle", "fewer cycles"],
)
def test_other_runs_begin_anew(tmp_path, recipe, known, sha256):
    assert not go_on_from_shipped(tmp_path, recipe, known, sha256, NETWORK)
    assert read_checkpoint(tmp_path) is None


def test_a_checkpoint_that_is_there_stays(tmp_path):
    assert go_on_from_shipped(tmp_path, LONGER, card(), "a", NETWORK)
    before = (tmp_path / "checkpoint.npz").read_bytes()
    assert not go_on_from_shipped(tmp_path, LONGER, card(), "a", NETWORK)
    assert (tmp_path / "checkpoint.npz").read_bytes() == before


def test_networks_that_the_new_cycles_learn_from_have_to_be_there(tmp_path):
    cycle = Cycle(3, 0.1, ((1.0, 48),), 0.1, matched=0.5, selves=(3, 1))
    longer = dataclasses.replace(SHIPPED, restarts=(*SHIPPED.restarts, cycle))
    assert not go_on_from_shipped(tmp_path, longer, card(), "a", NETWORK)
    assert read_checkpoint(tmp_path) is None
    Past(longer, tmp_path).keep(1, [np.ones(3)])
    assert go_on_from_shipped(tmp_path, longer, card(), "a", NETWORK)
    for kept, value in zip(Past(longer, tmp_path).weights(3), NETWORK.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, value)
