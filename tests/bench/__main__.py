"""``uv run python -m tests.bench``: a Markdown table of ratios, each measured side by side in this run."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

from tests.bench.timing import Row

NAMES = ("lime", "saliency", "ascent", "csv", "pages", "edits")


def main() -> None:
    """Print the table row by row."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each way (default 5)")
    parser.add_argument("--only", choices=NAMES, action="append", help="these rows alone")
    options = parser.parse_args()
    # Ready to be pasted into README.
    print(f"Measured {datetime.date.today()} on {_machine()}: medians of {options.runs} runs, each pair in turn.\n")
    print("| work | this program, or the floor F | otherwise | ratio: median (lowest–highest) |")
    print("| --- | --- | --- | --- |", flush=True)
    for name in options.only or NAMES:
        for row in _rows(name, options.runs):
            print(row, flush=True)


def _rows(name: str, runs: int) -> Iterator[Row | str]:
    with tempfile.TemporaryDirectory() as folder:
        if name == "csv":
            from tests.bench import csv_rows

            yield from csv_rows.rows(Path(folder), runs)
        elif name == "pages":
            from tests.bench import pages_rows

            yield from pages_rows.rows(Path(folder), runs)
        elif name == "edits":
            from tests.bench import edit_rows

            yield from edit_rows.rows(Path(folder), runs)
        else:
            yield from _with_a_model(name, runs)


def _with_a_model(name: str, runs: int) -> Iterator[Row]:
    import keras

    from generator.faces import CLASSES, draw_faces
    from generator.model.classifier import Classifier
    from generator.model.preprocess import Preprocess
    from generator.model.shipped import WEIGHTS
    from tests.bench import ascent_rows, lime_rows, saliency_rows

    network = keras.saving.load_model(WEIGHTS / "fer2013.keras", compile=False)
    classifier = Classifier(network, Preprocess(48, 48, 1, low=-2.0, high=2.0), CLASSES)
    faces = draw_faces(64, 2018).images
    if name == "lime":
        yield from lime_rows.rows(classifier, faces, runs)
    elif name == "saliency":
        yield from saliency_rows.rows(classifier, faces, runs)
    else:
        yield from ascent_rows.rows(classifier, runs)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        said = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", cpuinfo.read_text(), re.MULTILINE))
        # Virtual machines name makes only: the family tells one generation from the next.
        family = f" (family {said['cpu family']}, model {said['model']})" if "cpu family" in said else ""
        model = said.get("model name", model) + family
    tensorflow = metadata.version("tensorflow")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}, TensorFlow {tensorflow}"


if __name__ == "__main__":
    main()
