"""Drafts page 3: what LIME points to, and which classes are recognised well or taken for one another."""

from __future__ import annotations

from collections import defaultdict

from generator.commentary.draft.page import Draft, Measured, Sentence, name, quoted, told
from generator.commentary.helpers import is_number

FEW = 100
"""Evaluation pictures of a class below which its recall is called uncertain."""
FRACTIONS = ((1 / 2, "一半", "half"), (1 / 3, "三分之一", "a third"), (1 / 4, "四分之一", "a quarter"),
             (1 / 5, "五分之一", "a fifth"), (1 / 10, "十分之一", "a tenth"))  # fmt: skip


def lime(measured: Measured) -> Draft:
    """The page on LIME and the confusion matrix."""
    page = Draft(measured)
    page.title("為什麼某些類別認得特別準？", "Why are some classes recognised so well?")
    page.paragraph(*recall(measured))
    page.figures("confusion-matrix")
    page.heading("LIME 找到的依據", "The grounds that LIME finds")
    page.paragraph(_fidelity(measured))
    page.figures("lime-examples", "lime-all-classes")
    page.paragraph(*_grounds(measured))
    page.figures("lime-regions", "lime-segmenters", "lime-stability")
    page.heading("容易混淆的類別", "What is taken for what")
    page.paragraph(*_confusions(measured), *_few(measured))
    page.figures("confusion-pairs", "confusion-measures")
    page.heading("LIME 和 saliency map 說的一樣嗎", "Do LIME and the saliency maps agree?")
    page.paragraph(*_agreement(measured))
    page.figures("agreement", "confusion-association")
    return page


def recall(measured: Measured) -> list[Sentence | None]:
    """The classes recognised best and worst; nothing of either where several are equally so."""
    found = {class_: value for class_, value in measured.group("model", "recall").items() if is_number(value)}
    if len(found) < 2:
        return []
    best, worst = max(found, key=found.__getitem__), min(found, key=found.__getitem__)
    # As they are printed, with one decimal: nobody is to read that 99.0 % is better than 99.0 %.
    shown = [round(100 * value, 1) for value in found.values()]
    alone = {class_: shown.count(round(100 * found[class_], 1)) == 1 for class_ in (best, worst)}
    names = measured.names
    values = {class_: f"{{{{ {name('model', 'recall', class_)} | percent }}}}" for class_ in found}
    return [
        measured.say(
            f"argmax(model.recall) == {quoted(best)}",
            lambda lang: told(
                lang,
                f"模型認得最好的是{names.classes(lang, [best])}，答對 {values[best]}",
                f"The model is best at {names.classes(lang, [best])}, which it gets right {values[best]} of the time",
            ),
        )
        if alone[best]
        else None,
        measured.say(
            f"argmin(model.recall) == {quoted(worst)}",
            lambda lang: told(
                lang,
                f"{'' if alone[best] else '模型認得'}最差的是{names.classes(lang, [worst])}，只有 {values[worst]}",
                f"{'It' if alone[best] else 'The model'} is worst at {names.classes(lang, [worst])}, "
                f"with {values[worst]}",
            ),
        )
        if alone[worst]
        else None,
    ]


def _agreement(measured: Measured) -> list[Sentence | None]:
    """Whether gradient, occlusion and LIME name a common region, and for which classes there is none."""
    common = {class_: measured.get("agreement", class_, "region") for class_ in measured.group("agreement")}
    by_region: dict[str, list[str]] = defaultdict(list)
    for class_, region in common.items():
        if isinstance(region, str):
            by_region[region].append(class_)
    names = measured.names
    said: list[Sentence | None] = []
    for region, classes in sorted(by_region.items(), key=lambda item: (-len(item[1]), item[0])):
        condition = " and ".join(f"{name('agreement', class_, 'region')} == {quoted(region)}" for class_ in classes)

        def texts(lang: str, region: str = region, classes: list[str] = classes, first: bool = not said) -> str:
            these, part = names.classes(lang, classes), names.region(lang, region)
            return told(
                lang,
                f"梯度、遮擋法和 LIME 三種方法{'都' if len(classes) == 1 else '一致'}認為{these}看的是{part}"
                if first
                else f"對{these}，三者都指向{part}",
                f"Gradient, occlusion and LIME all name {part} for {these}"
                if first
                else f"For {these} all three point to {part}",
            )

        said.append(measured.say(condition, texts))
    # Without regions, and without occlusion, nothing was asked that all could have agreed on.
    by_method = measured.group("saliency_by_method")
    asked = not by_method or "occlusion" in by_method
    split = [
        class_ for class_, region in common.items() if region is None and len(measured.group("agreement", class_)) > 1
    ]
    if split and asked:
        condition = " and ".join(f"{name('agreement', class_, 'region')} == null" for class_ in split)
        said.append(
            measured.say(
                condition,
                lambda lang: told(
                    lang,
                    f"{names.classes(lang, split)}沒有三者都同意的部位，下結論要保留",
                    f"For {names.classes(lang, split)} there is no region on which all agree, so be slow to conclude",
                ),
            )
        )
    return said


