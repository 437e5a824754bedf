"""Action units of the Facial Action Coding System and how each of the seven expressions uses them.

The prototypes are those of EMFACS (Friesen & Ekman 1983; Ekman, Friesen & Hager 2002). Which further units take part,
and how often, leans on what people were seen to do (Du, Tao & Martinez 2014, table 1; Lucey et al. 2010, table 1) and
is loosened on purpose: units are missing or borrowed often enough that the classes overlap as real ones do. Two units
are drawn as a neighbour: AU24 (lip pressor) as AU23 (lip tightener), AU16 (lower lip depressor) as AU25 (lips part).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.faces.draws import Draws

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
AUS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 17, 20, 23, 25, 26)
"""Action units that the faces can show, by FACS number; columns of `DrawnFaces.action_units`."""

SOURCES = (
    "Ekman, P., Friesen, W. V. & Hager, J. C. (2002). Facial Action Coding System: Investigator's Guide. A Human Face.",
    "Friesen, W. V. & Ekman, P. (1983). EMFACS-7: Emotional Facial Action Coding System. Unpublished manual, "
    "University of California, San Francisco.",
    "Lucey, P. et al. (2010). The Extended Cohn-Kanade Dataset (CK+). CVPR Workshops, 94–101. "
    "doi:10.1109/CVPRW.2010.5543262",
    "Du, S., Tao, Y. & Martinez, A. M. (2014). Compound facial expressions of emotion. PNAS 111(15), E1454–E1462. "
    "doi:10.1073/pnas.1322355111",
)


@dataclass(frozen=True)
class Prototype:
    """How one class is drawn.

    Attributes:
        emfacs: the prototype as EMFACS states it.
        chances: action unit to the probability that an image of the class shows it.
        strength: mean and spread of the image's overall intensity (0 to 1 covers FACS A to E).
    """

    emfacs: str
    chances: dict[int, float]
    strength: tuple[float, float] = (0.7, 0.19)


PROTOTYPES: dict[str, Prototype] = {
    "angry": Prototype("4+5+7+23", {4: 1.0, 5: 0.3, 7: 0.95, 10: 0.26, 17: 0.5, 23: 0.9, 25: 0.25, 9: 0.1}),
    "disgust": Prototype("9+15+16", {9: 0.92, 10: 0.85, 17: 0.6, 4: 0.4, 7: 0.5, 15: 0.3, 25: 0.3, 6: 0.2}),
    "fear": Prototype("1+2+4+5+7+20+26", {1: 1.0, 2: 0.6, 4: 0.85, 5: 0.75, 20: 0.85, 25: 0.85, 26: 0.35, 7: 0.1}),
    "happy": Prototype("6+12", {6: 0.6, 12: 1.0, 25: 0.7, 26: 0.15, 7: 0.1, 2: 0.06}, (0.72, 0.19)),
    "sad": Prototype("1+4+15", {1: 0.75, 4: 0.85, 15: 1.0, 6: 0.3, 17: 0.65, 7: 0.15}, (0.6, 0.21)),
    "surprise": Prototype("1+2+5B+26", {1: 1.0, 2: 1.0, 5: 0.7, 25: 1.0, 26: 0.9}),
    "neutral": Prototype("–", {4: 0.08, 12: 0.1, 15: 0.1, 1: 0.06, 25: 0.1, 7: 0.06}, (0.22, 0.1)),
}


def intensities(labels: np.ndarray, draws: Draws) -> np.ndarray:
    """Intensities 0 to 1 of every action unit, float32, shape (n, len(AUS)).

    Args:
        labels: index into `CLASSES`, shape (n,).
        draws: the images' random numbers.
    """
    chances = np.array([[PROTOTYPES[c].chances.get(au, 0.0) for au in AUS] for c in CLASSES])[labels]
    mean = np.array([PROTOTYPES[c].strength[0] for c in CLASSES])[labels]
    spread = np.array([PROTOTYPES[c].strength[1] for c in CLASSES])[labels]
    overall = np.clip(mean + spread * draws.normal(0, 1)[:, 0, 0], 0.15, 1.0)
    result = np.zeros(chances.shape, dtype=np.float32)
    for column in range(len(AUS)):
        present = draws.chance(chances[:, column, None, None])[:, 0, 0]
        result[:, column] = present * np.clip(overall + draws.normal(0, 0.14)[:, 0, 0], 0.08, 1.0)
    return result
