"""The stages filters and tsne on a small trained-looking model: results, arrays and figures fit together."""

from __future__ import annotations

import copy
import io
import tempfile
from dataclasses import asdict
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest
from PIL import Image

from generator.analyses.filters import stage as filters_stage
from generator.analyses.tsne import stage as tsne_stage
from generator.config.schema import FiltersOptions, TsneOptions
from generator.dataset.types import Dataset, Split, arrays_of
from generator.errors import InputError
from generator.figures import filters as filters_figures
from generator.figures import tsne as tsne_figures
from generator.model.network import plain_network
from generator.model.preprocess import Preprocess
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from tests.analyses.rendered import rendered

CONTEXT = Context(seed=5, scratch=Path(tempfile.gettempdir()))
FILTERS = FiltersOptions(seeds=2, steps=4, compared=2, top_images=2)
TSNE = TsneOptions(images=30, measured=40, large=45, perplexity=5, perplexities=(3, 8), seeds=1, shuffles=10)


def saved(network) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        network.save(path)
        return path.read_bytes()


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.default_rng(0)
    labels = np.arange(50) % 3
    images = rng.integers(0, 60, (50, 48, 48), dtype=np.uint8)
    for i, label in enumerate(labels):
        images[i, 16 * label : 16 * label + 8] += 150
    names = tuple(f"#{i}" for i in range(50))
    split = Split(images, labels.astype(np.int64), names)
    data = Dataset(
        ("happy", "sad", "fear"), split.take(np.arange(5)), split, "test", {"mouth": np.ones((48, 48), bool)}
    )
    keras.utils.set_random_seed(3)
    network = plain_network(((3,), (4,), (5,)), 3, 0.0)
    file = saved(network)
    keras.utils.set_random_seed(4)
    begun = saved(plain_network(((3,), (4,), (5,)), 3, 0.0))
    keras.utils.set_random_seed(5)
    smaller = saved(plain_network(((3,), (4,)), 3, 0.0))
    facts = {
        "file": "model.keras",
        "preprocess": asdict(Preprocess(48, 48, 1)),
        "outputs": list(data.classes),
        "classes": list(data.classes),
        "allow_lambda": False,
        "snapshots": [
            {"epoch": 1, "file": "epoch-001.keras"},
            {"epoch": 2, "file": "epoch-002.keras"},
            {"epoch": 3, "file": "epoch-003.keras"},
            {"epoch": 4, "file": "model.keras"},
        ],
    }
    model = Artifact(
        facts=facts,
        arrays={"logits": rng.normal(size=(50, 3)).astype("f")},
        files={
            "model.keras": file,
            "epoch-001.keras": smaller,
            "epoch-002.keras": begun,
            "epoch-003.keras": file,
        },
    )
    return {"dataset": arrays_of(data), "model": model}


@pytest.fixture(scope="module")
def filters(inputs):
    return filters_stage.run(FILTERS, inputs, CONTEXT)


@pytest.fixture(scope="module")
def tsne(inputs):
    return tsne_stage.run(TSNE, inputs, CONTEXT)


def test_filters_are_counted_and_every_one_described(filters):
    found = filters.results["filters"]
    assert found["layer"] == "activation_1"
    assert found["count"] == 3 == len(found["filters"]) == found["keeps"] + found["edges"] + found["other"]
    assert found["image"] == f"#{307 % 50}"
    assert list(found["layers"]) == ["shallow", "middle", "deep"]
    assert found["layers"]["deep"]["layer"] == "activation_3"
    assert found["layers"]["deep"]["ascended"] == 2


def test_a_deep_layer_shown_in_full_is_the_deep_one_beside_a_shallow_and_a_middle(filters, inputs):
    options = msgspec.structs.replace(FILTERS, layer="activation_3")
    made = filters_stage.run(options, inputs, CONTEXT)
    found = made.results["filters"]
    assert (found["layer"], found["count"], made.facts["shown"]) == ("activation_3", 5, "deep")
    assert {depth: each["layer"] for depth, each in found["layers"].items()} == {
        "shallow": "activation_1",
        "middle": "activation_2",
        "deep": "activation_3",
    }
    assert [each["ascended"] for each in found["layers"].values()] == [2, 2, 5]
    assert found["layers"]["deep"]["images"] == 50
    drawn = filters_figures.run(None, {**inputs, "filters": made}, CONTEXT)
    tiles = drawn.facts["figures"]["filters-ascent"]["data"]["tiles"]
    assert len(tiles) == 5
    for tile, picture in zip(tiles, made.arrays["regularised_deep"], strict=True):
        shown = Image.open(io.BytesIO(drawn.files[tile["regularised"]]))
        np.testing.assert_array_equal(np.asarray(shown), picture)
    rows = drawn.facts["figures"]["filters-layers"]["data"]["rows"]
    assert [row["depth"] for row in rows] == ["shallow", "middle", "deep"]


