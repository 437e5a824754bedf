"""Layers are found by following the data, and read before their activation function."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from generator.analyses.filters.layers import Unit, check_layer, chosen_layers, first_kernels, layers_of, reading, units
from generator.errors import InputError
from generator.model import narrow
from tests.analyses.filters.models import L, classifier, small


def branched():
    x = inputs = keras.Input((12, 12, 1))
    x = L.Conv2D(4, 3, padding="same", activation="relu", name="stem")(x)
    side = L.Conv2D(4, 1, name="side")(x)
    x = L.SeparableConv2D(4, 3, padding="same", name="main")(x)
    side = L.BatchNormalization(name="side_norm")(side)
    x = L.BatchNormalization(name="main_norm")(x)
    x = L.Activation("relu", name="after")(L.Add(name="sum")([x, side]))
    x = L.Conv2D(2, 3, name="maps")(x)
    return classifier(keras.Model(inputs, L.Activation("linear", name="end")(L.GlobalAveragePooling2D()(x))))


def test_each_convolution_of_a_branched_model_is_read_at_its_own_normalisation():
    net = branched()
    found = {unit.convolution: unit.layer for unit in units(net, layers_of(net))}
    assert found == {"stem": "stem", "side": "side_norm", "main": "main_norm", "maps": "maps"}


def test_convolutions_are_read_at_the_activation_that_follows():
    net = small()
    assert units(net, layers_of(net)) == [Unit("conv2d_1", "activation_1"), Unit("conv2d_2", "activation_2")]


def test_an_activation_layers_pre_activation_is_its_input_and_a_convolutions_what_its_own_is_applied_to():
    pictures = np.random.default_rng(0).random((2, 12, 12, 1)).astype("f")
    for net, name in ((small(), "activation_1"), (branched(), "stem")):
        layer = reading(net, layers_of(net), name)
        pre, output = tf.function(layer.both)(pictures)
        assert layer.shape == (12, 12, 4)
        assert float(tf.reduce_min(pre)) < 0
        np.testing.assert_array_equal(np.maximum(pre, 0), output)
    # The model is as it was.
    assert net.logits_model.get_layer("stem").activation is keras.activations.relu


def test_a_layer_whose_pre_activation_the_narrow_pass_does_not_give_is_read_the_exact_way(monkeypatch):
    monkeypatch.setattr(narrow, "training_dtype", tf.as_dtype)
    x = inputs = keras.Input((12, 12, 1))
    x = L.Conv2D(4, 3, activation="relu", name="built_in")(x)
    x = L.BatchNormalization(name="norm")(L.Conv2D(4, 3, name="folded")(x))
    net = classifier(keras.Model(inputs, L.Dense(2)(L.GlobalAveragePooling2D()(x))))
    read = {name: reading(net, layers_of(net), name) for name in ("built_in", "folded", "norm")}
    assert {name for name, each in read.items() if each.quick is not each.both} == {"norm"}


def test_a_layer_that_does_not_exist_is_refused_with_the_nearest_name():
    net = small()
    with pytest.raises(InputError, match="did you mean 'activation_1'"):
        check_layer(layers_of(net), "activaton_1")


def test_a_layer_without_maps_is_refused():
    net = branched()
    with pytest.raises(InputError, match="not maps"):
        reading(net, layers_of(net), "end")


def test_a_class_map_is_passed_over_as_deep_layer():
    found = [Unit(name, name) for name in "abcd"]
    filters = {"a": 4, "b": 8, "c": 8, "d": 7}
    assert chosen_layers(found, "a", filters, 7, "abcd") == ["a", "b", "c"]
    assert chosen_layers(found, "b", filters, 6, "abcd") == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("shown", "compared"),
    [("a1", "a1 a3 a5"), ("a2", "a2 a3 a5"), ("a3", "a1 a3 a5"), ("c4", "a1 c4 a5"), ("a5", "a1 a3 a5")],
)
def test_the_layers_compared_run_from_shallow_to_deep_whichever_is_shown(shown, compared):
    found = [Unit(f"c{i}", f"a{i}") for i in range(1, 6)]
    order = [name for unit in found for name in (unit.convolution, unit.layer)]
    filters = {unit.layer: 8 for unit in found}
    assert chosen_layers(found, shown, filters, 7, order) == compared.split()


def test_a_shallow_model_compares_the_layers_that_it_has():
    filters = {"a1": 8, "a2": 8}
    order = ["c1", "a1", "pool", "c2", "a2"]
    two = [Unit("c1", "a1"), Unit("c2", "a2")]
    assert chosen_layers(two, "a2", filters, 7, order) == ["a1", "a2"]
    assert chosen_layers(two, "pool", filters, 7, order) == ["a1", "pool", "a2"]
    assert chosen_layers(two[:1], "a1", filters, 7, order) == ["a1"]


def test_only_the_first_convolutions_kernels_work_on_the_picture():
    net = small()
    layers = layers_of(net)
    found = units(net, layers)
    kernels = first_kernels(layers, found, "activation_1")
    assert kernels is not None
    np.testing.assert_array_equal(kernels[2], np.asarray(layers["conv2d_1"].kernel)[:, :, 0, 2])
    assert first_kernels(layers, found, "activation_2") is None
