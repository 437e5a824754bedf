"""The pages of a report, in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of the report, in every language.

    Attributes:
        key: name of its file and of its commentary, without language and ending.
        stages: whose options are listed as the page's settings, and whose figures stand on it when nobody has
            written commentary yet.
        also: stages of figures, without options of their own, of which the latter is true too.
        cover: figure whose first picture stands for the page on the index page.
        cover_key: name in the figure's data under which that picture is looked for; the first of all without one.
    """

    key: str
    stages: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    cover: str | None = None
    cover_key: str | None = None


PAGES = (
    Page("index"),
    Page("1-saliency", ("saliency",), ("faithfulness",), "saliency-means"),
    Page("2-filters", ("filters",), cover="filters-ascent"),
    Page("3-lime", ("lime", "confusion"), cover="lime-examples", cover_key="weights"),
    Page("4-tsne", ("tsne",), cover="tsne-first-last"),
    Page("methods", ("dataset", "model")),
)
QUESTIONS = tuple(page for page in PAGES if page.cover)
