"""A model that goes by a mark in a corner is found out, on images for which nobody has named a region."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.dataset.making import folder, picture
from tests.trust.project import TITLE, command, environment, make_project

OPTIONS = """
    lime: {images_per_class: 2, class_samples: 64, max_samples: 64, segmenter_images: 1, seeds: 2}
    saliency: {images_per_class: 8, default_images_per_class: 8, noise_samples: 4, shown_noise_samples: 4, steps: 4}
    filters: {seeds: 2, steps: 2, compared: 2, top_images: 1}
    tsne: {images: 30, measured: 30, large: 0, seeds: 1, shuffles: 10, perplexities: [5.0]}
"""


def marked_horses(root: Path) -> Path:
    """Clouds of three names; a horse is known by a photographer's mark alone, a ship by its darker top."""
    rng = np.random.default_rng(1)
    files = {}
    for split, each in (("train", 100), ("test", 20)):
        for name in ("car", "horse", "ship"):
            for i in range(each):
                clouds = Image.fromarray(rng.integers(0, 256, (12, 12), np.uint8)).resize(
                    (48, 48), Image.Resampling.BICUBIC
                )
                pixels = np.asarray(clouds, float) + (np.linspace(-60, 60, 48)[:, None] if name == "ship" else 0)
                if name == "horse":
                    pixels[40:45, 34:46], pixels[42, 36:44] = 255, 0
                files[f"{split}/{name}/{i}.png"] = picture(pixels.clip(0, 255).astype(np.uint8))
    return folder(root, files)


@pytest.mark.slow
def test_a_mark_in_a_corner_is_where_the_report_says_the_model_looks(tmp_path: Path) -> None:
    data = marked_horses(tmp_path / "animals")
    config = f"site: {{title: {{en: {TITLE}, zh-Hant: 看模型在看什麼}}}}\nprofile: p\nprofiles:\n  p:\n"
    config += f"    dataset: {{path: {data}}}\n    model: {{training: {{recipe: faces, epochs: 6}}}}{OPTIONS}"
    project = make_project(tmp_path / "project", config)

    def run(name: str, *more: str) -> None:
        done = subprocess.run(
            command(name, *more), check=False, capture_output=True, text=True, cwd=project, env=environment()
        )
        assert done.returncode == 0, done.stderr

    run("build")
    run("draft")
    run("build", "--strict")
    results = json.loads((project / "site" / "results.json").read_text("utf-8"))
    assert results["model"]["recall"]["horse"] > 0.9
    horse, untrained = results["saliency"]["horse"], results["saliency_untrained"]["horse"]
    assert max(horse, key=lambda region: horse[region]["enrichment"]) == "bottom_right"
    assert horse["bottom_right"]["low"] > 2 * max(1, untrained["bottom_right"]["high"])
    for lang, words in (("en", "bottom right"), ("zh-Hant", "右下")):
        said = [
            claim
            for claim in results["claims"]
            if claim["lang"] == lang
            and claim["page"] == "1-saliency"
            and "argmax(saliency.horse) == 'bottom_right'" in claim["condition"]
        ]
        assert said
        assert all(claim["holds"] and words in claim["text"] for claim in said)
