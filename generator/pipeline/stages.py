"""The table of stages: what runs, after what, and in which module."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One step of a build.

    Attributes:
        name: as in ``--force NAME``; figures are forced with their analysis.
        module: holds ``run(options, inputs, context) -> Artifact``.
        needs: stages whose artifacts it reads.
        section: the profile's section that holds its options, or None.
        libraries: distributions whose versions are part of its fingerprint.
    """

    name: str
    module: str
    needs: tuple[str, ...]
    section: str | None
    libraries: tuple[str, ...]


ANALYSES = ("saliency", "filters", "lime", "confusion", "tsne")

_NUMPY = ("numpy", "pillow", "scipy")
_KERAS = (*_NUMPY, "tensorflow", "keras")

STAGES: tuple[Stage, ...] = (
    Stage("dataset", "generator.dataset.stage", (), "dataset", _NUMPY),
    Stage("model", "generator.model.stage", ("dataset",), "model", _KERAS),
    Stage("saliency", "generator.analyses.saliency.stage", ("dataset", "model"), "saliency", _KERAS),
    Stage("filters", "generator.analyses.filters.stage", ("dataset", "model"), "filters", _KERAS),
    Stage(
        "lime",
        "generator.analyses.lime.stage",
        ("dataset", "model", "saliency"),
        "lime",
        (*_KERAS, "lime", "scikit-image", "scikit-learn"),
    ),
    Stage(
        "confusion",
        "generator.analyses.confusion.stage",
        ("dataset", "model", "saliency"),
        "confusion",
        _NUMPY,
    ),
    Stage("tsne", "generator.analyses.tsne.stage", ("dataset", "model"), "tsne", (*_KERAS, "scikit-learn")),
    Stage("dataset-figures", "generator.figures.dataset", ("dataset",), None, (*_NUMPY, "matplotlib")),
    Stage("model-figures", "generator.figures.model", ("dataset", "model"), None, (*_NUMPY, "matplotlib")),
    *(
        Stage(
            f"{name}-figures",
            f"generator.figures.{name}",
            ("dataset", "model", name),
            None,
            (*_NUMPY, "matplotlib"),
        )
        for name in ANALYSES
    ),
    Stage(
        "faithfulness-figures",
        "generator.figures.faithfulness",
        ("dataset", "model", "saliency", "lime"),
        None,
        (*_NUMPY, "matplotlib"),
    ),
)
