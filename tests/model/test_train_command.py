"""``python -m generator train``, from the outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.cli import main

ROOT = Path(__file__).resolve().parents[2]

CONFIG = """\
site:
  title: {en: Test}
profiles:
  quick:
    dataset: {train_images: 192, evaluation_images: 56}
    model:
      weights: quick
      training: {recipe: faces, epochs: 3, batch_size: 32}
  unnamed: {}
profile: quick
languages: [en]
"""

_TRAIN = """
import sys
from pathlib import Path
from generator.model import shipped
shipped.WEIGHTS = Path(sys.argv[1])
from generator.cli import main
sys.exit(main(["train", "--config", sys.argv[2], "--folder", sys.argv[3]]))
"""


@pytest.fixture
def config(tmp_path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


def test_a_profile_whose_weights_have_no_name_is_refused(config, capsys):
    assert main(["train", "--config", str(config), "--profile", "unnamed"]) == 2
    assert "model.weights" in capsys.readouterr().err


def test_data_that_is_not_there_is_refused(config, capsys):
    assert main(["train", "--config", str(config), "--data", "nowhere.zip"]) == 2
    said = capsys.readouterr().err
    assert "nowhere.zip" in said
    assert said.count("\n") == 1


def start(config: Path, weights: Path, folder: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", _TRAIN, str(weights), str(config), str(folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.slow
def test_training_killed_at_any_moment_ends_as_if_it_had_not_been(config, tmp_path):
    first, second = tmp_path / "unbroken", tmp_path / "killed"
    unbroken = start(config, first, tmp_path / "a")
    said, complaint = unbroken.communicate(timeout=300)
    assert unbroken.returncode == 0, complaint[-2000:]
    assert set(json.loads(said)) == {"accuracy", "accuracy_flips", "accuracy_without_duplicates", "recall"}

    running = start(config, second, tmp_path / "b")
    checkpoint, waited = tmp_path / "b" / "checkpoint.npz", time.monotonic() + 200
    while not checkpoint.exists() and running.poll() is None and time.monotonic() < waited:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    assert not list(second.glob("*"))
    resumed = start(config, second, tmp_path / "b")
    assert resumed.communicate(timeout=300)[0] == said
    assert (second / "quick.keras").read_bytes() == (first / "quick.keras").read_bytes()
    epochs = [file.name for file in sorted(first.glob("quick.epoch-*"))]
    assert epochs == [f"quick.epoch-00{epoch}.keras" for epoch in (1, 2)]
    assert all((second / name).read_bytes() == (first / name).read_bytes() for name in epochs)
    one, other = (json.loads((folder / "quick.json").read_text()) for folder in (first, second))
    for card in (one, other):
        del card["seconds"]
        for epoch in card["training"]["epochs"]:
            del epoch["seconds"]
    assert one == other
