"""The stage ``lime``: examples with their stability, a sample of every class, and the comparison of segmenters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
import numpy as np
from scipy.special import softmax

from generator.analyses.agreement import agreement, methods_of, named_regions
from generator.analyses.lime.chosen import examples_of, sample_of
from generator.analyses.lime.comparison import compare_segmenters
from generator.analyses.lime.explain import Explanation, FaceExplainer
from generator.analyses.lime.faithful import lime_row, ranking_with
from generator.analyses.lime.measured import checks, class_results, decisive_results, example_results
from generator.analyses.lime.regions import weight_map
from generator.analyses.lime.sampling import Sampling
from generator.analyses.lime.segmentation import SEGMENTERS, segments_of
from generator.analyses.lime.shown import Shown, curve_sizes, explain_example, sampling_curve
from generator.analyses.lime.whole import Explained, explain_sample
from generator.analyses.side_by_side import side_by_side
from generator.config.schema import LimeOptions
from generator.dataset.types import Dataset
from generator.model.classifier import Classifier
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context


def run(options: LimeOptions, inputs: Mapping[str, Artifact], context: Context) -> Artifact:
    """Explain with LIME; see `explain_all`."""
    from generator.model.stage import opened

    classifier, data = opened(inputs)
    saliency = inputs.get("saliency", Artifact())
    return explain_all(options, classifier, data, saliency, context, np.asarray(inputs["model"].arrays["logits"]))


def explain_all(
    options: LimeOptions,
    classifier: Classifier,
    data: Dataset,
    saliency: Artifact,
    context: Context,
    known: np.ndarray | None = None,
) -> Artifact:
    """Everything the report says with LIME.

    Args:
        options: of the profile.
        classifier: the model.
        data: restricted to its classes.
        saliency: the saliency stage's artifact, for the examples and for the agreement of the methods.
        context: seed, scratch folder and progress.
        known: logits (n_evaluation, classes) of the evaluation images; none: they are computed.

    Returns:
        Results ``lime``, ``lime_checks`` and ``agreement``; per example its superpixels, weights and numbers.
    """
    images = data.evaluation.images
    labels = {name: label for label, name in enumerate(data.classes)}
    logits = classifier.logits(images) if known is None else known
    examples = examples_of(saliency.facts, data, logits)
    sample = sample_of(data, options.images_per_class, context.seed, saliency.facts.get("sample", ()))
    total = len(examples) * 4 + sum(map(len, sample.values())) + 4 * options.segmenter_images
    done = 0

    def step(what: str, weight: int = 1) -> None:
        nonlocal done
        done += weight
        context.progress(min(done, total), total, what)

    black = options.hidden == "black"

    def cut(face: np.ndarray) -> np.ndarray:
        return segments_of(face, options.segmenter, options.superpixels)

    def explain(index: int, label: int) -> Explanation:
        sampling = Sampling(min(options.first_samples, options.class_samples), options.class_samples, options.agreement)
        explainer = FaceExplainer(sampling, options.kernel_width, context.seed + index, options.top)
        return explainer.explain(images[index], cut(images[index]), classifier.quick_probabilities, [label], black)

    def show(name: str, index: int) -> Shown:
        own = labels[name]
        return explain_example(
            images[index],
            cut(images[index]),
            classifier.quick_probabilities,
            [own, *(label for label in labels.values() if label != own)],
            Sampling(min(options.first_samples, options.max_samples), options.max_samples, options.agreement),
            options.kernel_width,
            context.seed,
            options.seeds,
            options.top,
            black,
        )

    names = list(examples)
    jobs = [partial(show, name, index) for name, index in examples.items()]
    shown = dict(zip(names, side_by_side(jobs, lambda count: step(f"example {names[count - 1]}", 4)), strict=True))
    whole = explain_sample(sample, labels, explain, context.scratch, lambda _, __, what: step(what))
    compared_images = _spread(sample, options.segmenter_images)
    compared = compare_segmenters(
        images[compared_images],
        data.evaluation.labels[compared_images].tolist(),
        classifier,
        options.superpixels,
        options.class_samples,
        lambda sampling: FaceExplainer(sampling, options.kernel_width, context.seed, options.top),
        black,
        lambda _, __: step("segmenters"),
    )
    curve = sampling_curve(
        list(shown.values()),
        [labels[name] for name in shown],
        curve_sizes(options.max_samples, max((one.first.superpixels for one in shown.values()), default=0)),
        options.kernel_width,
        options.top,
    )
    probabilities = softmax(logits.astype(np.float64), axis=1)
    measured_examples = {
        name: example_results(
            shown[name],
            data.evaluation.names[index],
            data.classes[int(logits[index].argmax())],
            float(probabilities[index, labels[name]]),
        )
        for name, index in examples.items()
    }
    classes = {
        name: class_results(found, data, measured_examples.get(name), context.seed + labels[name])
        for name, found in whole.items()
    }
    decisive = decisive_results(whole, data, context.seed)
    results: dict[str, Any] = {
        "lime": msgspec.to_builtins(classes),
        "lime_checks": msgspec.to_builtins(
            checks(options, compared, len(compared_images), curve, measured_examples, whole, decisive)
        ),
    }
    context.progress(total, total, "LIME")
    regions = {name: msgspec.to_builtins(found.regions) for name, found in classes.items()}
    methods = methods_of(regions, saliency.results, saliency.facts.get("default_method"))
    facts: dict[str, Any] = {
        "methods": list(dict.fromkeys(method for found in methods.by_class.values() for method in found)),
        "named": {
            name: {method: sorted(named_regions(values)) for method, values in found.items()}
            for name, found in methods.by_class.items()
        },
        "gradient_method": methods.gradient,
        "untrained_method": methods.untrained,
    }
    found_row = lime_row(classifier, data, whole, saliency, explain, context.seed)
    if found_row is not None:
        row, curves = found_row
        facts["curve"] = curves.means()
        others = saliency.results.get("faithfulness", {}).get("methods", {})
        results["faithfulness"] = {
            "methods": {"lime": msgspec.to_builtins(row)},
            "ranking": ranking_with(row, others),
        }
    results["agreement"] = {name: agreement(found) for name, found in methods.by_class.items()}
    return Artifact(
        results=results,
        facts=facts | _facts(data, examples, shown, probabilities),
        arrays=_arrays(shown, whole) | _cuts(images, examples, options.superpixels),
    )


def _spread(sample: Mapping[str, np.ndarray], count: int) -> np.ndarray:
    """`count` images of the sample, taken from the classes in turn."""
    longest = max(map(len, sample.values()), default=0)
    turn = [int(index[at]) for at in range(longest) for index in sample.values() if at < len(index)]
    return np.array(sorted(turn[:count]), dtype=np.int64)


def _facts(
    data: Dataset, examples: Mapping[str, int], shown: Mapping[str, Shown], probabilities: np.ndarray
) -> dict[str, Any]:
    def order(name: str) -> list[str]:
        return [name, *(other for other in data.classes if other != name)]

    return {
        "classes": list(data.classes),
        "examples": dict(examples),
        # The example whose probabilities are spread widest has something to say on every class.
        "all_classes": max(
            examples, key=lambda name: -float(np.sum(_xlogx(probabilities[examples[name]]))), default=None
        ),
        "probabilities": {name: probabilities[index].astype(float).tolist() for name, index in examples.items()},
        "fidelity": {
            name: dict(zip(order(name), one.first.fidelity.tolist(), strict=True)) for name, one in shown.items()
        },
        "weights": {
            name: dict(zip(order(name), one.first.weights.tolist(), strict=True)) for name, one in shown.items()
        },
        "other_weights": {name: one.other.weights[0].tolist() for name, one in shown.items()},
    }


def _cuts(images: np.ndarray, examples: Mapping[str, int], count: int) -> dict[str, np.ndarray]:
    """The first example cut by every segmenter, to be looked at."""
    first = next(iter(examples.values()), None)
    if first is None:
        return {}
    return {f"cut_{method}": segments_of(images[first], method, count).astype(np.int16) for method in SEGMENTERS}


def _arrays(shown: Mapping[str, Shown], whole: Mapping[str, Explained]) -> dict[str, np.ndarray]:
    arrays = {f"segments_{name}": one.first.segments.astype(np.int16) for name, one in shown.items()}
    for name, one in shown.items():
        arrays[f"map_{name}"] = weight_map(one.first.weights[0], one.first.segments).astype(np.float32)
    for name, found in whole.items():
        arrays[f"sample_index_{name}"] = found.index
        arrays[f"sample_maps_{name}"] = found.maps
    return arrays


def _xlogx(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0, values * np.log(np.maximum(values, 1e-300)), 0.0)
