"""Drafts page 1: which regions the model goes by, class by class, grouped as a person would group them."""

from __future__ import annotations

from itertools import chain

from generator.commentary.draft.caution import faithful, right_and_wrong
from generator.commentary.draft.page import Draft, Measured, Sentence, name, quoted, told
from generator.commentary.draft.regions import (
    Regions,
    compared,
    favourites,
    regions_by_class,
    stands_out,
    stays_down,
)
from generator.commentary.draft.unregarded import ignored, nothing_special
from generator.commentary.draft.words import counted, is_plural


def saliency(measured: Measured) -> Draft:
    """The page on saliency maps."""
    page = Draft(measured)
    page.title("模型看圖片的哪些部分？", "Which parts of the picture does the model look at?")
    table = regions_by_class(measured, "saliency")
    page.paragraph(_overview(measured, table))
    page.figures("saliency-examples")
    page.paragraph(_explained(measured, table), _sample(measured))
    page.figures("saliency-means", "saliency-regions")
    page.heading("每個類別看哪裡", "What each class goes by")
    said = [
        _favourite(measured, table, region, classes, number)
        for number, (region, classes) in enumerate(favourites(table).items())
    ]
    for sentences in said[:2]:
        page.paragraph(*sentences)
    page.paragraph(*chain.from_iterable(said[2:]), nothing_special(measured, table))
    page.heading("模型不看的地方", "What the model passes over")
    page.paragraph(*ignored(measured, table))
    page.heading("答對和答錯的時候", "When it is right and when it is wrong")
    page.paragraph(*right_and_wrong(measured))
    page.figures("saliency-right-wrong")
    page.heading("這些圖可以信嗎", "Can the maps be trusted?")
    page.paragraph(faithful(measured))
    page.figures("faithfulness-curves", "faithfulness-table", "faithfulness-truth", "faithfulness-randomisation")
    return page


def _explained(measured: Measured, table: dict[str, Regions]) -> Sentence | None:
    """What the maps are and, where there are regions, the numbers."""
    if not table:
        return measured.say(
            None,
            lambda lang: told(
                lang,
                "Saliency map 問的是每個像素對答案的影響有多大。這裡把評估集裡各類別的圖抽出一些來算",
                "A saliency map shows how much each pixel matters to the answer. It was computed for a sample of every "
                "class in the evaluation set",
            ),
        )
    random = compared(measured)
    return measured.say(
        None,
        lambda lang: told(
            lang,
            "Saliency map 問的是每個像素對答案的影響有多大。這裡把評估集裡各類別的圖抽出一些來算，再依部位統計："
            "倍數是某個部位佔影響的比例，除以它佔面積的比例，1 倍代表均勻散布"
            + (
                "；但權重全是亂數的網路也會讓某些部位突出，所以下面只在倍數也高過那種網路時，才說模型看重某個部位"
                if random
                else ""
            ),
            "A saliency map shows how much each pixel matters to the answer. It was computed for a sample of every "
            "class in the evaluation set and counted by region: a factor is a region’s share of the map over its "
            "share of the area, and 1 means spread like area"
            + (
                "; but a network whose weights are all random marks some regions, too, so a region is only said to "
                "count where its factor is above that network’s as well"
                if random
                else ""
            ),
        ),
    )


def _sample(measured: Measured) -> Sentence | None:
    """How many pictures that was."""
    fewest = "{{ min(saliency_checks.images.all) }}"
    return measured.say(
        "min(saliency_checks.images.all) >= 10",
        lambda lang: told(
            lang,
            f"每個類別至少算了 {fewest} 張",
            f"There were at least {fewest} pictures of every class",
        ),
    )


def _overview(measured: Measured, table: dict[str, Regions]) -> Sentence | None:
    """The page's first sentence: the region that comes first most often."""
    names = measured.names
    ranked = favourites(table)
    region, classes = next(iter(ranked.items()), ("", []))
    condition = " and ".join(f"argmax({name('saliency', class_)}) == {quoted(region)}" for class_ in classes)
    if len(classes) == len(table) > 1:
        return measured.say(
            condition,
            lambda lang: told(
                lang,
                f"不管哪一個類別，模型最看重的都是{names.region(lang, region)}",
                f"Whatever the class, what the model goes by most is {names.region(lang, region)}",
            ),
        )
    if len(classes) > 1:
        return measured.say(
            condition,
            lambda lang: told(
                lang,
                f"{counted(lang, len(table))}個類別裡有{counted(lang, len(classes))}個"
                f"最看重{names.region(lang, region)}",
                f"In {counted(lang, len(classes))} of {counted(lang, len(table))} classes, the model goes by "
                f"{names.region(lang, region)} most",
            ),
        )
    if len(ranked) < 2:
        return None
    one, other = (name("saliency", classes[0]) for classes in list(ranked.values())[:2])
    return measured.say(
        f"argmax({one}) != argmax({other})",
        lambda lang: told(lang, "模型看的是哪裡，要看類別而定", "Where the model looks depends on the class"),
    )


