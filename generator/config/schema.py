"""The shape of ``config.yaml``: every option with its type, its bounds and its default.

Structs refuse unknown keys. What a profile leaves out comes from the file's ``defaults``, and what those leave out
from the defaults here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Fraction = Annotated[float, Meta(gt=0, lt=1)]
Box = tuple[
    Annotated[int, Meta(ge=0, le=48)],
    Annotated[int, Meta(ge=0, le=48)],
    Annotated[int, Meta(ge=0, le=48)],
    Annotated[int, Meta(ge=0, le=48)],
]
"""Left, top, right, bottom in pixels of the 48x48 face; right and bottom exclusive."""


class DatasetOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the images come from."""

    path: str | None = None
    """FER2013 in any of its layouts, or images in folders by class; none: the program draws faces."""
    classes: tuple[str, ...] | None = None
    """Names of the labels 0, 1, …; none: FER2013's seven."""
    train_images: Count = 6000
    """Drawn faces for training (only without `path`)."""
    evaluation_images: Count = 1400
    """Drawn faces for evaluation (only without `path`)."""
    holdout: Fraction = 0.15
    """Part held out for evaluation when the data has no split of its own."""
    regions: dict[str, list[Box]] = field(default_factory=dict)
    """Boxes per region for photographs; drawn faces bring exact masks."""


class TrainingOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """How the profile's own network is trained."""

    recipe: Literal["faces", "fer2013"] = "faces"
    """Network, views and schedule; see generator/model/recipe.py. What follows replaces parts of it."""
    epochs: Count | None = None
    batch_size: Count | None = None
    learning_rate: Annotated[float, Meta(gt=0, le=10)] | None = None


class PreprocessOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """The value range that the model was trained on."""

    low: float = 0.0
    """What black, 0, becomes."""
    high: float = 1.0
    """What white, 255, becomes."""
    mean: float = 0.0
    """Subtracted after that."""
    std: Annotated[float, Meta(gt=0)] = 1.0
    """Divided by after that."""


class ModelOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """The classifier that the report is about."""

    path: str | None = None
    """A Keras model (.keras, .h5, .hdf5); none: shipped weights, or the profile's own network, trained in the build."""
    weights: str | None = None
    """Weights shipped with the program, by name (``fer2013``), used when `path` is none and the file exists."""
    preprocess: PreprocessOptions | None = None
    """None: guessed, with the reason stated."""
    classes: tuple[str, ...] | None = None
    """The classes of the model's outputs, in order; none: the data set's."""
    allow_lambda: bool = False
    """Load Lambda layers although they run code from the file."""
    training: TrainingOptions = field(default_factory=TrainingOptions)


class SaliencyOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 1."""

    images: dict[str, str] | None = None
    """Class to image name, to show chosen images; none: the stated rule chooses."""


class FiltersOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 2."""

    layer: str | None = None
    """The layer shown; none: the first activation."""
    image: str | None = None
    """Name of the image whose filter outputs are shown; none: the data set's image number 307."""


class LimeOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 3, LIME."""


class ConfusionOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 3, the confusion matrix."""


class TsneOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 4."""


class Profile(Struct, forbid_unknown_fields=True, frozen=True):
    """One report: its data, its model, its analyses' options and its commentary."""

    seed: Seed = 2018
    content: str | None = None
    """Folder under ``content/``; none: the profile's name."""
    dataset: DatasetOptions = field(default_factory=DatasetOptions)
    model: ModelOptions = field(default_factory=ModelOptions)
    saliency: SaliencyOptions = field(default_factory=SaliencyOptions)
    filters: FiltersOptions = field(default_factory=FiltersOptions)
    lime: LimeOptions = field(default_factory=LimeOptions)
    confusion: ConfusionOptions = field(default_factory=ConfusionOptions)
    tsne: TsneOptions = field(default_factory=TsneOptions)


class Site(Struct, forbid_unknown_fields=True, frozen=True):
    """What all pages share."""

    title: dict[str, str]
    """Per language."""
    authors: tuple[str, ...] = ()
    url: str | None = None
    """Where the site is published; canonical links, sitemap addresses and OpenGraph need it."""
    repository: str | None = None


class ContentOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """What the commentary may hold."""

    allow_html: bool = False


class Config(Struct, forbid_unknown_fields=True, frozen=True):
    """The whole of ``config.yaml`` after the defaults are filled in."""

    site: Site
    profiles: dict[str, Profile]
    profile: str
    """The profile that is built when none is named."""
    languages: tuple[Literal["zh-Hant", "en"], ...] = ("zh-Hant", "en")
    content: ContentOptions = field(default_factory=ContentOptions)
