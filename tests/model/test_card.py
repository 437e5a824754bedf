"""``train`` ships weights with a card whose figures are what the shipped file gives."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest
import tensorflow as tf

from generator.analyses.intervals import wilson
from generator.config.schema import DatasetOptions, ModelOptions, Profile, TrainingOptions
from generator.dataset.types import arrays_of
from generator.model import network, recipe, shipped, shipping, stage
from generator.model.augment import Augmentation
from generator.model.card import multiplications
from generator.model.own import recipe_of, saved
from generator.model.predictions import predictions_of
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.pipeline.lock import folder_lock
from tests.model.making import dataset

OPTIONS = TrainingOptions(recipe="faces")
PROFILE = Profile(dataset=DatasetOptions(), model=ModelOptions(weights="tiny", training=OPTIONS))
SOURCE = {"name": "faces.zip", "sha256": "0123abcd"}


def data_with_copies():
    """Two training images stand in the evaluation set, one of them mirrored; two equal ones disagree."""
    data = dataset(train=160, evaluation=40)
    images, labels = data.train.images.copy(), data.train.labels.copy()
    images[0] = data.evaluation.images[3]
    images[1] = data.evaluation.images[4][:, ::-1]
    images[10] = images[11]
    return dataclasses.replace(data, train=dataclasses.replace(data.train, images=images, labels=labels))


def shipped_inputs(folder: Path) -> dict[str, Artifact]:
    """Train and ship a tiny network into `folder`; the artifacts of a build that uses it."""
    data = data_with_copies()
    inputs = {"dataset": arrays_of(data)}
    small = dataclasses.replace(
        recipe.FACES, network="tiny", epochs=3, batch_size=16, average=0.9, augmentation=Augmentation(contrast=0.0)
    )
    cycle = recipe.Cycle(1, 0.05, ((1.0, 48),), 0.5, matched=0.6, mixup=0.35)
    taught = dataclasses.replace(small, restarts=(cycle,), teachers=(dataclasses.replace(small, epochs=2, seed=4711),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            network.NETWORKS,
            "tiny",
            lambda classes=3, size=48: network.plain_network(((4,), (8,)), classes, dropout=0.0, size=size),
        )
        patch.setitem(recipe.RECIPES, "faces", taught)
        patch.setattr(shipping, "load_dataset", lambda *_: inputs["dataset"])
        patch.setattr(shipped, "WEIGHTS", folder)
        log = [{"en": "tried for the test", "zh-Hant": "測試用"}]
        (folder / "tiny.log.json").write_bytes(msgspec.json.encode(log))
        shipping.train_and_ship(PROFILE, SOURCE, folder / "cache", "tiny")
        artifact = stage.run(PROFILE.model, inputs, Context(PROFILE.seed, folder / "scratch"))
    return {**inputs, "model": artifact}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shipped")


@pytest.fixture(scope="module")
def inputs(folder):
    return shipped_inputs(folder)


def test_a_build_with_the_shipped_weights_measures_what_the_card_says(inputs):
    card, result = inputs["model"].facts["card"], inputs["model"].results["model"]
    assert result["source"] == "shipped"
    assert result["input"]["reason"] == "recipe"
    assert result["accuracy"] == card["accuracy"]["value"]
    assert result["accuracy_without_duplicates"] == card["accuracy_without_duplicates"]["value"]
    assert result["recall"] == card["recall"]
    assert card["accuracy_without_duplicates"]["n"] == 38
    assert result["accuracy"] > 0.6
    low, high = wilson(round(card["accuracy"]["value"] * 40), 40)
    assert (card["accuracy"]["low"], card["accuracy"]["high"]) == (low, high)


def test_the_card_counts_what_was_left_out(inputs):
    training = inputs["model"].results["model"]["training"]
    assert training["left_out"] == 2
    assert training["conflicting"] == 2
    assert training["images"] + training["validation"] == 160 - 4
    assert len(training["epochs"]) == 4
    assert all(epoch["seconds"] is not None for epoch in training["epochs"])


def test_the_logits_are_the_shipped_files_own(inputs, folder):
    data, logits = predictions_of(inputs)
    model = keras.saving.load_model(folder / "tiny.keras", compile=False)
    faces = data.evaluation.images[..., None].astype(np.float32) / 255 * 4 - 2
    np.testing.assert_allclose(logits, model(faces, training=False), rtol=1e-3, atol=1e-3)


def test_a_few_epochs_are_shipped_and_end_at_the_model(inputs, folder):
    """What question 4 shows of the training; a stage that reads them notices when one of them changes."""
    files = sorted(file.name for file in folder.glob("tiny.*keras"))
    assert files == ["tiny.epoch-001.keras", "tiny.epoch-002.keras", "tiny.epoch-003.keras", "tiny.keras"]
    model = inputs["model"]
    kept = {each["epoch"]: model.files[each["file"]] for each in model.facts["snapshots"]}
    assert list(kept) == [1, 2, 3, 4]
    assert kept[4] == (folder / "tiny.keras").read_bytes()
    weights = {epoch: shipping.opened_network(content).get_weights()[0] for epoch, content in kept.items()}
    moved = [float(np.abs(weights[epoch] - weights[4]).mean()) for epoch in kept]
    assert moved == sorted(moved, reverse=True), "every epoch is nearer to the end"
    assert moved[2] > 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "WEIGHTS", folder)
        read = [file.name for file in shipped.belonging(folder / "tiny.keras")]
    assert sorted(read) == sorted([*files, "tiny.json"])


def test_weights_without_their_card_are_not_used(folder, inputs, tmp_path, monkeypatch):
    (tmp_path / "tiny.keras").write_bytes((folder / "tiny.keras").read_bytes())
    monkeypatch.setattr(shipped, "WEIGHTS", tmp_path)
    assert stage._source(PROFILE.model) == ("trained", None)
    monkeypatch.setattr(shipped, "WEIGHTS", folder)
    assert stage._source(PROFILE.model) == ("shipped", folder / "tiny.keras")


def test_half_precision_keeps_weights_to_a_thousandth_and_the_same_bytes():
    keras.utils.set_random_seed(1)
    whole = network.faces_network()
    content = saved(whole)
    assert saved(whole) == content
    half = shipping.rounded(content, tf.float16)
    assert half == shipping.rounded(content, tf.float16)
    assert len(half) < 0.7 * len(content)
    for one, other in zip(whole.get_weights(), shipping.opened_network(half).get_weights(), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-3, atol=1e-7)


def test_multiplications_are_counted_layer_by_layer():
    small = network.plain_network(((4,), (8,)), 3, dropout=0.0, size=48)
    assert multiplications(small) == 48 * 48 * 9 * 4 + 24 * 24 * 9 * 4 * 8 + 8 * 3


def test_the_configurations_changes_replace_parts_of_the_recipe():
    changed = recipe_of(TrainingOptions(recipe="fer2013", epochs=3, learning_rate=0.5), seed=11)
    assert (changed.length, changed.learning_rate, changed.seed) == (3, 0.5, 11)
    assert recipe_of(TrainingOptions(recipe="fer2013"), seed=2018) == recipe.FER2013


def test_two_runs_do_not_train_in_one_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shipping, "_trained_and_shipped", lambda *_: {"trained": True})
    place = tmp_path / "checkpoints"
    place.mkdir()
    done = []
    second = threading.Thread(
        target=lambda: done.append(shipping.train_and_ship(PROFILE, SOURCE, tmp_path, "tiny", place))
    )
    with folder_lock(place, "test"):
        second.start()
        second.join(0.5)
        assert not done
    second.join(20)
    assert done == [{"trained": True}]
    assert f"another run is training in {place}; waiting" in capsys.readouterr().err
