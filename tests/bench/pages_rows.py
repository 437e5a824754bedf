"""Pages alone: builds that compute nothing, against MkDocs with as many pages of the same text."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.checkout import ROOT, checkout
from tests.bench.timing import Row, absolute, compare, timed


def rows(folder: Path, runs: int) -> Iterator[Row | str]:
    """Whole processes, from the command line to the finished site."""
    # Where Python is told to write no bytecode, MkDocs would be compiled anew every time, and this program not.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    own, docs = folder / "own", folder / "docs"
    checkout(own)
    docs.mkdir(parents=True)
    pages = sorted((own / "content" / "faces").glob("*.md"))
    for page in pages:
        (docs / page.name).write_bytes(page.read_bytes())
    (folder / "mkdocs.yml").write_text("site_name: bench\n", "utf-8")
    asked = ["uvx", "--from", "mkdocs@1.6", "python", "-c", "import sys; print(sys.executable)"]
    python = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    whole, count = pages[2].read_text("utf-8"), 0

    def program(*arguments: str) -> None:
        command = [sys.executable, "-m", "generator", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment)

    def unchanged() -> None:
        program("build", "--config", str(own / "config.yaml"), "--out", str(own / "site"))

    def edited() -> None:
        nonlocal count
        count += 1
        pages[2].write_text(f"{whole}\n\nEdit {count}.\n", "utf-8")
        unchanged()

    def mkdocs() -> None:
        command = [python, "-m", "mkdocs", "build", "--quiet", "--config-file", str(folder / "mkdocs.yml")]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    yield compare(f"build, {len(pages)} pages, one text edited", ("ours", edited), ("MkDocs 1.6", mkdocs), runs)
    yield absolute("build, nothing changed", [timed(unchanged) for _ in range(runs + 1)][1:])
    yield absolute("`--help`", [timed(lambda: program("--help")) for _ in range(runs)])
