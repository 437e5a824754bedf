"""Drafts pages 2 and 4 and the methods page."""

from __future__ import annotations

from generator.commentary.draft.page import Draft, Measured, told


def filters(measured: Measured) -> Draft:
    """The page on filters."""
    page = Draft(measured)
    page.title("Filter 最容易被哪種圖片 activate？", "What kind of picture activates a filter most?")
    page.paragraph(
        measured.say(
            None,
            lambda lang: told(
                lang,
                "Gradient ascent 從雜訊開始，一步一步把圖片改成某個 filter 反應最強的樣子；"
                "這裡看的是 `{{ filters.layer }}` 的 {{ filters.count }} 個 filter",
                "Gradient ascent starts from noise and changes the picture, step by step, into what a filter responds "
                "to most; these are the {{ filters.count }} filters of `{{ filters.layer }}`",
            ),
        )
        if measured.number("filters", "count")
        else None
    )
    page.figures("filters-ascent")
    page.heading("哪些 filter 在工作", "Which filters work")
    page.paragraph(
        measured.say(
            "filters.dead == 0",
            lambda lang: told(lang, "這一層沒有死掉的 filter", "No filter of this layer is dead"),
            lambda lang: told(lang, "，每一個都會對某些圖片起反應", "; each of them responds to some picture or other"),
        ),
        measured.say(
            "0 < filters.dead <= 0.25 * filters.count",
            lambda lang: told(
                lang,
                "有 {{ filters.dead }} 個 filter 對任何圖片都沒有反應，其他的都在工作",
                "The filters at work are the great majority; {{ filters.dead }} respond to no picture at all",
            ),
        ),
        measured.say(
            "filters.dead > 0.25 * filters.count",
            lambda lang: told(
                lang,
                "{{ filters.count }} 個 filter 裡有 {{ filters.dead }} 個對任何圖片都沒有反應，這一層有不少是浪費的",
                "Of {{ filters.count }} filters {{ filters.dead }} respond to no picture at all; much of this layer is "
                "wasted",
            ),
        ),
    )
    page.figures("filters-layers", "filters-top-images")
    page.heading("同一張圖，不同的 filter", "One picture, many filters")
    page.figures("filters-outputs")
    page.paragraph(
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
                "{{ filters.edges }} filters bring out edges, and {{ filters.keeps }} keep the picture much as it is",
            ),
        ),
        measured.say(
            "filters.edges > 0 and filters.keeps == 0",
            lambda lang: told(
                lang,
                "有 {{ filters.edges }} 個 filter 強化邊界，沒有一個保留原圖",
                "{{ filters.edges }} filters bring out edges; none keeps the picture as it is",
            ),
        ),
        measured.say(
            "filters.other > filters.edges + filters.keeps",
            lambda lang: told(lang, "大多數的 filter 兩種都不是", "Most filters do neither the one nor the other"),
        ),
    )
    page.figures("filters-description")
    return page


