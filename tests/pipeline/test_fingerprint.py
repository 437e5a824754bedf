"""Fingerprints: what they are made of survives being stored, and differences are told in words."""

from __future__ import annotations

import json
from pathlib import Path

from generator.config.load import Overrides, load_config
from generator.pipeline.digest import FileDigests
from generator.pipeline.fingerprint import differences, fingerprints

CONFIG = Path(__file__).parents[2] / "config.yaml"


def test_nothing_has_changed_after_a_round_through_the_store(tmp_path: Path) -> None:
    found = fingerprints(load_config(CONFIG, Overrides("faces", None, None)), FileDigests(tmp_path / "digests.json"))
    for stage, (_, parts) in found.items():
        assert differences(json.loads(json.dumps(parts)), parts) == [], stage


def test_a_changed_option_is_named_with_both_values(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    text = CONFIG.read_text("utf-8").replace("      large: 700", "      perplexities: [5, 15]")
    config.write_text(text, "utf-8")
    digests = FileDigests(tmp_path / "digests.json")
    before = fingerprints(load_config(config, Overrides(None, None, None)), digests)["tsne"][1]
    config.write_text(config.read_text("utf-8").replace("[5, 15]", "[5, 30]"), "utf-8")
    now = fingerprints(load_config(config, Overrides(None, None, None)), digests)["tsne"][1]
    assert differences(before, now) == ["options perplexities [5.0, 15.0] -> [5.0, 30.0]"]