def test_the_figures_of_filters_name_only_files_that_exist(filters, inputs):
    drawn = filters_figures.run(None, {**inputs, "filters": filters}, CONTEXT)
    figures = drawn.facts["figures"]
    assert set(figures) == {f"filters-{n}" for n in ("ascent", "outputs", "layers", "top-images", "description")}
    check_files(drawn)


def test_the_figures_of_tsne_name_only_files_that_exist(tsne, inputs):
    drawn = tsne_figures.run(None, {**inputs, "tsne": tsne}, CONTEXT)
    names = ("first-last", "filter", "pca", "grid", "separation", "layers", "large", "training")
    assert set(drawn.facts["figures"]) == {f"tsne-{n}" for n in names}
    assert drawn.facts["drawing"].startswith("<svg")
    panel = drawn.facts["figures"]["tsne-first-last"]["data"]["panels"]["last"]
    assert sorted(i for group in panel for i in group["i"]) == list(range(30))
    check_files(drawn)


def test_the_training_names_the_layer_that_a_network_ended_in_before_it_grew(tsne, inputs):
    drawn = tsne_figures.run(None, {**inputs, "tsne": tsne}, CONTEXT)
    results = {**tsne.results, "model": {"accuracy": 0.5}}
    for lang, grown, named in (
        ("en", "was made deeper", "Epoch 1, conv2d_2<"),
        ("zh-Hant", "加深過", "epoch，conv2d_2<"),
    ):
        html = rendered("tsne", drawn, results, lang)["tsne-training"]
        assert grown in html
        assert html.count(named) == html.count("conv2d_2") == 1
    always = copy.deepcopy(drawn)
    for cell in always.facts["figures"]["tsne-training"]["data"]["cells"]:
        cell["convolution"] = "conv2d_3"
    assert "was made deeper" not in rendered("tsne", always, results, "en")["tsne-training"]


def check_files(drawn):
    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from strings(part)

    for name, figure in drawn.facts["figures"].items():
        assert figure["download"] is None or figure["download"] in drawn.files, name
        assert {s for s in strings(figure["data"]) if s.endswith(".png")} <= set(drawn.files), name
        assert (Path(__file__).parents[3] / "templates" / "figures" / f"{figure['template']}.html").is_file()


def test_tsne_measures_both_ends_and_all_layers(tsne):
    found = tsne.results["tsne"]
    assert (found["first"]["layer"], found["last"]["layer"]) == ("activation_1", "activation_3")
    assert found["first"]["images"] == 40
    assert found["first"]["map_images"] == 30
    assert found["first"]["dimensions"] == 48 * 48 * 3
    assert found["filter"]["last"]["dimensions"] == 12 * 12
    assert [layer["filters"] for layer in found["layers"]] == [3, 4, 5]
    assert len(found["grid"]) == 2
    assert found["large"]["images"] == 45
    # The first snapshot is of a network that had two convolutions, which then grew; the third is the final model in a
    # file of its own, the fourth its very file.
    smaller, begun, *ended = found["training"]
    assert [each["epoch"] for each in (smaller, begun, *ended)] == [1, 2, 3, 4]
    assert [each["convolution"] for each in (smaller, begun, *ended)] == ["conv2d_2", *["conv2d_3"] * 3]
    assert all(each["knn_accuracy"] == found["last"]["knn_accuracy"] for each in ended)
    small, first, second, third = (tsne.arrays[f"map_epoch_{epoch}"] for epoch in (1, 2, 3, 4))
    np.testing.assert_allclose(second, third, atol=1e-3)
    assert not np.allclose(first, third, atol=0.1)
    assert not np.allclose(small, first, atol=0.1)
    for end in ("first", "last"):
        assert found[end]["knn_low"] <= found[end]["knn_accuracy"] <= found[end]["knn_high"]
        assert found[end]["null_low"] <= found[end]["null"] <= found[end]["null_high"]


def test_the_same_input_gives_the_same_bytes(filters, tsne, inputs):
    for module, options, first in ((filters_stage, FILTERS, filters), (tsne_stage, TSNE, tsne)):
        again = module.run(options, inputs, CONTEXT)
        assert again.results == first.results
        assert {n: np.asarray(a).tobytes() for n, a in again.arrays.items()} == {
            n: np.asarray(a).tobytes() for n, a in first.arrays.items()
        }


