"""Made-up results of a whole report, of the shape that a build measures."""

from __future__ import annotations

import random
from typing import Any


def whole_report(classes: tuple[str, ...], regions: tuple[str, ...], seed: int) -> dict[str, Any]:
    """Random but consistent results for any classes and regions."""
    rng = random.Random(seed)

    def regions_of() -> dict[str, Any]:
        found = {}
        for region in regions:
            middle = rng.uniform(0.3, 2.5)
            half = rng.uniform(0.02, 0.3)
            found[region] = {"share": middle / 10, "enrichment": middle, "low": middle - half, "high": middle + half}
        return found

    def lime_of() -> dict[str, Any]:
        found = regions_of()
        for values in found.values():
            chance = rng.uniform(0.1, 0.4)
            values |= {"null": 1.1, "null_high": 1.4, "decisive": rng.uniform(0, 0.5)}
            values |= {"decisive_null": chance - 0.1, "decisive_null_high": chance}
        fit = rng.uniform(0.4, 0.9)
        first = max(found, key=lambda region: found[region]["decisive"], default=None)
        return {"fidelity": fit, "fidelity_fresh": fit - 0.05, "region": first, "regions": found}

    def untrained_of() -> dict[str, Any]:
        if rng.random() < 0.15:
            return {region: dict.fromkeys(("share", "enrichment", "low", "high")) for region in regions}
        found = {}
        for region in regions:
            middle, half = rng.uniform(0.7, 1.4), rng.uniform(0.02, 0.2)
            found[region] = {"share": middle / 10, "enrichment": middle, "low": middle - half, "high": middle + half}
        return found

    n = {class_: rng.randint(30, 900) for class_ in classes}
    confusion = []
    for true, class_ in enumerate(classes):
        row = [rng.randint(0, n[class_] // len(classes)) for _ in classes]
        row[true] += n[class_] - sum(row)
        confusion.append(row)
    recall = {class_: confusion[place][place] / n[class_] for place, class_ in enumerate(classes)}
    accuracy = sum(confusion[place][place] for place in range(len(classes))) / sum(n.values())
    first, last = sorted((rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.6)))
    count = rng.randint(8, 64)
    dead, keeps, edges = (rng.randint(0, count // 4) for _ in range(3))
    return {
        "dataset": {
            "profile": "toy",
            "split": "test",
            "classes": list(classes),
            "images": {"train": 1000, "evaluation": sum(n.values())},
            "duplicates": {"shared": rng.choice([0, 7])},
        },
        "model": {
            "accuracy": accuracy,
            "low": accuracy - 0.02,
            "high": accuracy + 0.02,
            "recall": recall,
            "n": n,
            "confusion": confusion,
        },
        "saliency": {class_: regions_of() for class_ in classes},
        "saliency_right": {class_: regions_of() for class_ in classes},
        "saliency_wrong": {class_: regions_of() for class_ in classes},
        "faithfulness": {"default_method": "smooth-grad", "methods": {"smooth-grad": {"passes": rng.random() < 0.8}}},
        "filters": {
            "layer": "activation_1",
            "count": count,
            "dead": dead,
            "keeps": keeps,
            "edges": edges,
            "other": count - dead - keeps - edges,
            "ascent": {
                "plain": {"above_all": rng.randint(0, count)},
                "regularised": {"stability": rng.uniform(0.6, 1), "stability_between": rng.uniform(0, 0.6)},
            },
        },
        "lime": {class_: lime_of() for class_ in classes},
        "tsne": {
            "first": {"knn_accuracy": first, "knn_low": first - 0.03, "knn_high": first + 0.03, "null": 0.18},
            "last": {"knn_accuracy": last, "knn_low": last - 0.03, "knn_high": last + 0.03, "null": 0.18},
            "filter": {"last": {"knn_accuracy": first, "knn_low": first - 0.03, "knn_high": first + 0.03}},
            "grid": [{"perplexity": 5.0, "knn_map": last}, {"perplexity": 50.0, "knn_map": last - 0.02}],
        },
        "agreement": {
            class_: {**dict.fromkeys(regions, 0.0), "region": rng.choice([None, *regions])} for class_ in classes
        },
        "saliency_untrained": {class_: untrained_of() for class_ in classes},
        "saliency_checks": {"images": {"all": {class_: rng.randint(5, 30) for class_ in classes}}},
    }


FACES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
PARTS = ("eyes", "brows", "nose", "mouth", "cheeks", "forehead", "background")
FIGURES = frozenset(
    {
        "saliency-examples",
        "saliency-means",
        "saliency-right-wrong",
        "faithfulness-table",
        "filters-ascent",
        "filters-outputs",
        "lime-examples",
        "confusion-matrix",
        "tsne-first-last",
        "tsne-pca",
        "claims-list",
    }
)
