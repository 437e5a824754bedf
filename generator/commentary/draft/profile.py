"""Writes a profile's first commentary, page by page, where there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.commentary import translation
from generator.commentary.draft.filters import filters
from generator.commentary.draft.index import index
from generator.commentary.draft.lime import lime
from generator.commentary.draft.others import methods, tsne
from generator.commentary.draft.page import Draft, Measured
from generator.commentary.draft.saliency import saliency
from generator.commentary.draft.words import Names

WRITERS: dict[str, Callable[[Measured], Draft]] = {
    "index": index,
    "1-saliency": saliency,
    "2-filters": filters,
    "3-lime": lime,
    "4-tsne": tsne,
    "methods": methods,
}


def draft_profile(
    profile: str,
    results: Mapping[str, Any],
    folder: Path,
    languages: Sequence[str],
    *,
    names: Names | None = None,
    figures: Collection[str] = (),
) -> list[Path]:
    """Write first commentary for the pages that have none in any language; existing text is never touched.

    Args:
        profile: its name; the drafts do not depend on it.
        results: the content of ``results.json``.
        folder: ``content/<profile>``; made if need be.
        languages: to write in.
        names: display names of classes and regions; none: their keys.
        figures: names of the figures that the profile has; others are not placed.

    Returns:
        The files written, in order.
    """
    names = names or Names(lambda lang, key: key, lambda lang, key: key)
    measured = Measured(results, names, tuple(languages), frozenset(figures))
    written: list[Path] = []
    for page, write in WRITERS.items():
        files = {lang: folder / f"{page}.{lang}.md" for lang in languages}
        if any(folder.glob(f"{page}.*.md")):
            continue
        draft = write(measured)
        folder.mkdir(parents=True, exist_ok=True)
        for lang, file in files.items():
            # "x" fails rather than overwrite, should the file appear meanwhile.
            with file.open("x", encoding="utf-8", newline="\n") as target:
                target.write(draft.text(lang))
            written.append(file)
        if len(files) > 1:
            translation.accept(next(iter(files.values())), tuple(languages))
    return written
