"""How far the maps can be trusted: when the model is wrong, and by the tests of the method."""

from __future__ import annotations

from generator.commentary.draft.page import Measured, Sentence, name, told
from generator.commentary.draft.regions import regions_by_class


def right_and_wrong(measured: Measured) -> list[Sentence | None]:
    """The clearest differences between pictures that were classified rightly and wrongly."""
    right, wrong = regions_by_class(measured, "saliency_right"), regions_by_class(measured, "saliency_wrong")
    gaps: list[tuple[float, str, str]] = []
    for class_, regions in right.items():
        for region, found in regions.items():
            other = wrong.get(class_, {}).get(region)
            if other and region != "background" and found["low"] > other["high"]:
                gaps.append((other["high"] - found["low"], class_, region))
    names = measured.names
    told_of: list[Sentence | None] = []
    for _, class_, region in sorted(gaps)[:2]:
        higher, lower = (name(group, class_, region) for group in ("saliency_right", "saliency_wrong"))
        ahead, behind = f"{{{{ {higher}.enrichment | fixed(1) }}}}", f"{{{{ {lower}.enrichment | fixed(1) }}}}"

        def texts(
            lang: str, class_: str = class_, region: str = region, ahead: str = ahead, behind: str = behind
        ) -> str:
            return told(
                lang,
                f"答對{names.classes(lang, [class_])}時，模型看{names.region(lang, region)}看得比答錯時多"
                f"（{ahead} 倍對 {behind} 倍）",
                f"When it is right about {names.classes(lang, [class_])}, it looks at {names.region(lang, region)} "
                f"more than when it is wrong (a factor of {ahead} against {behind})",
            )

        told_of.append(measured.say(f"{higher}.low > {lower}.high", texts))
    return told_of


def faithful(measured: Measured) -> Sentence | None:
    """Whether the method that drew the maps passed its tests."""
    method = measured.get("faithfulness", "default_method")
    if not isinstance(method, str):
        return None
    passes = "faithfulness.methods[faithfulness.default_method].passes"
    used = "{{ faithfulness.default_method | method_name }}"
    failed = measured.say(
        f"not {passes}",
        lambda lang: told(
            lang,
            f"這裡採用的方法是「{used}」，它沒有通過檢驗，上面的圖要打折扣",
            f"The method used here, {used}, fails a test, so the maps above call for caution",
        ),
    )
    return failed or measured.say(
        passes,
        lambda lang: told(
            lang,
            f"這裡採用的方法是「{used}」，它通過了檢驗：把它指出的像素弄模糊，分數就會掉；換掉模型的權重，圖也跟著改變",
            f"The method used here, {used}, passes the tests: blurring the pixels that it marks brings the score "
            "down, and replacing the model’s weights changes its maps",
        ),
    )
