"""The published HTML is valid, by html-validate's recommended rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = ROOT / ".cache" / "node" / "node_modules" / ".bin" / "html-validate"
# Style attributes carry measured values here (how dark a cell is), and a small doctype is as good as a large one.
CONFIG = Path(__file__).with_name("htmlvalidate.json")


def test_html_is_valid(site_dir: Path, tmp_path: Path) -> None:
    if not VALIDATOR.exists():
        if os.environ.get("CI") and shutil.which("npm"):
            pytest.fail("CI has no html-validate; .ci/run installs it into .cache/node")
        pytest.skip("html-validate is not installed: npm install --prefix .cache/node html-validate@9")
    # Into a file: through a pipe the validator ends before all of a long list is written.
    answer = tmp_path / "found.json"
    with answer.open("w") as out:
        command = [VALIDATOR, "--config", CONFIG, "--formatter", "json", str(site_dir / "**" / "*.html")]
        subprocess.run(command, stdout=out, check=False, timeout=120)
    pages = json.loads(answer.read_text("utf-8"))
    found = [
        f"{page['filePath']}:{message['line']}: {message['ruleId']}: {message['message']}"
        for page in pages
        for message in page["messages"]
    ]
    assert not found, "\n".join(found[:20])