def _favourite(
    measured: Measured, table: dict[str, Regions], region: str, classes: list[str], number: int
) -> list[Sentence | None]:
    """What is said of the classes that go by one region; `number` varies the wording."""
    names = measured.names
    classes = sorted(classes, key=lambda class_: -table[class_][region]["enrichment"])
    which = " and ".join(f"argmax({name('saliency', class_)}) == {quoted(region)}" for class_ in classes)

    def opening(lang: str) -> str:
        these, part = names.classes(lang, classes), names.region(lang, region)
        s = "" if is_plural(names.region_name(lang, region)) else "s"
        chinese = (
            f"{these}主要看{part}",
            f"判斷{these}時，影響最大的是{part}",
            f"至於{these}，模型 focus 在{part}",
            f"{these}的關鍵在{part}",
            f"讓模型認出{these}的，主要是{part}",
        )
        english = (
            f"{_capital(part)} come{s} first for {these}",
            f"For {these} nothing weighs as much as {part}",
            f"What gives {these} away is mostly {part}",
            f"With {these} the model turns to {part}",
            f"{_capital(part)} decide{s} about {these}",
        )
        return told(lang, chinese[number % 5], english[number % 5])

    said = [measured.say(which, opening), _strength(measured, region, classes, number)]
    # Past the first two, a remark on every class would only tire the reader.
    return [*said, _second(measured, table, classes, region)] if number < 2 else said


def _strength(measured: Measured, region: str, classes: list[str], number: int) -> Sentence | None:
    """How much attention the region gets in the class in which it gets most."""
    names = measured.names
    factor = f"{{{{ {name('saliency', classes[0], region, 'enrichment')} | fixed(1) }}}}"

    def texts(lang: str) -> str:
        strongest = names.classes(lang, classes[:1])
        if len(classes) > 1:
            return told(
                lang,
                f"其中以{strongest}最明顯，得到的注意是面積的 {factor} 倍",
                f"This is most pronounced for {strongest}, at {factor} times the attention that size accounts for",
            )
        it_gets, its = ("They get", "their") if is_plural(names.region_name(lang, region)) else ("It gets", "its")
        chinese = (f"得到的注意是面積的 {factor} 倍", f"倍數是 {factor}", f"那裡受到的注意是面積的 {factor} 倍")
        english = (
            f"{it_gets} {factor} times the attention that {its} size accounts for",
            f"The factor is {factor}",
            f"Attention there is {factor} times what the area would account for",
        )
        return told(lang, chinese[number % 3], english[number % 3])

    return measured.say(stands_out(measured, classes[0], region), texts)


def _second(measured: Measured, table: dict[str, Regions], classes: list[str], first: str) -> Sentence | None:
    """What else counts in the class that a paragraph is about."""
    names = measured.names
    class_ = classes[0]
    others = [
        region
        for region, found in sorted(table[class_].items(), key=lambda item: -item[1]["enrichment"])
        if region != first and found["low"] > found["floor"]
    ][:2]
    rest = [region for region in sorted(table[class_]) if region != first]

    def texts(lang: str) -> str:
        subject = names.classes(lang, [class_]) if len(classes) > 1 else told(lang, "模型", "")
        opening = f"For {subject}, " if subject else ""
        if not others:
            return told(
                lang,
                f"{names.classes(lang, [class_])}的其他部位都不算突出",
                opening + "no other region stands out" if opening else "No other region stands out",
            )
        part = names.regions(lang, others)
        s = "" if len(others) > 1 or is_plural(names.region_name(lang, others[0])) else "s"
        return told(
            lang, f"{subject}也看{part}", f"{opening or ''}{part if opening else _capital(part)} matter{s} as well"
        )

    condition = (
        " and ".join(stands_out(measured, class_, region) for region in others)
        if others
        else " and ".join(stays_down(measured, class_, region) for region in rest)
    )
    return measured.say(condition, texts) if condition else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
