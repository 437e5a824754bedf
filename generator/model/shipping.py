"""A long training run outside the build, and the weights and card it ships."""

from __future__ import annotations

import io
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import keras
import msgspec
import tensorflow as tf

from generator.config.schema import Profile
from generator.dataset.stage import run as load_dataset
from generator.dataset.types import dataset_of
from generator.model.card import make_card
from generator.model.continuation import go_on_from_shipped
from generator.model.own import Own, recipe_of, saved, snapshot_name, train_own
from generator.model.recipe import Recipe
from generator.model.shipped import card_file, shipped_weights, snapshot_files, weights_file
from generator.pipeline.context import Context
from generator.pipeline.lock import folder_lock


def train_and_ship(
    profile: Profile, source: dict[str, str], cache: Path, name: str, folder: Path | None = None
) -> dict[str, Any]:
    """Train the profile's recipe and write ``generator/weights/<name>.keras``, its card and a few epochs' networks.

    Args:
        profile: with its data and recipe.
        source: name and hash of the data.
        cache: ``.cache``; checkpoints go to ``train/<recipe and data>/`` in it.
        name: of the weights.
        folder: other place for checkpoints.

    Returns:
        The card's figures on the evaluation images.
    """
    recipe = recipe_of(profile.model.training, profile.seed)
    place = folder or cache / "train" / recipe.fingerprint(source["sha256"])[:16]
    print(f"checkpoints: {place}", file=sys.stderr)
    place.mkdir(parents=True, exist_ok=True)
    with folder_lock(place, "another run is training in"):
        return _trained_and_shipped(profile, source, name, recipe, place)


def _trained_and_shipped(
    profile: Profile, source: dict[str, str], name: str, recipe: Recipe, place: Path
) -> dict[str, Any]:
    data = dataset_of(load_dataset(profile.dataset, {}, Context(profile.seed, place)))
    _go_on(name, recipe, source, place)
    own = train_own(profile.model.training, data, Context(profile.seed, place, _Lines()))
    seconds = _seconds(own, name)
    content = rounded(own.content, tf.float16)
    # Measured is the file that is shipped, by the same functions as in a build.
    card = make_card(own, opened_network(content), data, source, seconds)
    weights = weights_file(name)
    weights.parent.mkdir(exist_ok=True)
    log = weights.with_suffix(".log.json")
    card["tried"] = msgspec.json.decode(log.read_bytes()) if log.is_file() else []
    for old in snapshot_files(weights).values():
        old.unlink()
    for epoch, then in own.snapshots.items():
        if epoch < len(own.epochs):
            # Looked at on small maps only: two or three digits are enough.
            _replace(weights.with_name(f"{name}.{snapshot_name(epoch)}"), rounded(then, tf.bfloat16))
    _replace(card_file(weights), msgspec.json.format(msgspec.json.encode(card), indent=1))
    _replace(weights, content)
    return {key: card[key] for key in ("accuracy", "accuracy_flips", "accuracy_without_duplicates", "recall")}


def _seconds(own: Own, name: str) -> float:
    """How long the run has trained, its teachers included, also those that served before the run went on from there."""
    seconds = sum(epoch.seconds for run in (*own.teachers, own.epochs) for epoch in run)
    before = shipped_weights(name)
    if before is not None and own.recipe.teachers and not own.teachers:
        card = msgspec.json.decode(card_file(before).read_bytes())
        seconds += card["seconds"] - sum(epoch["seconds"] for epoch in card["training"]["epochs"])
    return seconds


def _go_on(name: str, recipe: Recipe, source: dict[str, str], place: Path) -> None:
    weights = shipped_weights(name)
    if weights is None:
        return
    shipped = msgspec.json.decode(card_file(weights).read_bytes())
    if go_on_from_shipped(place, recipe, shipped, source["sha256"], opened_network(weights.read_bytes())):
        for epoch, file in snapshot_files(weights).items():
            (place / snapshot_name(epoch)).write_bytes(file.read_bytes())
        print(f"going on from the shipped weights, after epoch {len(shipped['training']['epochs'])}", file=sys.stderr)


def rounded(content: bytes, precision: tf.DType) -> bytes:
    """A ``.keras`` file whose weights have only values of `precision` (float16, bfloat16), so that it packs small.

    In LZMA: a thirtieth larger than in bzip2, and unpacked in a quarter of the time, which every build does.
    """
    network = opened_network(content)
    network.set_weights([tf.cast(tf.cast(w, precision), w.dtype).numpy() for w in network.get_weights()])
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(network))) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as new:
        for member in old.infolist():
            new.writestr(zipfile.ZipInfo(member.filename), old.read(member), zipfile.ZIP_LZMA)
    return packed.getvalue()


def opened_network(content: bytes) -> keras.Model:
    """The network of a ``.keras`` file's content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        path.write_bytes(content)
        return keras.saving.load_model(path, compile=False)


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.aside")
    aside.write_bytes(content)
    aside.replace(path)


class _Lines:
    """A line a minute, and at the end."""

    def __init__(self) -> None:
        self._said = 0.0
        self._begun = 0.0
        self._first = 0
        self._total = 0

    def __call__(self, done: int, total: int, what: str = "") -> None:
        now = time.monotonic()
        if total != self._total or done < self._first:  # another network's run
            self._begun, self._first, self._total = now, done, total
        if now - self._said < 60 and done < total:
            return
        self._said = now
        rate = (now - self._begun) / max(1, done - self._first)
        print(
            f"{what}: {done}/{total} ({done / total:.0%}, {(total - done) * rate / 60:.0f} min left)", file=sys.stderr
        )
