"""Faces drawn by the program, with known truth: the embedded data set."""

from generator.faces.draw import EVIDENCE_THRESHOLD, DrawnFaces, action_units, draw_faces
from generator.faces.splits import drawn_dataset
from generator.faces.units import AUS, CLASSES, PROTOTYPES, SOURCES

__all__ = [
    "AUS",
    "CLASSES",
    "EVIDENCE_THRESHOLD",
    "PROTOTYPES",
    "SOURCES",
    "DrawnFaces",
    "action_units",
    "draw_faces",
    "drawn_dataset",
]
