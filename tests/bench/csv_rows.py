"""Reading fer2013.csv: against pandas and `str.split`, as notebooks do it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from generator.dataset.csvfile import read_csv
from tests.bench.timing import Row, compare

_PANDAS = """
import sys, time
import numpy as np, pandas
path = sys.argv[1]
begun = time.perf_counter()
table = pandas.read_csv(path)
np.stack([np.array(text.split(), dtype=np.uint8).reshape(48, 48) for text in table["pixels"]])
print(time.perf_counter() - begun)
"""


def write_table(path: Path, count: int) -> None:
    """A table as large as FER2013's, of random pixels."""
    rng = np.random.default_rng(2018)
    words = np.array([str(value) for value in range(256)])
    with path.open("w", encoding="ascii") as out:
        out.write("emotion,pixels,Usage\n")
        for row in range(count):
            out.write(f"{row % 7},{' '.join(words[rng.integers(0, 256, 2304)])},Training\n")


def rows(folder: Path, runs: int, count: int = 35_887) -> Iterator[Row]:
    """Time both readers; pandas is fetched by uv for this alone, and its import is not counted."""
    path = folder / "fer2013.csv"
    write_table(path, count)

    def ours() -> None:
        with path.open("rb") as stream:
            read_csv(stream, path.name)

    def theirs() -> float:
        command = ["uv", "run", "--no-project", "--with", "pandas", "python", "-c", _PANDAS, str(path)]
        # The process around pandas is no part of the reading.
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    work = f"fer2013.csv, {count:,} rows"
    yield compare(work, ("ours", ours), ("`pandas.read_csv` and `str.split`", theirs), runs)