def test_without_snapshots_and_large_map_there_are_none(inputs):
    model = inputs["model"]
    bare = Artifact(
        facts={k: v for k, v in model.facts.items() if k != "snapshots"}, arrays=model.arrays, files=model.files
    )
    options = TsneOptions(images=30, measured=30, large=0, perplexity=5, perplexities=(5,), seeds=1, shuffles=10)
    made = tsne_stage.run(options, {**inputs, "model": bare}, CONTEXT)
    assert made.results["tsne"]["training"] is None
    assert made.results["tsne"]["large"] is None
    drawn = tsne_figures.run(None, {**inputs, "tsne": made}, CONTEXT)
    assert not {"tsne-large", "tsne-training"} & set(drawn.facts["figures"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (FiltersOptions(layer="activaton_2"), "did you mean 'activation_2'"),
        (FiltersOptions(layer="global_average_pooling2d"), "not maps"),
        (FiltersOptions(image="#99"), "no evaluation image '#99'"),
    ],
)
def test_what_filters_cannot_show_is_refused(options, message, inputs):
    with pytest.raises(InputError, match=message):
        filters_stage.run(options, inputs, CONTEXT)


def test_the_perplexity_told_is_the_one_that_the_maps_are_drawn_with(inputs):
    options = TsneOptions(images=30, measured=30, large=0, perplexities=(3, 15, 50), seeds=2, shuffles=10)
    made = tsne_stage.run(options, inputs, CONTEXT)
    found = made.results["tsne"]
    most = 29 / 3
    assert found["perplexity"] == pytest.approx(most)
    # The grid's 15 and 50 would both come to that: one row.
    assert [(each["perplexity"], each["seed"]) for each in found["grid"]] == [
        (3, 5),
        (3, 6),
        (pytest.approx(most), 5),
        (pytest.approx(most), 6),
    ]
    drawn = tsne_figures.run(None, {**inputs, "tsne": made}, CONTEXT)
    for lang in ("en", "zh-Hant"):
        html = rendered("tsne", drawn, {**made.results, "model": {"accuracy": 0.5}}, lang)
        assert "perplexity 9.7" in html["tsne-first-last"]
        assert html["tsne-grid"].count('class="subhead"') == 2
        assert "erplexity 3<" in html["tsne-grid"]
        assert "erplexity 9.7<" in html["tsne-grid"]


def test_a_model_with_one_convolution_is_said_to_have_one_and_shown_once(inputs):
    alone = inputs["model"].facts | {"snapshots": []}
    keras.utils.set_random_seed(3)
    layers = [keras.Input((48, 48, 1)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Flatten()]
    file = saved(keras.Sequential([*layers, keras.layers.Dense(3)]))
    model = Artifact(facts=alone, arrays=inputs["model"].arrays, files={"model.keras": file})
    made = tsne_stage.run(msgspec.structs.replace(TSNE, large=0), {**inputs, "model": model}, CONTEXT)
    assert len(made.results["tsne"]["layers"]) == 1
    drawn = tsne_figures.run(None, {**inputs, "model": model, "tsne": made}, CONTEXT)
    for lang, only, first in (("en", "only one convolution", "First layer"), ("zh-Hant", "只有一個卷積層", "第一層</")):
        html = rendered("tsne", drawn, made.results, lang)
        assert only in html["tsne-first-last"]
        assert html["tsne-first-last"].count("data-scatter") == 1
        for name in ("tsne-first-last", "tsne-filter", "tsne-pca"):
            assert html[name].count('role="img"') == 1, name
        assert html["tsne-separation"].count('<tr><th scope="row">') == 2
        assert not any(first in each for each in html.values())


def test_classes_too_small_for_a_majority_of_neighbours_are_told(inputs, tsne):
    found = tsne.results["tsne"]
    assert (found["fewest"], found["fewest_shown"]) == (13, 10)
    drawn = tsne_figures.run(None, {**inputs, "tsne": tsne}, CONTEXT)

    def captions(lang, **changed):
        html = rendered("tsne", drawn, {"tsne": {**found, **changed}}, lang)
        return html["tsne-first-last"] + html["tsne-separation"]

    assert captions("en", fewest_shown=3).count("On the map some classes have only 3 images") == 2
    assert captions("zh-Hant", fewest_shown=3).count("圖上有的類別只有 3 張，5 個鄰居") == 2
    assert captions("en", fewest_shown=3, fewest=3).count(" Some classes have only 3 images") == 2
    assert "have only" not in captions("en", fewest_shown=4)


@pytest.mark.parametrize("k", [15, 40])
def test_half_the_map_cannot_be_neighbours(k, inputs):
    options = TsneOptions(images=30, measured=40, large=0, neighbours=k)
    with pytest.raises(InputError, match=rf"^tsne\.neighbours is {k}, but the map has 30 images: .* at most 14 here"):
        tsne_stage.run(options, inputs, CONTEXT)


def test_a_filter_that_the_layer_has_not_is_refused(inputs):
    with pytest.raises(InputError, match="filters 0 to 2"):
        tsne_stage.run(TsneOptions(images=30, measured=30, large=0, filter=3), inputs, CONTEXT)
