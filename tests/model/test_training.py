"""Training: a killed run goes on as if nothing had happened, and learns what there is to learn."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from generator.model import network
from generator.model.augment import Augmentation, augmented
from generator.model.checkpoints import read_checkpoint
from generator.model.growth import grow
from generator.model.recipe import FER2013, RECIPES, Cycle, Recipe
from generator.model.statistics import measure_statistics
from generator.model.training import Trainer, compiled_logits, cross_entropy
from tests.model.making import faces_by_brightness

TINY = Recipe(
    network="tiny",
    epochs=2,
    sizes=((0.5, 24), (0.5, 48)),
    batch_size=16,
    restarts=(Cycle(epochs=1, learning_rate=0.05, sizes=((1.0, 48),), warm_up=0.5, teacher=0.5),),
    augmentation=Augmentation(contrast=0.0),
)
IMAGES, LABELS = faces_by_brightness(80, 2)
CHECK = faces_by_brightness(20, 2, seed=9)


def tiny(classes: int = 2, size: int | None = 48) -> keras.Model:
    return network.plain_network(((4,), (8,)), classes, dropout=0.1, size=size)


def tiny_grown(classes: int = 2, size: int | None = 48) -> keras.Model:
    return network.plain_network(((4,), (8, 12), (16,)), classes, dropout=0.1, size=size)


@pytest.fixture(autouse=True, scope="module")
def _known():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(network.NETWORKS, "tiny", tiny)
        patch.setitem(network.NETWORKS, "tiny_grown", tiny_grown)
        yield


def trainer(recipe: Recipe = TINY) -> Trainer:
    return Trainer(recipe, IMAGES, LABELS, CHECK, 2)


class KilledError(Exception):
    pass


def killed_after(steps: int):
    def progress(done: int, total: int, what: str = "") -> None:
        if done == steps:
            raise KilledError

    return progress


def curve(run) -> list[dict]:
    return [{**vars(epoch), "seconds": None} for epoch in run.epochs]


@pytest.fixture(scope="module")
def unbroken(_known):
    return trainer().run()


def assert_equal_runs(one, other) -> None:
    assert curve(one) == curve(other)
    for a, b in zip(one.network.get_weights(), other.network.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_killed_run_resumes_to_the_very_same_weights(tmp_path, unbroken):
    for steps in (3, 9, 12):
        with pytest.raises(KilledError):
            trainer().run(tmp_path, killed_after(steps), every=2)
    assert_equal_runs(trainer().run(tmp_path, every=2), unbroken)


def test_a_run_killed_while_it_learns_from_its_former_self_and_another_network_resumes_too(tmp_path):
    matched = Cycle(epochs=2, learning_rate=0.05, sizes=((1.0, 48),), warm_up=0.5, matched=0.6, mixup=0.5)
    recipe = dataclasses.replace(TINY, restarts=(matched,))
    other = tiny(size=48)

    def taught() -> Trainer:
        return Trainer(recipe, IMAGES, LABELS, CHECK, 2, teachers=[other])

    with pytest.raises(KilledError):  # in the middle of the cycle
        taught().run(tmp_path, killed_after(13), every=2)
    resumed, whole = taught().run(tmp_path, every=2), taught().run()
    assert_equal_runs(resumed, whole)


def test_a_run_killed_while_it_learns_from_what_it_was_after_earlier_epochs_resumes_too(tmp_path):
    cycle = Cycle(2, 0.05, ((1.0, 48),), 0.5, matched=0.6, selves=(2, 1), mirrored=True)
    recipe = dataclasses.replace(TINY, restarts=(cycle,))
    for steps in (7, 13, 17):
        with pytest.raises(KilledError):
            trainer(recipe).run(tmp_path, killed_after(steps), every=2)
    assert {file.name for file in tmp_path.glob("past-*")} == {"past-001.npz", "past-002.npz"}
    whole = trainer(recipe).run()
    assert_equal_runs(trainer(recipe).run(tmp_path, every=2), whole)
    other = trainer(dataclasses.replace(recipe, restarts=(dataclasses.replace(cycle, selves=(2,)),))).run()
    assert curve(other) != curve(whole)


def test_a_run_killed_while_it_grows_or_after_it_has_grown_resumes_too(tmp_path):
    cycle = Cycle(2, 0.05, ((1.0, 48),), 0.5, matched=0.6, selves=(2, 1), grown="tiny_grown")
    after = Cycle(1, 0.05, ((1.0, 48),), 0.5, matched=0.6, selves=(1, 3), mirrored=True)
    recipe = dataclasses.replace(TINY, restarts=(*TINY.restarts, cycle, after))
    for steps in (13, 15, 16, 25, 29):
        with pytest.raises(KilledError):
            trainer(recipe).run(tmp_path, killed_after(steps), every=2)
    resumed, whole = trainer(recipe).run(tmp_path, every=2), trainer(recipe).run()
    assert_equal_runs(resumed, whole)
    assert whole.network.count_params() == tiny_grown().count_params() > tiny().count_params()
    assert [recipe.shape(done) for done in range(recipe.length + 1)] == ["tiny"] * 4 + ["tiny_grown"] * 3


REFIT = dataclasses.replace(TINY, restarts=(*TINY.restarts, Cycle(2, 0.05, ((1.0, 48),), 0.5, refit=True)))


def test_a_run_killed_while_it_learns_from_the_images_set_aside_resumes_too(tmp_path):
    for steps in (14, 18, 22):
        with pytest.raises(KilledError):
            trainer(REFIT).run(tmp_path, killed_after(steps), every=2)
    assert_equal_runs(trainer(REFIT).run(tmp_path, every=2), trainer(REFIT).run())


def test_the_images_set_aside_are_learnt_from_at_the_end_alone_and_validate_nothing_then(unbroken):
    faces, labels = CHECK
    other = Trainer(REFIT, IMAGES, LABELS, (faces, 1 - labels), 2).run()
    known = trainer(REFIT).run()
    assert curve(known)[:3] == curve(unbroken)
    assert [epoch.validation_loss is None for epoch in known.epochs] == [False, False, False, True, True]
    assert [epoch.validation_accuracy is None for epoch in known.epochs] == [False, False, False, True, True]
    assert [epoch.loss for epoch in known.epochs[:3]] == [epoch.loss for epoch in other.epochs[:3]]
    assert known.epochs[-1].loss != other.epochs[-1].loss


@pytest.mark.parametrize(("recipe", "learnt"), [(TINY, [IMAGES]), (REFIT, [IMAGES, CHECK[0]])], ids=["plain", "refit"])
def test_the_statistics_are_measured_at_the_end_on_the_images_learnt_from(recipe, learnt):
    plain = trainer(recipe).run()
    clean = dataclasses.replace(recipe, clean_statistics=True)
    run = trainer(clean)
    found = run.run()
    assert curve(found) == curve(plain)
    expected = plain.network
    before = expected.get_weights()
    measure_statistics(expected, np.concatenate(learnt), clean)
    for one, other in zip(found.network.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert any((a != b).any() for a, b in zip(before, expected.get_weights(), strict=True))
    # What a longer run would go on from is as it was.
    for one, other in zip(run.average.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_once_the_images_set_aside_are_learnt_from_they_always_are():
    after = Cycle(1, 0.05, ((1.0, 48),), 0.5)
    recipe = dataclasses.replace(REFIT, restarts=(*REFIT.restarts, after))
    assert [recipe.refits(epoch) for epoch in range(recipe.length)] == [False] * 3 + [True] * 3
    with pytest.raises(ValueError, match="refit"):
        dataclasses.replace(REFIT, restarts=(*REFIT.restarts, dataclasses.replace(after, teacher=0.5)))


def test_fer2013s_network_grows_into_one_that_begins_as_it_does():
    faces = np.zeros((4, 48, 48, 1), np.float32)
    begin, grown = 0, 0
    for cycle in FER2013.cycles:
        if cycle.grown:
            grow(network.NETWORKS[FER2013.shape(begin)](), network.NETWORKS[cycle.grown](), faces)
            grown += 1
        begin += cycle.epochs
    assert grown


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_cycle_learns_from_what_the_run_was_before_it(recipe):
    begin = 0
    for cycle in recipe.cycles:
        assert all(0 < epoch <= begin for epoch in cycle.selves)
        begin += cycle.epochs


def test_a_finished_shorter_run_goes_on_to_the_longer_schedule(tmp_path, unbroken):
    shorter = trainer(dataclasses.replace(TINY, restarts=())).run(tmp_path)
    assert len(shorter.epochs) == 2
    assert_equal_runs(trainer().run(tmp_path), unbroken)


def test_a_finished_run_is_not_trained_again(tmp_path, unbroken):
    trainer().run(tmp_path)
    again = trainer().run(tmp_path, killed_after(1))
    assert_equal_runs(again, unbroken)


def test_a_kill_while_a_checkpoint_is_written_leaves_the_last_whole_one(tmp_path):
    with pytest.raises(KilledError):
        trainer().run(tmp_path, killed_after(5), every=2)
    (tmp_path / ".checkpoint.npz.4711").write_bytes(b"half a check")
    kept = read_checkpoint(tmp_path)
    assert kept is not None
    assert kept.step == 4


def test_another_seed_gives_other_weights(unbroken):
    other = trainer(dataclasses.replace(TINY, seed=1)).run()
    assert any((a != b).any() for a, b in zip(other.network.get_weights(), unbroken.network.get_weights(), strict=True))


def test_it_learns(unbroken):
    longer = trainer(dataclasses.replace(TINY, epochs=12, average=0.9)).run()
    assert longer.epochs[-1].validation_accuracy > 0.9
    assert longer.epochs[-1].loss < unbroken.epochs[0].loss
    logits = compiled_logits(longer.network, TINY)(CHECK[0])
    assert (logits.argmax(1) == CHECK[1]).mean() == longer.epochs[-1].validation_accuracy


def test_cross_entropy_is_the_mean_surprise():
    logits = np.array([[1.0, 2.0, -1.0], [0.0, 500.0, 1.0]])
    slow = [-np.log(np.exp(1.0) / sum(np.exp(v) for v in (1.0, 2.0, -1.0))), 0.0]
    assert cross_entropy(logits, np.array([0, 1])) == pytest.approx(np.mean(slow))


def test_the_schedule_rises_once_per_cycle_and_ends_at_nought():
    steps = 10
    rates = [FER2013.rate(step + 0.5, steps) for step in range(steps * FER2013.length)]
    begin = 0
    for cycle in FER2013.cycles:
        part = rates[begin : begin + steps * cycle.epochs]
        top = int(np.argmax(part))
        assert part[top] == pytest.approx(cycle.learning_rate, rel=0.01)
        assert (np.diff(part[: top + 1]) > 0).all()
        assert (np.diff(part[top:]) < 0).all()
        assert part[-1] < 0.001 * cycle.learning_rate
        begin += steps * cycle.epochs
    assert begin == len(rates)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_cycle_ends_at_full_size(recipe):
    end = 0
    for cycle in recipe.cycles:
        end += cycle.epochs
        assert recipe.size(end - 1) == 48


def test_the_fingerprint_covers_recipe_and_data():
    prints = {
        TINY.fingerprint("a"),
        TINY.fingerprint("b"),
        dataclasses.replace(TINY, seed=1).fingerprint("a"),
        dataclasses.replace(TINY, restarts=()).fingerprint("a"),
        dataclasses.replace(TINY, augmentation=Augmentation(zoom=0.5)).fingerprint("a"),
    }
    assert len(prints) == 5
    assert TINY.fingerprint("a") in prints


def test_views_are_drawn_from_the_seed_and_the_identity_leaves_faces_alone():
    still = Augmentation(zoom=0, stretch=0, shift=0, rotation=0, contrast=0, erasing=0, flip=False)
    faces = (IMAGES[:4, ..., None] / 255).astype(np.float32)
    np.testing.assert_allclose(augmented(faces, 48, still, np.array([1, 2])), faces, atol=1e-5)
    mirrored = np.asarray(augmented(faces, 48, dataclasses.replace(still, flip=True), np.array([1, 2])))
    for face, view in zip(faces, mirrored, strict=True):
        assert min(np.abs(view - face).max(), np.abs(view - face[:, ::-1]).max()) < 1e-5
    one, two, other = (np.asarray(augmented(faces, 40, Augmentation(), np.array(s))) for s in ([1, 2], [1, 2], [1, 3]))
    assert one.shape == (4, 40, 40, 1)
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


@pytest.mark.parametrize("name", sorted(network.NETWORKS.keys() - {"tiny", "tiny_grown"}))
def test_the_networks_layers_are_plain_and_named(name):
    made = network.NETWORKS[name]()
    kinds = [type(layer).__name__ for layer in made.layers]
    assert kinds.count("Conv2D") == kinds.count("BatchNormalization") == kinds.count("Activation")
    for index in range(1, kinds.count("Conv2D") + 1):
        for kind in ("conv2d", "batch_normalization", "activation"):
            assert made.get_layer(f"{kind}_{index}")
    assert made.output_shape == (None, 7)
    assert made.layers[-1].activation is keras.activations.linear


_MIRRORED = """
import tensorflow as tf, numpy as np
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from generator.model import network
from generator.model.training import Trainer
from tests.model import test_training as t
network.NETWORKS |= {"tiny": t.tiny, "tiny_grown": t.tiny_grown}
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
matched = t.Cycle(epochs=1, learning_rate=0.05, sizes=((1.0, 48),), warm_up=0.5, matched=0.6, mixup=0.5)
grown = t.dataclasses.replace(matched, selves=(8,), grown="tiny_grown")
recipe = t.dataclasses.replace(t.TINY, epochs=8, average=0.9, restarts=(*t.TINY.restarts, matched, grown))
run = Trainer(recipe, t.IMAGES, t.LABELS, t.CHECK, 2, strategy, [t.tiny()])
trained = run.run()
for variable in run.network.trainable_variables:
    one, two = (np.asarray(v) for v in strategy.experimental_local_results(variable.value))
    assert np.array_equal(one, two), variable.path

from generator.model import devices
from generator.model.classifier import Classifier
from generator.model.preprocess import Preprocess
used = []
def cpus():
    used.append(1)
    return ["CPU:0", "CPU:1", "CPU:0"]
plain = Classifier(trained.network, Preprocess(48, 48, 1, -2, 2), ("a", "b"))
alone = plain.logits(t.IMAGES), plain.gradients(plain.prepare(t.IMAGES), t.LABELS)
devices.gpus = cpus
spread = Classifier(trained.network, Preprocess(48, 48, 1, -2, 2), ("a", "b"))
both = spread.logits(t.IMAGES), spread.gradients(spread.prepare(t.IMAGES), t.LABELS)
assert used
for one, other in zip(alone, both, strict=True):
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
print("accuracy", trained.epochs[-1].validation_accuracy)
"""


@pytest.mark.slow
def test_two_devices_train_side_by_side_and_stay_the_same_and_predict_as_one_does():
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", _MIRRORED], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert float(done.stdout.split()[-1]) > 0.9
