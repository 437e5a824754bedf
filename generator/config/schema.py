"""The shape of ``config.yaml``: every option with its type, its bounds and its default.

Structs refuse unknown keys. What a profile leaves out comes from the file's ``defaults``, and what those leave out
from the defaults here.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field

Language = Literal["zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Languages that a report may have."""
Seed = Annotated[int, Meta(ge=0, le=2**31 - 1)]
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
    """Names of a table's labels 0, 1, …, or the order of the class folders; none: FER2013's seven, in its order, or
    the folders' own names, sorted."""
    train_images: Count = 6000
    """Drawn faces for training (only without `path`)."""
    evaluation_images: Count = 1400
    """Drawn faces for evaluation (only without `path`)."""
    holdout: Fraction = 0.15
    """Part of each class held out for evaluation when the data has no split of its own."""
    regions: dict[str, list[Box]] | None = None
    """Boxes per region for photographs; drawn faces bring exact masks. Regions may have any names in small letters;
    add ``region.NAME`` to ``templates/strings/regions.yaml`` to say what one is called in both languages. None: the
    nine ninths of the image, from ``top_left`` to ``bottom_right``; ``{}``: no regions at all."""


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
    images_per_class: Count = 10
    """Evaluation images per class on which the methods are compared, and which the dear methods explain."""
    default_images_per_class: Count = 20
    """Images per class for the regions of the page's method where it is too dear for the whole set."""
    wrong_images_per_class: Count = 8
    """Images classified wrong per class, where there are so many, for the same."""
    untrained_images_per_class: Annotated[int, Meta(ge=0, le=1000)] = 10
    """Of these images, those whose maps are made again by networks with random weights, to compare the regions' factors
    with; as many networks are drawn. 0: no comparison, the factors are held against 1 alone."""
    randomisation_images_per_class: Count = 2
    """Images per class whose maps are followed while the model's weights are randomised."""
    noise_samples: Annotated[int, Meta(ge=1, le=1000)] = 25
    """SmoothGrad's noisy copies, where maps of many images are averaged or compared."""
    shown_noise_samples: Annotated[int, Meta(ge=1, le=5000)] = 200
    """The same for the images shown: one map by itself is noise for longer than a mean over many."""
    noise: Fraction = 0.15
    """SmoothGrad's noise, standard deviation as part of the way from black to white."""
    steps: Annotated[int, Meta(ge=1, le=1000)] = 32
    """Points on integrated gradients' way from black to the image."""
    patch: Annotated[int, Meta(ge=1, le=47)] = 8
    """Side of occlusion's patch, pixels of the 48x48 face."""
    stride: Annotated[int, Meta(ge=1, le=47)] = 4
    """Pixels between the places of the patch; half the patch covers all pixels equally often."""


class FiltersOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 2."""

    layer: str | None = None
    """The layer shown; none: the first activation."""
    image: str | None = None
    """Name of the image whose filter outputs are shown; none: the evaluation set's image number 307, counted from 0."""
    seeds: Annotated[int, Meta(ge=2, le=50)] = 5
    """Starts of gradient ascent for every filter of the layer shown."""
    steps: Annotated[int, Meta(ge=1, le=10_000)] = 40
    """Steps of gradient ascent."""
    jitter: Annotated[int, Meta(ge=0, le=24)] = 3
    """Pixels by which the regularised ascent shifts its picture in every step; 48 pixels stand no more than a few."""
    total_variation: Annotated[float, Meta(ge=0, le=1000)] = 3.0
    """Weight of roughness, in standard deviations of a filter's pre-activation on real images."""
    l2: Annotated[float, Meta(ge=0, le=1000)] = 6.0
    """Weight of the squared distance from grey, in the same unit."""
    compared: Count = 12
    """Filters of the other two layers that are shown beside the layer shown in full."""
    top_images: Annotated[int, Meta(ge=1, le=12)] = 4
    """Real images shown per filter: those that activate it most."""


class LimeOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 3, LIME."""

    segmenter: Literal["slic", "quickshift", "felzenszwalb", "grid"] = "felzenszwalb"
    """How faces are cut into superpixels; the report compares all four. Of them felzenszwalb had the highest mean of
    fidelity and stability, on drawn and on real faces, and the best hold of the drawn faces' known evidence."""
    superpixels: Annotated[int, Meta(ge=10, le=400)] = 50
    """As slic's `n_segments`; about 0.8 times as many are found."""
    hidden: Literal["mean", "black"] = "mean"
    """What stands where a superpixel is hidden: its own mean, or black; the report shows how far they agree."""
    kernel_width: Annotated[float, Meta(gt=0, le=10)] = 0.25
    """Of the exponential kernel over cosine distances; the package's default."""
    first_samples: Annotated[int, Meta(ge=16, le=100_000)] = 256
    """Perturbed images drawn before the first look; every further look doubles them."""
    max_samples: Annotated[int, Meta(ge=16, le=100_000)] = 768
    """Cap for the images shown."""
    class_samples: Annotated[int, Meta(ge=16, le=100_000)] = 384
    """Cap for the images of the class samples and of the comparison of segmenters."""
    agreement: Fraction = 0.9
    """Rank correlation of the weights of two halves at which drawing ends."""
    seeds: Annotated[int, Meta(ge=2, le=100)] = 5
    """Seeds compared on every image shown."""
    top: Annotated[int, Meta(ge=1, le=50)] = 5
    """Superpixels that count as the top ones."""
    images_per_class: Count = 20
    """Images of every class in the count of decisive regions."""
    segmenter_images: Count = 10
    """Images on which the segmenters are compared."""


class ConfusionOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 3, the confusion matrix."""

    bins: Annotated[int, Meta(ge=2, le=100)] = 10
    """Bins of the calibration curve, equally wide."""
    pairs: Annotated[int, Meta(ge=1, le=42)] = 5
    """Top confusions shown."""
    examples: Annotated[int, Meta(ge=1, le=50)] = 6
    """Images shown per cell of the matrix."""


class TsneOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """Question 4."""

    images: Annotated[int, Meta(ge=30, le=2000)] = 200
    """Evaluation images on the maps, the same number of every class where there are enough."""
    measured: Annotated[int, Meta(ge=30, le=5000)] = 1000
    """Evaluation images on which separation is measured."""
    large: Annotated[int, Meta(ge=0, le=10_000)] = 2000
    """Evaluation images on the large map of the last layer; 0: no such map."""
    perplexity: Annotated[float, Meta(ge=2, le=500)] = 30.0
    """t-SNE's effective number of neighbours."""
    perplexities: tuple[Annotated[float, Meta(ge=2, le=500)], ...] = (5.0, 15.0, 50.0)
    """Of the grid that shows how much of a map is its settings."""
    seeds: Annotated[int, Meta(ge=1, le=6)] = 3
    """Of the same grid."""
    neighbours: Annotated[int, Meta(ge=1, le=100)] = 5
    """k of the k-nearest-neighbour accuracy."""
    shuffles: Annotated[int, Meta(ge=10, le=10_000)] = 100
    """Shufflings of the labels that give what chance would reach."""
    filter: Annotated[int, Meta(ge=0)] | None = None
    """The one filter that is drawn as in the original; none: the one whose output varies most between images."""


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
    languages: tuple[Language, ...] = LANGUAGES
    content: ContentOptions = field(default_factory=ContentOptions)