def tsne(measured: Measured) -> Draft:
    """The page on t-SNE."""
    page = Draft(measured)
    page.title("訓練把不同的類別分開了嗎？", "Has training pulled the classes apart?")
    first, last = "{{ tsne.first.knn_accuracy | percent }}", "{{ tsne.last.knn_accuracy | percent }}"
    page.paragraph(
        measured.say(
            "tsne.last.knn_low > tsne.first.knn_high",
            lambda lang: told(
                lang,
                f"最後一層比第一層分得開：用最近的鄰居來猜類別，第一層猜對 {first}，最後一層猜對 {last}",
                f"The last layer separates the classes better than the first: guessing a picture's class from its "
                f"nearest neighbours succeeds in {first} of cases in the first and in {last} in the last",
            ),
        ),
        measured.say(
            "not tsne.last.knn_low > tsne.first.knn_high",
            lambda lang: told(
                lang,
                f"從鄰居來看，最後一層（{last}）並沒有明顯比第一層（{first}）分得開",
                f"Judged by neighbours, the last layer ({last}) does not clearly separate the classes better than the "
                f"first ({first})",
            ),
        )
        if measured.number("tsne", "last", "knn_low") is not None
        else None,
    )
    page.figures("tsne-first-last")
    page.heading("有多少是真的", "How much of it is real")
    page.paragraph(
        measured.say(
            "tsne.last.knn_low > tsne.last.null",
            lambda lang: told(
                lang,
                "把標籤打亂，最後一層就只剩 {{ tsne.last.null | percent }}，所以這個結果不是碰巧",
                "With shuffled labels the last layer comes to {{ tsne.last.null | percent }}, so this is no accident",
            ),
        ),
        measured.say(
            "tsne.first.knn_low > tsne.first.null",
            lambda lang: told(
                lang,
                "第一層也不是完全沒有線索，仍然比亂猜好",
                "Nor is the first layer without any clue; it does better than shuffled labels",
            ),
        ),
        measured.say(
            "tsne.first.knn_low <= tsne.first.null",
            lambda lang: told(
                lang, "第一層則和打亂標籤差不多", "The first layer does hardly better than shuffled labels"
            ),
        ),
        measured.say(
            "tsne.last.knn_accuracy < model.accuracy",
            lambda lang: told(
                lang,
                "不過鄰居猜對的比例低於模型自己的準確率（{{ model.accuracy | percent }}），類別之間仍有重疊",
                "Neighbours are right less often than the model itself ({{ model.accuracy | percent }}): the classes "
                "still run into one another",
            ),
        ),
    )
    page.figures("tsne-separation", "tsne-layers", "tsne-filter")
    page.heading("有多少是畫出來的", "How much of it is drawing")
    page.paragraph(
        measured.say(
            None,
            lambda lang: told(
                lang,
                "t-SNE 會把點推開，圖上的距離和群的大小不能直接解讀；換一種畫法或換參數還在的樣子才可信",
                "t-SNE pushes points apart, and neither distances nor the sizes of groups can be read off it; trust "
                "what stays under other settings and another projection",
            ),
        )
    )
    page.figures("tsne-pca", "tsne-grid", "tsne-training")
    return page


def methods(measured: Measured) -> Draft:
    """The methods page."""
    page = Draft(measured)
    page.title("方法與資料", "Methods and data")
    page.heading("資料", "Data")
    images = "{{ dataset.images.evaluation | thousands }}"
    page.paragraph(
        measured.say(
            "dataset.images.evaluation > 0",
            lambda lang: told(
                lang,
                f"這份報告的每個數字都量自 {images} 張評估圖片",
                f"Every number in this report was measured on the {images} pictures of the evaluation set",
            ),
        ),
        measured.say(
            "dataset.duplicates.shared == 0",
            lambda lang: told(lang, "它們沒有一張出現在訓練集裡", "None of them is among the training pictures"),
        ),
        measured.say(
            "dataset.duplicates.shared > 0",
            lambda lang: told(
                lang,
                "其中 {{ dataset.duplicates.shared }} 張和訓練集裡的圖片完全相同，準確率因此略微偏高",
                "Of these, {{ dataset.duplicates.shared }} are also in the training set, which flatters the accuracy a "
                "little",
            ),
        ),
    )
    page.figures("faces-making", "faces-action-units", "dataset-classes", "dataset-regions")
    page.heading("模型", "Model")
    page.figures("model-card", "model-curves", "confusion-calibration")
    page.heading("區間", "Intervals")
    page.paragraph(
        measured.say(
            None,
            lambda lang: told(
                lang,
                "95% 信賴區間是對圖片重複抽樣（bootstrap）得到的，比例則用 Wilson 區間；隨機的步驟都固定了種子",
                "The 95% intervals come from resampling the pictures (bootstrap), those of proportions from Wilson's "
                "formula; every random step has a fixed seed",
            ),
        )
    )
    page.heading("所有論點", "All claims")
    page.figures("claims-list")
    return page
