"""The stage ``saliency``: maps of the evaluation images by several methods, and which of the methods to believe."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from generator.analyses.faithfulness.baselines import kept_baselines
from generator.analyses.faithfulness.deletion_insertion import BLUR, FRACTIONS
from generator.analyses.faithfulness.judge import THRESHOLD, best_first, default_method
from generator.analyses.faithfulness.table import Compared, compare_all
from generator.analyses.saliency.choice import examples, stratified
from generator.analyses.saliency.methods import METHODS, Explainer, Maps
from generator.analyses.saliency.regions import Survey, by_class, mean_maps
from generator.analyses.saliency.subject import CHUNK, Subject, refuse, singly, together, whole_set, with_more
from generator.analyses.saliency.untrained import untrained_survey, untrained_table
from generator.config.schema import SaliencyOptions
from generator.errors import InputError
from generator.model.stage import opened
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context
from generator.results.faithfulness import Faithfulness
from generator.results.saliency import SaliencyChecks, SaliencyCounts, SaliencyResults


def run(options: SaliencyOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Explain the evaluation images, survey the regions, compare the methods.

    Every image is explained for its own class's logit, whether the model gets it right or not.

    Leaves in ``facts``: ``examples`` (class to place in the evaluation set restricted to the model's classes),
    ``sample`` (places explained by all methods, classes in turn), ``tested`` (those of them that the methods are
    compared on), ``default_method``, ``curves``. In ``arrays``: ``sample_<method>`` and ``example_<method>`` (maps as
    ranked), ``example_signed_<method>``, ``mean_<method>`` per class, ``mean_right``, ``mean_wrong``, ``mean_faces``,
    ``cascade_<method>`` (the first tested image's map with the trained model and at the method's checkpoints),
    ``baseline_<name>`` (deletion and insertion curves of the tested images, see `kept_baselines`).

    Raises:
        InputError: an option names an image that does not exist, or does not fit another option.
        BuildError: maps are blank or saturated.
    """
    if options.stride > options.patch:
        raise InputError(
            f"saliency.stride ({options.stride}) is larger than saliency.patch ({options.patch}): "
            "the patch would never cover some pixels"
        )
    classifier, data = opened(inputs)
    logits = np.asarray(inputs["model"].arrays["logits"])
    labels = data.evaluation.labels
    right = logits.argmax(axis=1) == labels
    subject = Subject(data, Explainer(classifier, options, context.seed), right)
    shown = examples(data, logits, options.images)
    sample = stratified(labels, len(data.classes), options.images_per_class, context.seed + 1)
    tell = _Teller(context, len(labels) // CHUNK + 1 + 2 * len(METHODS) + 6)

    surveys = whole_set(subject, tell)
    pictured = np.array(list(shown.values()), dtype=np.int64)
    explained = np.concatenate([sample, np.setdiff1d(pictured, sample)])
    maps = together(subject, explained, tell)
    sampled = {name: found.rows(slice(len(sample))) for name, found in maps.items()}
    for name in subject.dear:
        surveys[name] = subject.survey(sample, sampled[name])
    refuse(subject, surveys)

    # A model that gets none of the sample right is still judged, on all of it, and the report says so.
    only_right = bool(right[sample].any())
    inner = np.flatnonzero(right[sample]) if only_right else np.arange(len(sample))
    tested = sample[inner]
    of_tested = {name: found.rows(inner) for name, found in maps.items()}
    compared = compare_all(
        classifier,
        subject.explainer,
        data.evaluation.images[tested],
        labels[tested],
        of_tested,
        min(len(tested), options.randomisation_images_per_class * len(data.classes)),
        context.seed + 2,
        None if data.evidence is None else np.asarray(data.evidence[tested]),
        tell,
    )
    chosen = default_method({name: row for name, row in compared.rows.items() if subject.complete(name, surveys)})
    tell(f"{chosen}: more images")
    surveys[chosen], of_wrong = with_more(subject, chosen, surveys[chosen], options, context.seed + 3)
    untrained = untrained_survey(
        subject, chosen, surveys[chosen], options.untrained_images_per_class, context.seed + 4, tell
    )

    completeness = subject.explainer.completeness(
        of_tested["integrated_gradients"], data.evaluation.images[tested], labels[tested]
    )
    measured = _saliency(subject, surveys, chosen, of_wrong, untrained, completeness, context.seed)
    faithfulness = _faithfulness(compared, chosen, only_right, options, len(data.classes))
    tell.done()
    return Artifact(
        results={**msgspec.to_builtins(measured), "faithfulness": msgspec.to_builtins(faithfulness)},
        facts={
            "examples": shown,
            "sample": sample.tolist(),
            "tested": tested.tolist(),
            "default_method": chosen,
            "curves": {name: curves.means() for name, curves in compared.curves.items()},
        },
        arrays=_arrays(subject, surveys, chosen, of_wrong, sampled, singly(subject, pictured, explained, maps))
        | {f"cascade_{name}": stack for name, stack in compared.cascade.items()}
        | kept_baselines(compared.curves),
    )


class _Teller:
    """Counts pieces of work for the progress report."""

    def __init__(self, context: Context, total: int) -> None:
        self._context, self._total, self._done = context, total, 0

    def __call__(self, what: str) -> None:
        self._context.progress(min(self._done, self._total - 1), self._total, what)
        self._done += 1

    def done(self) -> None:
        self._context.progress(self._total, self._total)


def _saliency(
    subject: Subject,
    surveys: Mapping[str, Survey],
    chosen: str,
    of_wrong: Survey,
    untrained: Survey | None,
    completeness: tuple[float, float],
    seed: int,
) -> SaliencyResults:
    data, right, default = subject.data, subject.right, surveys[chosen]
    gradients, labels = surveys["gradient"], data.evaluation.labels
    peaks = gradients.peaks * subject.explainer.span
    present = [(label, name) for label, name in enumerate(data.classes) if (labels == label).any()]

    def counted(found: Survey, among: np.ndarray) -> dict[str, int]:
        places = found.index[~found.blank]
        return {name: int((among[places] & (labels[places] == label)).sum()) for label, name in enumerate(data.classes)}

    by_method = {name: by_class(data, found, seed) for name, found in surveys.items()}
    return SaliencyResults(
        saliency=by_method[chosen],
        saliency_untrained=untrained_table(subject, by_method[chosen], untrained, seed),
        saliency_right=by_class(data, default, seed, right),
        saliency_wrong=by_class(data, of_wrong, seed, ~right),
        saliency_by_method={name: by_method[name] for name in subject.explainer.names},
        saliency_checks=SaliencyChecks(
            images=SaliencyCounts(
                counted(default, np.ones_like(right)), counted(default, right), counted(of_wrong, ~right)
            ),
            max_gradient={name: float(peaks[labels == label].max()) for label, name in present},
            median_gradient={name: float(np.median(peaks[labels == label])) for label, name in present},
            noise_samples=subject.explainer.options.noise_samples,
            shown_noise_samples=subject.explainer.shown_noise_samples,
            completeness=completeness[0],
            completeness_relative=completeness[1],
            untrained_images={} if untrained is None else counted(untrained, np.ones_like(right)),
            blank={name: int(surveys[name].blank.sum()) for name in subject.explainer.names},
        ),
    )


def _faithfulness(
    compared: Compared, chosen: str, only_right: bool, options: SaliencyOptions, classes: int
) -> Faithfulness:
    images = compared.rows[chosen].images
    return Faithfulness(
        default_method=chosen,
        ranking=best_first(compared.rows),
        images=images,
        only_right=only_right,
        randomised_images=min(images, options.randomisation_images_per_class * classes),
        threshold=THRESHOLD,
        fractions=list(FRACTIONS),
        blur=BLUR,
        methods=compared.rows,
    )


def _arrays(
    subject: Subject,
    surveys: Mapping[str, Survey],
    chosen: str,
    of_wrong: Survey,
    sampled: Mapping[str, Maps],
    pictured: Mapping[str, Maps],
) -> dict[str, np.ndarray]:
    evaluation = subject.data.evaluation
    arrays = {}
    for name, found in sampled.items():
        arrays[f"sample_{name}"] = found.importance
        arrays[f"example_{name}"] = pictured[name].importance
        arrays[f"example_signed_{name}"] = pictured[name].signed
        arrays[f"mean_{name}"] = mean_maps(surveys[name])[0].astype(np.float32)
    right, wrong = mean_maps(surveys[chosen])[1], mean_maps(of_wrong)[2]
    faces = [
        evaluation.images[evaluation.labels == label].mean(axis=0)
        if (evaluation.labels == label).any()
        else np.zeros((48, 48))
        for label in range(len(subject.data.classes))
    ]
    return {
        **arrays,
        "mean_right": right.astype(np.float32),
        "mean_wrong": wrong.astype(np.float32),
        "mean_faces": np.stack(faces).astype(np.float32),
    }