def _fidelity(measured: Measured) -> Sentence | None:
    lowest = '{{ min(lime, "fidelity_fresh") | fixed(2) }}'
    good = measured.say(
        "min(lime, 'fidelity_fresh') >= 0.6",
        lambda lang: told(
            lang,
            "LIME 用簡單的模型模仿原本的模型，模仿得很像：換成擬合時沒看過的遮法，每個類別平均的 fidelity 都在 "
            f"{lowest} 以上",
            "LIME imitates the model by a simpler one, and does so well: on masks that its fit has not seen the mean "
            f"fidelity is {lowest} or more in every class",
        ),
    )
    return good or measured.say(
        "min(lime, 'fidelity_fresh') < 0.6",
        lambda lang: told(
            lang,
            "LIME 用簡單的模型模仿原本的模型，但換成擬合時沒看過的遮法，有的類別模仿得不太像（fidelity 最低 "
            f"{lowest}），解讀時要保留",
            "LIME imitates the model by a simpler one, not equally well everywhere (on masks that its fit has not "
            f"seen, a mean fidelity as low as {lowest}), so take what follows with care",
        ),
    )


def _grounds(measured: Measured) -> list[Sentence | None]:
    """Classes grouped by the region that is their most frequent ground, and those in which it may be so by chance."""
    by_region: dict[str, list[str]] = defaultdict(list)
    by_chance: dict[str, str] = {}
    for class_ in measured.group("lime"):
        region = measured.get("lime", class_, "region")
        if isinstance(region, str):
            if measured.holds(_decisive(class_, region, ">")):
                by_region[region].append(class_)
            else:
                by_chance[class_] = region
    names = measured.names
    said: list[Sentence | None] = []
    for number, (region, classes) in enumerate(sorted(by_region.items(), key=lambda item: (-len(item[1]), item[0]))):
        condition = " and ".join(
            f"{name('lime', class_, 'region')} == {quoted(region)} and {_decisive(class_, region, '>')}"
            for class_ in classes
        )

        def texts(lang: str, region: str = region, classes: list[str] = classes, number: int = number) -> str:
            these, part = names.classes(lang, classes), names.region(lang, region)
            chinese = (f"{these}最常見的依據是{part}", f"{these}則是{part}", f"換成{these}，{part}最常見")
            english = (
                f"The most frequent ground for {these} is {part}",
                f"For {these} it is {part}",
                f"{these} {'goes' if len(classes) == 1 else 'go'} by {part} more often than by anything else",
            )
            # The first says what all are about; the others take turns.
            place = number if number == 0 else 1 + (number - 1) % 2
            return told(lang, chinese[place], english[place])

        said.append(measured.say(condition, texts))
    if by_chance:
        said.append(
            measured.say(
                " and ".join(_decisive(class_, region, "<=") for class_, region in by_chance.items()),
                lambda lang: told(
                    lang,
                    f"{names.classes(lang, list(by_chance))}最常居首的部位，次數並不比碰巧多",
                    f"In {names.classes(lang, list(by_chance))} the region that comes first most often does so no more "
                    "often than chance may have it",
                ),
            )
        )
    return said


def _decisive(class_: str, region: str, comparison: str) -> str:
    """The condition that a region is decisive more often than chance has it, or (``<=``) that it is not."""
    of = name("lime", class_, "regions", region)
    return f"{of}.decisive {comparison} {of}.decisive_null_high"


def _confusions(measured: Measured) -> list[Sentence | None]:
    """The mistakes that are made most often, as a part of the true class's pictures."""
    matrix = measured.get("model", "confusion")
    classes = measured.get("dataset", "classes")
    if not isinstance(matrix, tuple) or not isinstance(classes, tuple) or len(matrix) != len(classes):
        return []
    found: list[tuple[float, int, int]] = []
    for true, row in enumerate(matrix):
        total = sum(row) if isinstance(row, tuple) and all(is_number(value) for value in row) else 0
        found += [(row[guess] / total, true, guess) for guess in range(len(row)) if guess != true and total >= 20]
    names = measured.names
    said: list[Sentence | None] = []
    for share, true, guess in sorted(found, reverse=True)[:2]:
        fraction = next((item for item in FRACTIONS if share > item[0]), None)
        if fraction is None:
            continue
        condition = f"model.confusion[{true}][{guess}] > {fraction[0]:.4g} * sum(model.confusion[{true}])"

        def texts(
            lang: str,
            pair: tuple[str, str] = (classes[true], classes[guess]),
            words: tuple[str, str] = fraction[1:],
            first: bool = not said,
        ) -> str:
            one, other = (names.classes(lang, [key]) for key in pair)
            return told(
                lang,
                f"{one}有超過{words[0]}{'被看成' if first else '被當作'}{other}",
                f"More than {words[1]} of {one} {'is taken' if first else 'passes'} for {other}",
            )

        said.append(measured.say(condition, texts))
    return said


def _few(measured: Measured) -> list[Sentence | None]:
    """A caution where a class has few pictures."""
    numbers = {class_: value for class_, value in measured.group("model", "n").items() if is_number(value)}
    few = [class_ for class_, value in sorted(numbers.items(), key=lambda item: item[1]) if value < FEW]
    if not few or len(few) == len(numbers):
        return []
    condition = " and ".join(f"{name('model', 'n', class_)} < {FEW}" for class_ in few)
    names = measured.names
    return [
        measured.say(
            condition,
            lambda lang: told(
                lang,
                f"{names.classes(lang, few)}的圖片不到一百張，關於{'它' if len(few) == 1 else '它們'}的數字都不太可靠",
                f"There are fewer than a hundred pictures of {names.classes(lang, few)}, so numbers about "
                f"{'it' if len(few) == 1 else 'them'} are uncertain",
            ),
        )
    ]
