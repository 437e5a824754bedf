"""Drafts page 4 and the methods page."""

from __future__ import annotations

from generator.commentary.draft.page import Draft, Measured, told


def tsne(measured: Measured) -> Draft:
    """The page on t-SNE."""
    page = Draft(measured)
    page.title("訓練把不同的類別分開了嗎？", "Has training pulled the classes apart?")
    layers = measured.get("tsne", "layers")
    if isinstance(layers, tuple) and len(layers) == 1:
        return _only_layer(page)
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
            "tsne.last.knn_high < tsne.model_accuracy",
            lambda lang: told(
                lang,
                "不過同樣這些圖，鄰居猜對的比例低於模型自己（{{ tsne.model_accuracy | percent }}），類別仍有重疊",
                "On the same pictures neighbours are right less often than the model itself "
                "({{ tsne.model_accuracy | percent }}): the classes still run into one another",
            ),
        ),
    )
    page.figures("tsne-separation", "tsne-layers")
    page.paragraph(
        measured.say(
            "tsne.last.knn_low > tsne.filter.last.knn_high",
            lambda lang: told(
                lang,
                "只看最後一層的一個 filter，鄰居猜對 {{ tsne.filter.last.knn_accuracy | percent }}，不如整層",
                "One filter of the last layer alone comes to {{ tsne.filter.last.knn_accuracy | percent }}, less than "
                "the whole layer",
            ),
        )
    )
    page.figures("tsne-filter")
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
        ),
        measured.say(
            "min(tsne.grid, 'knn_map') > 2 * tsne.last.null",
            lambda lang: told(
                lang,
                '不管換哪一組參數，圖上的鄰居至少都猜對 {{ min(tsne.grid, "knn_map") | percent }}',
                "With all settings that were tried, neighbours on the map are right "
                '{{ min(tsne.grid, "knn_map") | percent }} of the time or more',
            ),
        ),
    )
    page.figures("tsne-pca", "tsne-grid", "tsne-training")
    return page


def _only_layer(page: Draft) -> Draft:
    """The rest of the page for a model with one convolution, whose first layer is its last."""
    measured = page.measured
    page.paragraph(
        measured.say(
            "len(tsne.layers) == 1",
            lambda lang: told(
                lang,
                "這個模型只有一個卷積層，沒有第一層和最後一層可以比較",
                "This model has a single convolution layer, so there is no first and no last to compare",
            ),
        ),
        measured.say(
            "tsne.last.knn_low > tsne.last.null_high",
            lambda lang: told(
                lang,
                "在這一層裡用最近的鄰居來猜類別，猜對 {{ tsne.last.knn_accuracy | percent }}，"
                "打亂標籤就只剩 {{ tsne.last.null | percent }}",
                "In that layer, guessing a picture's class from its nearest neighbours succeeds in "
                "{{ tsne.last.knn_accuracy | percent }} of cases, and in {{ tsne.last.null | percent }} with shuffled "
                "labels",
            ),
        )
        or measured.say(
            "tsne.last.knn_low <= tsne.last.null_high",
            lambda lang: told(
                lang,
                "在這一層裡用最近的鄰居來猜類別，猜對 {{ tsne.last.knn_accuracy | percent }}，"
                "不見得比打亂標籤（{{ tsne.last.null | percent }}）好",
                "In that layer, guessing a picture's class from its nearest neighbours succeeds in "
                "{{ tsne.last.knn_accuracy | percent }} of cases, not clearly more than with shuffled labels "
                "({{ tsne.last.null | percent }})",
            ),
        ),
    )
    page.figures("tsne-first-last", "tsne-separation", "tsne-layers", "tsne-filter", "tsne-pca", "tsne-grid")
    return page


def methods(measured: Measured) -> Draft:
    """The methods page."""
    page = Draft(measured)
    page.title("方法與資料", "Methods and data")
    page.heading("資料", "Data")
    images = "{{ sum(model.n) | thousands }}"
    page.paragraph(
        measured.say(
            "sum(model.n) > 0",
            lambda lang: told(
                lang,
                f"模型的好壞是用 {images} 張評估圖片量的；計算費時的分析，則從這些圖裡抽樣",
                f"How good the model is was measured on {images} evaluation pictures, and what takes long to compute "
                "on samples of them",
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
                "其中 {{ dataset.duplicates.shared }} 張和訓練集裡的圖片完全相同；模型若用它們訓練過，準確率會略微偏高",
                'Of these, {{ dataset.duplicates.shared }} {{ dataset.duplicates.shared | plural("stands", '
                '"stand") }} in the training set as well, which flatters a model that was trained on them',
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
