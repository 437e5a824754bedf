"""Pages alone: a build that computes nothing, against MkDocs with as many pages of the same text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.timing import Row, compare

ROOT = Path(__file__).resolve().parents[2]


def rows(folder: Path, runs: int) -> Iterator[Row]:
    """Whole processes, from the command line to the finished site."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    pages = sorted((ROOT / "content" / "faces").glob("*.md"))
    for page in pages:
        (docs / page.name).write_bytes(page.read_bytes())
    (folder / "mkdocs.yml").write_text("site_name: bench\n", "utf-8")

    def ours() -> None:
        command = [sys.executable, "-m", "generator", "build", "--out", str(folder / "site-ours")]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    def mkdocs() -> None:
        command = ["uvx", "mkdocs@1.6", "build", "--quiet", "--config-file", str(folder / "mkdocs.yml")]
        subprocess.run(command, check=True, capture_output=True)

    yield compare(f"{len(pages)} pages, nothing to compute", ("ours", ours), ("MkDocs 1.6", mkdocs), runs)
