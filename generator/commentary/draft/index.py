"""Drafts the index page: how good the model is, and the one finding of each question."""

from __future__ import annotations

from generator.commentary.draft.lime import recall
from generator.commentary.draft.page import Draft, Measured, Sentence, name, quoted, told
from generator.commentary.draft.regions import favourites, regions_by_class


def index(measured: Measured) -> Draft:
    """The first page."""
    page = Draft(measured)
    page.title("模型到底在看什麼？", "What does the model look at?")
    page.paragraph(
        _accuracy(measured),
        measured.say(
            None,
            lambda lang: told(
                lang,
                "它憑什麼判斷？以下四個問題各給一部分的答案",
                "What does it go by? Each of four questions gives a part of the answer",
            ),
        ),
    )
    page.figures("faces-sheet", "model-card")
    page.heading("主要發現", "Main findings")
    page.paragraph(_looks(measured), *recall(measured), _separates(measured))
    return page


def _accuracy(measured: Measured) -> Sentence | None:
    """How often the model is right, and how that compares with guessing."""
    images = "{{ sum(model.n) | thousands }}"
    zh = (
        f"這個模型看了 {images} 張評估圖片，答對 {{{{ model.accuracy | percent }}}}"
        "（95% 信賴區間 {{ model.low | percent }}–{{ model.high | percent }}）"
    )
    en = (
        f"Of {images} evaluation pictures this model gets {{{{ model.accuracy | percent }}}} right "
        "(95% interval {{ model.low | percent }} to {{ model.high | percent }})"
    )
    far = measured.say(
        "model.low > 2 / len(model.n)",
        lambda lang: told(lang, zh + "，遠勝亂猜", en + ", far more than by guessing"),
    )
    return (
        far
        or measured.say(
            "model.low > 1 / len(model.n)",
            lambda lang: told(lang, zh + "，比亂猜好", en + ", more than by guessing"),
        )
        or measured.say(
            "model.low <= 1 / len(model.n)",
            lambda lang: told(lang, zh + "，說不上比亂猜好", en + ", which guessing might do as well"),
        )
    )


def _looks(measured: Measured) -> Sentence | None:
    table = regions_by_class(measured, "saliency")
    ranked = favourites(table)
    if not ranked:
        return None
    region, classes = next(iter(ranked.items()))
    strongest = max(classes, key=lambda class_: table[class_][region]["enrichment"])
    names = measured.names
    return measured.say(
        f"argmax({name('saliency', strongest)}) == {quoted(region)}",
        lambda lang: told(
            lang,
            f"判斷{names.classes(lang, [strongest])}時，它最看重[{names.region(lang, region)}](1-saliency.html)",
            f"For {names.classes(lang, [strongest])} it goes by [{names.region(lang, region)}](1-saliency.html) most",
        ),
    )


def _separates(measured: Measured) -> Sentence | None:
    return measured.say(
        "tsne.last.knn_low > tsne.first.knn_high",
        lambda lang: told(
            lang,
            "[訓練讓不同類別分開了](4-tsne.html)，最後一層比第一層清楚",
            "[Training has pulled the classes apart](4-tsne.html): the last layer tells them from one another better "
            "than the first",
        ),
    )
