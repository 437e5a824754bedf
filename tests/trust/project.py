"""A checkout of its own with a tiny profile, built by the real command line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TITLE = "What the model looks at"
OPTIONS = """
    lime: {images_per_class: 1, class_samples: 16, max_samples: 16, first_samples: 16, segmenter_images: 1, seeds: 2}
    saliency: {images_per_class: 1, default_images_per_class: 1, wrong_images_per_class: 1, noise_samples: 1,
      shown_noise_samples: 1, steps: 2, randomisation_images_per_class: 1}
    filters: {seeds: 2, steps: 2, compared: 2, top_images: 1}
    tsne: {images: 30, measured: 30, large: 0, seeds: 1, shuffles: 10, perplexities: [5.0]}
    confusion: {pairs: 5}
"""
CONFIG = f"""
site: {{title: {{en: {TITLE}, zh-Hant: 看模型在看什麼}}}}
profile: tiny
profiles:
  tiny:
    dataset: {{train_images: 140, evaluation_images: 70}}
    model: {{training: {{recipe: faces, epochs: 1}}}}{OPTIONS}"""


def make_project(folder: Path, config: str = CONFIG) -> Path:
    """A folder with templates and a configuration and no results."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "config.yaml").write_text(config, "utf-8")
    return folder


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "generator", *(arguments or ("build",))]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)} | more


def start(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Begin a command in the folder, in a process group of its own."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # What a shell starts in the background has Ctrl-C ignored, and its children would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        command(*arguments),
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def build(folder: Path, *arguments: str, umask: int = -1, **more: str) -> subprocess.CompletedProcess[str]:
    """Build to the end."""
    return subprocess.run(
        command("build", *arguments),
        check=False,
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        umask=umask,
    )


def tree(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def is_whole(site: Path) -> bool:
    """Whether a site has exactly the files of its manifest, byte for byte."""
    found = tree(site)
    listed = json.loads(found.pop(".manifest.json"))
    return listed == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
