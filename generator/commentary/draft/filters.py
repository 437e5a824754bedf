"""Drafts page 2: how strong the filters' pictures are, which filters work, and what they make of a picture."""

from __future__ import annotations

from generator.commentary.draft.page import Draft, Measured, Sentence, told


def filters(measured: Measured) -> Draft:
    """The page on filters."""
    page = Draft(measured)
    page.title("Filter 最容易被哪種圖片 activate？", "What kind of picture activates a filter most?")
    page.paragraph(
        measured.say(
            None,
            lambda lang: told(
                lang,
                "Gradient ascent 從雜訊開始，一步一步把圖片改成某個 filter 反應最強的樣子",
                "Gradient ascent starts from noise and changes the picture, step by step, into what a filter responds "
                "to most",
            ),
        )
        if measured.number("filters", "count")
        else None
    )
    page.figures("filters-ascent")
    page.paragraph(*_ascent(measured))
    page.heading("哪些 filter 在工作", "Which filters work")
    page.paragraph(*_dead(measured))
    page.figures("filters-layers", "filters-top-images")
    page.heading("同一張圖，不同的 filter", "One picture, many filters")
    page.figures("filters-outputs")
    page.paragraph(*_kinds(measured))
    page.figures("filters-description")
    return page


def _ascent(measured: Measured) -> list[Sentence | None]:
    """How strong the pictures are, and whether another start would have led to another picture."""
    stability = "filters.ascent.regularised.stability"
    return [
        measured.say(
            "filters.ascent.plain.above_all > 0.5 * filters.count",
            lambda lang: told(
                lang,
                "`{{ filters.layer }}` 的 {{ filters.count }} 個 filter 裡，有 {{ filters.ascent.plain.above_all }} 個"
                "看到這樣做出來的圖，反應比看到評估集的任何一張圖都強",
                "In `{{ filters.layer }}` such a picture excites its filter more than any picture of the evaluation "
                "set does, for {{ filters.ascent.plain.above_all }} filters of {{ filters.count }}",
            ),
        ),
        measured.say(
            f"{stability} > {stability}_between + 0.3",
            lambda lang: told(
                lang,
                f"換一個起點再做，同一個 filter 的圖仍然很像（頻譜的相關 {{{{ {stability} | fixed(2) }}}}），"
                f"不同的 filter 就不像（{{{{ {stability}_between | fixed(2) }}}}）",
                f"Started anew, a filter ends in much the same picture (its spectra correlate "
                f"{{{{ {stability} | fixed(2) }}}}), and different filters do not "
                f"({{{{ {stability}_between | fixed(2) }}}})",
            ),
        ),
    ]


def _dead(measured: Measured) -> list[Sentence | None]:
    responds = '{{ filters.dead | plural("responds", "respond") }}'
    return [
        measured.say(
            "filters.dead == 0",
            lambda lang: told(
                lang,
                "這一層沒有死掉的 filter，每一個都會對某些圖片起反應",
                "No filter of this layer is dead; each of them responds to some picture or other",
            ),
        ),
        measured.say(
            "0 < filters.dead <= 0.25 * filters.count",
            lambda lang: told(
                lang,
                "有 {{ filters.dead }} 個 filter 對任何圖片都沒有反應，其他的都在工作",
                f"The filters at work are the great majority; {{{{ filters.dead }}}} {responds} to no picture at all",
            ),
        ),
        measured.say(
            "filters.dead > 0.25 * filters.count",
            lambda lang: told(
                lang,
                "{{ filters.count }} 個 filter 裡有 {{ filters.dead }} 個對任何圖片都沒有反應，這一層有不少是浪費的",
                f"Of {{{{ filters.count }}}} filters {{{{ filters.dead }}}} {responds} to no picture at all; much of "
                "this layer is wasted",
            ),
        ),
    ]


def _kinds(measured: Measured) -> list[Sentence | None]:
    """How many filters keep the picture, how many bring out its edges."""

    def verb(which: str, one: str, many: str) -> str:
        return f'{{{{ filters.{which} }}}} {{{{ filters.{which} | plural("{one}", "{many}") }}}}'

    return [
        measured.say(
            "filters.keeps > filters.edges > 0",
            lambda lang: told(
                lang,
                "大致保留原圖的 filter（{{ filters.keeps }} 個）比強化邊界的（{{ filters.edges }} 個）多",
                "More filters keep the picture much as it is ({{ filters.keeps }}) than bring out its edges "
                "({{ filters.edges }})",
            ),
        ),
        measured.say(
            "filters.edges >= filters.keeps > 0",
            lambda lang: told(
                lang,
                "強化邊界的 filter 有 {{ filters.edges }} 個，大致保留原圖的有 {{ filters.keeps }} 個",
                f"{verb('edges', 'filter brings', 'filters bring')} out edges, and {verb('keeps', 'keeps', 'keep')} "
                "the picture much as it is",
            ),
        ),
        measured.say(
            "filters.edges > 0 and filters.keeps == 0",
            lambda lang: told(
                lang,
                "有 {{ filters.edges }} 個 filter 強化邊界，沒有一個保留原圖",
                f"{verb('edges', 'filter brings', 'filters bring')} out edges; none keeps the picture as it is",
            ),
        ),
        measured.say(
            "filters.keeps > 0 and filters.edges == 0",
            lambda lang: told(
                lang,
                "有 {{ filters.keeps }} 個 filter 大致保留原圖，沒有一個強化邊界",
                f"{verb('keeps', 'filter keeps', 'filters keep')} the picture much as it is; none brings out its edges",
            ),
        ),
        measured.say(
            "filters.other > filters.edges + filters.keeps",
            lambda lang: told(lang, "大多數的 filter 兩種都不是", "Most filters do neither the one nor the other"),
        ),
    ]
