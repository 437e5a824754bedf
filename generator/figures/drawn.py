"""Figures that only drawn faces have: the sheet, the action units, how a picture is made, where the evidence lies."""

from __future__ import annotations

import numpy as np

from generator.dataset.types import Dataset
from generator.faces import AUS, CLASSES, EVIDENCE_THRESHOLD, PROTOTYPES, SOURCES, action_units, draw_faces
from generator.faces.making import steps
from generator.figures.figure import Figure
from generator.figures.pixels import overlay, png
from generator.figures.tables import table_bytes

PERSONS = 14
"""Columns of the sheet; its rows are the classes."""
MAKING = "fear"
"""Class of the picture whose making is shown, the sheet's strongest of it: fear moves brows, eyes and mouth."""
SHOWN = 0.02
"""A unit counts as taking part in an image from this intensity."""
MARK = np.array([255.0, 122.0, 0.0])
COLOURS = {
    "eyes": (0, 114, 178),
    "brows": (230, 159, 0),
    "nose": (0, 158, 115),
    "mouth": (213, 94, 0),
    "cheeks": (240, 228, 66),
    "forehead": (204, 121, 167),
    "background": (40, 40, 40),
}
"""Regions' colours (Okabe & Ito 2008, told apart with any colour vision)."""


def drawn_figures(data: Dataset, seed: int) -> tuple[list[Figure], dict[str, bytes]]:
    """The figures ``faces-sheet``, ``faces-action-units``, ``faces-making`` and ``faces-evidence`` with files."""
    figures: list[Figure] = []
    files: dict[str, bytes] = {}
    for figure, its_files in (_sheet(seed), _units(data, seed), _making(seed), _evidence(data)):
        figures.append(figure)
        files |= its_files
    return figures, files


def _sheet(seed: int) -> tuple[Figure, dict[str, bytes]]:
    drawn = draw_faces(PERSONS * len(CLASSES), seed)
    rows, files = [], {}
    for label, name in enumerate(CLASSES):
        file = f"sheet-{name}.png"
        files[file] = png(np.hstack(list(drawn.images[drawn.labels == label])))
        rows.append({"class": name, "src": file})
    return Figure("faces-sheet", "faces-sheet", {"rows": rows, "persons": PERSONS, "images": len(drawn)}), files


def _units(data: Dataset, seed: int) -> tuple[Figure, dict[str, bytes]]:
    labels = data.evaluation.labels
    values = action_units(len(labels), seed)
    classes = []
    for label, name in enumerate(CLASSES):
        mine = values[labels == label]
        active = mine >= SHOWN
        cells = [
            {
                "unit": au,
                "share": float(active[:, k].mean()) if len(mine) else 0.0,
                "strength": float(mine[active[:, k], k].mean()) if active[:, k].any() else None,
            }
            for k, au in enumerate(AUS)
        ]
        classes.append({"class": name, "emfacs": PROTOTYPES[name].emfacs, "units": cells})
    table = table_bytes(
        ("image", "class", *(f"AU{au}" for au in AUS)),
        (
            (name, CLASSES[label], *(f"{v:.3f}" for v in row))
            for name, label, row in zip(data.evaluation.names, labels, values, strict=True)
        ),
    )
    content = {"units": list(AUS), "classes": classes, "images": len(labels), "sources": list(SOURCES)}
    file = "faces-action-units.csv"
    return Figure("faces-action-units", "faces-action-units", content, file), {file: table}


def _making(seed: int) -> tuple[Figure, dict[str, bytes]]:
    drawn = draw_faces(PERSONS * len(CLASSES), seed)
    strength = drawn.action_units.sum(axis=1) * (drawn.labels == CLASSES.index(MAKING))
    number = int(strength.argmax())
    few = draw_faces(1, seed, start=number, truth=True)
    tiles, files = [], {}
    for step in steps(number, seed):
        file = f"making-{step.name}.png"
        files[file] = png(step.image)
        tiles.append({"step": step.name, "units": list(step.units), "src": file})
    face = few.images[0]
    assert few.evidence is not None
    evidence = few.evidence[0]
    files["making-evidence.png"] = png(overlay(face, MARK, 0.65 * evidence))
    colour = np.zeros((*face.shape, 3))
    for region, mask in few.region_masks.items():
        colour[mask[0]] = COLOURS[region]
    files["making-regions.png"] = png(overlay(face, colour, 0.55))
    parts = {region: int((mask[0] & evidence).sum()) for region, mask in few.region_masks.items()}
    content = {
        "image": f"#{number}",
        "class": MAKING,
        "tiles": tiles,
        "evidence": {"src": "making-evidence.png", "share": float(evidence.mean()), "pixels": parts},
        "regions": {"src": "making-regions.png", "colours": {region: list(COLOURS[region]) for region in parts}},
        "threshold": EVIDENCE_THRESHOLD,
    }
    return Figure("faces-making", "faces-making", content), files


def _evidence(data: Dataset) -> tuple[Figure, dict[str, bytes]]:
    if data.evidence is None:
        raise ValueError("drawn faces come with evidence masks, this data set has none")
    mean = data.evaluation.images.mean(axis=0)
    ramp = np.linspace(0, 1, 96)[None].repeat(6, axis=0)
    rows, files = [], {"evidence-bar.png": png(overlay(np.full(ramp.shape, 128), MARK, 0.85 * ramp))}
    for label, name in enumerate(CLASSES):
        mine = data.evaluation.labels == label
        evidence = data.evidence[mine]
        if not len(evidence):
            continue
        total = max(int(evidence.sum()), 1)
        shares = {r: float((evidence & data.masks(r)[mine]).sum() / total) for r in data.region_masks}
        file = f"evidence-{name}.png"
        files[file] = png(overlay(mean, MARK, 0.85 * evidence.mean(axis=0)))
        empty = float((~evidence.any(axis=(1, 2))).mean())
        rows.append({"class": name, "src": file, "area": float(evidence.mean()), "empty": empty, "shares": shares})
    content = {"rows": rows, "regions": list(data.region_masks), "threshold": EVIDENCE_THRESHOLD}
    return Figure("faces-evidence", "faces-evidence", content), files
