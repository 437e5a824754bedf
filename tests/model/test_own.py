"""Without a model or shipped weights the stage trains the profile's recipe, and keeps what question 4 shows."""

from __future__ import annotations

import dataclasses
import shutil

import keras
import numpy as np
import pytest

from generator.config.schema import ModelOptions
from generator.errors import InputError
from generator.model import network, recipe, stage
from generator.model.augment import Augmentation
from generator.model.checkpoints import read_checkpoint
from generator.model.own import moments, spread_out
from generator.model.past import Past
from generator.pipeline.context import Context
from tests.model.making import dataset, inputs_of

SMALL = dataclasses.replace(
    recipe.FACES, network="tiny", epochs=6, batch_size=16, average=0.9, augmentation=Augmentation(contrast=0.0)
)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    def tiny(classes: int = 3, size: int | None = 48) -> keras.Model:
        return network.plain_network(((4,), (8,)), classes, dropout=0.0, size=size)

    monkeypatch.setitem(network.NETWORKS, "tiny", tiny)
    monkeypatch.setitem(recipe.RECIPES, "faces", SMALL)


def trained(folder, seed=7, data=None):
    inputs = inputs_of(data or dataset(train=96))
    artifact = stage.run(ModelOptions(weights="there is none"), inputs, Context(seed, folder))
    return {**inputs, "model": artifact}


def test_the_same_seed_trains_the_same_bytes(tmp_path):
    one, two, other = trained(tmp_path / "1"), trained(tmp_path / "2"), trained(tmp_path / "3", seed=8)
    assert one["model"].files == two["model"].files
    assert one["model"].results == two["model"].results
    assert one["model"].files != other["model"].files
    result = one["model"].results["model"]
    assert result["source"] == "trained"
    assert result["accuracy"] > 0.6
    assert len(result["training"]["epochs"]) == 6
    assert {epoch["seconds"] for epoch in result["training"]["epochs"]} == {None}


def test_snapshots_of_the_training_can_be_opened_and_end_at_the_model(tmp_path):
    inputs = trained(tmp_path)
    artifact = inputs["model"]
    snapshots = artifact.facts["snapshots"]
    epochs = [snapshot["epoch"] for snapshot in snapshots]
    assert epochs == sorted(epochs)
    assert epochs[0] == 1
    assert epochs[-1] == 6
    last = tmp_path / "last.keras"
    last.write_bytes(artifact.files[snapshots[-1]["file"]])
    classifier, data = stage.opened(inputs)
    outputs = keras.saving.load_model(last)(classifier.prepare(data.evaluation.images), training=False)
    np.testing.assert_allclose(outputs, artifact.arrays["logits"], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("length", "expected"), [(1, [1]), (2, [1, 2]), (8, [1, 2, 4, 6, 8]), (134, [1, 34, 67, 100, 134])]
)
def test_the_first_epoch_and_every_quarter_are_kept(length, expected):
    assert moments(length) == expected
    assert spread_out(expected, length) == expected


def test_of_a_run_that_was_made_longer_the_nearest_epochs_are_shown():
    assert spread_out({1, 6, 80, 94, 114, 134}, 134) == [1, 6, 80, 94, 134]
    assert spread_out({3}, 8) == [3]
    assert spread_out({}, 8) == []


def test_teachers_are_trained_first_and_resumed_as_the_run_itself(tmp_path, monkeypatch):
    cycle = recipe.Cycle(1, 0.05, ((1.0, 48),), 0.5, matched=1.0)
    teacher = dataclasses.replace(SMALL, epochs=2, seed=5)
    alone = trained(tmp_path / "alone")
    monkeypatch.setitem(recipe.RECIPES, "faces", dataclasses.replace(SMALL, restarts=(cycle,), teachers=(teacher,)))
    taught = trained(tmp_path / "taught")
    again = trained(tmp_path / "taught")
    assert again["model"].files == taught["model"].files != alone["model"].files
    kept = read_checkpoint(tmp_path / "taught" / "teacher-1")
    assert kept is not None
    assert len(kept.epochs) == 2
    assert len(taught["model"].results["model"]["training"]["epochs"]) == 7


def test_teachers_are_not_trained_again_once_what_they_say_is_learnt(tmp_path, monkeypatch):
    asks = recipe.Cycle(1, 0.05, ((1.0, 48),), 0.5, matched=1.0)
    looks_back = dataclasses.replace(asks, selves=(1,))
    teacher = dataclasses.replace(SMALL, epochs=2, seed=5)
    taught = dataclasses.replace(SMALL, restarts=(asks,), teachers=(teacher,))
    monkeypatch.setitem(recipe.RECIPES, "faces", taught)
    trained(tmp_path)
    shutil.rmtree(tmp_path / "teacher-1")
    longer = dataclasses.replace(taught, restarts=(asks, looks_back))
    first = keras.saving.load_model(tmp_path / "epoch-001.keras", compile=False)
    Past(longer, tmp_path).keep(1, first.get_weights())
    monkeypatch.setitem(recipe.RECIPES, "faces", longer)
    done = trained(tmp_path)
    assert not (tmp_path / "teacher-1").exists()
    assert len(done["model"].results["model"]["training"]["epochs"]) == SMALL.epochs + 2


def test_too_few_images_to_train_on_are_refused_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match=r"20 training images.*at least 32.*--model"):
        trained(tmp_path, data=dataset(train=20))


def test_training_images_that_all_stand_in_the_evaluation_set_are_refused(tmp_path):
    data = dataset(train=96)
    copies = dataclasses.replace(data, evaluation=data.train)
    with pytest.raises(InputError, match=r"of 96 training images 96 stand in the evaluation set.*leaves 0"):
        trained(tmp_path, data=copies)


def test_few_images_still_leave_one_of_every_class_for_validation(tmp_path):
    result = trained(tmp_path, data=dataset(train=36))["model"].results["model"]
    assert result["training"]["validation"] == 3
