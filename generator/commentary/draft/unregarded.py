"""Drafts of page 1 what does not count: classes without a region of their own, regions that no class goes by."""

from __future__ import annotations

from generator.commentary.draft.page import Measured, Sentence, name, quoted, told
from generator.commentary.draft.regions import UNTRAINED, Regions, compared, stays_down
from generator.commentary.draft.words import is_plural
from generator.commentary.grammar import LONGEST


def nothing_special(measured: Measured, table: dict[str, Regions]) -> Sentence | None:
    """The classes in which no region stands out."""
    flat: list[str] = []
    condition = ""
    for class_, regions in table.items():
        if all(found["low"] <= found["floor"] for found in regions.values()):
            low = f"max({name('saliency', class_)}, 'low') <= 1"
            if not measured.holds(low):
                low = " and ".join(stays_down(measured, class_, region) for region in regions)
            longer = f"{condition} and {low}" if condition else low
            if len(longer) <= LONGEST:
                flat, condition = [*flat, class_], longer
    if not flat:
        return None
    return measured.say(
        condition,
        lambda lang: told(
            lang,
            f"{measured.names.classes(lang, flat)}沒有特別看重哪個部位",
            f"For {measured.names.classes(lang, flat)} no region stands out",
        ),
    )


def ignored(measured: Measured, table: dict[str, Regions]) -> list[Sentence | None]:
    """Regions that get less than their share in every class, and less than untrained networks give any class."""
    names = measured.names
    shared = sorted(set.intersection(*(set(regions) for regions in table.values()))) if table else []
    random = compared(measured)

    def condition(regions: list[str]) -> str:
        parts = []
        for region in regions:
            high = f"max(saliency, {quoted(region + '.high')})"
            parts.append(f"{high} < 1")
            parts += [f"{high} < min({UNTRAINED}, {quoted(region + '.low')})"] if random else []
        return " and ".join(parts)

    unregarded = [region for region in shared if measured.holds(condition([region]))]
    if not unregarded:
        return []
    do = "do" if len(unregarded) > 1 or is_plural(names.region_name("en", unregarded[0])) else "does"
    return [
        measured.say(
            condition(unregarded),
            lambda lang: told(
                lang,
                f"不論哪個類別，{names.regions(lang, unregarded)}得到的注意都比面積應得的少"
                + ("，也比未訓練的網路給的少" if random else ""),
                f"In no class {do} {names.regions(lang, unregarded)} get as much attention as area alone would give"
                + (", or as an untrained network gives" if random else ""),
            ),
        )
    ]
