"""Drafts the index page: how good the model is, and the one finding of each question."""

from __future__ import annotations

from generator.commentary.draft.page import Draft, Measured, Sentence, name, quoted, told
from generator.commentary.draft.regions import favourites, regions_by_class


def index(measured: Measured) -> Draft:
    """The first page."""
    page = Draft(measured)
    page.title("模型到底在看什麼？", "What does the model look at?")
    images = "{{ dataset.images.evaluation | thousands }}"
    page.paragraph(
        measured.say(
            "model.low > 1 / len(dataset.classes)",
            lambda lang: told(
                lang,
                f"這個模型在 {images} 張沒看過的圖片上答對 {{{{ model.accuracy | percent }}}}，遠勝亂猜",
                f"Shown {images} pictures that it had not seen before, this model is right "
                "{{ model.accuracy | percent }} of the time, well above chance",
            ),
            lambda lang: told(
                lang,
                "（95% 信賴區間 {{ model.low | percent }}–{{ model.high | percent }}）。"
                "它憑什麼判斷？以下四個問題各給一部分的答案",
                " (95% interval {{ model.low | percent }} to {{ model.high | percent }}). What does it "
                "go by? Each of four questions gives a part of the answer",
            ),
        )
    )
    page.figures("faces-sheet", "model-card")
    page.heading("主要發現", "Main findings")
    page.paragraph(_looks(measured), _separates(measured))
    return page


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
            f"When it calls a picture {names.classes(lang, [strongest])}, it goes by "
            f"[{names.region(lang, region)}](1-saliency.html) most",
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
