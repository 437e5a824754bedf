"""Claims and figures in the Markdown tree, and the mark by which a reader opens a claim's evidence.

The mark is a button with the HTML ``popover`` attribute: it opens by mouse, keyboard and touch without JavaScript, and
all in it is phrasing content, so it may stand inside a paragraph. A browser that does not know popovers shows the
evidence in place. A claim that does not hold says so in words where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from generator.commentary.claims import CLOSE, END, OPEN
from generator.commentary.conditions import ConditionError, Verdict, evaluate
from generator.commentary.formulas import Formulas
from generator.commentary.notes import announced
from generator.commentary.numbers import plain as written
from generator.commentary.plaintext import displayed, plain
from generator.commentary.sandbox import bare

FIGURE, FIGURE_END = "\ue120", "\ue121"
"""``FIGURE number FIGURE_END`` stands for a figure until the page is whole."""

_STOP = re.compile(r"[.,;:!?…。，；：、！？）」』”’)]+")
# Letters up to a space, or one Chinese character; with the marks that close it. Markdown's and our own placeholders
# (control characters, the private use area) are neither.
_LAST_WORD = re.compile(r"(?:[^\s\x02\x03\u2e80-\uffff]{1,24}|[\u2e80-\udfff\uf900-\uffff])[。，；：、！？）」』]*$")


@dataclass(frozen=True)
class Stated:
    """A claim of the page after Markdown: its text, condition and line, and its verdict."""

    text: str
    condition: str
    line: int
    verdict: Verdict


@dataclass(frozen=True)
class Heading:
    """A heading of the page, for tables of contents."""

    level: int
    id: str
    text: str


class Spans(Extension):
    """Python-Markdown extension for one page.

    Args:
        conditions: condition and line of each claim, by the number that its mark carries.
        results: the content of ``results.json``.
        page: name of the page, for ids.
        t: interface text in the page's language.
        verdicts: of conditions that were evaluated already.
    """

    def __init__(
        self,
        conditions: list[tuple[str, int]],
        results: Mapping[str, Any],
        page: str,
        t: Callable[..., str],
        verdicts: Mapping[str, Verdict],
    ) -> None:
        super().__init__()
        self.conditions = conditions
        self.results = results
        self.page = page
        self.t = t
        self.verdicts = verdicts
        self.formulas = Formulas(bare)
        self.title = ""
        self.lead = ""
        self.stated: list[Stated] = []
        self.headings: list[Heading] = []
        self.faults: list[tuple[int, str]] = []
        self.links: list[tuple[str, str]] = []
        self.pictures: list[tuple[str, str]] = []  # addresses as a browser reads them and as written
        self.missing = set(range(len(conditions)))
        """Numbers of the claims that did not come out of Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the inline pattern before links (170) and the evidence after all other tree work."""
        md.inlinePatterns.register(_ClaimPattern(md), "claim", 175)
        md.treeprocessors.register(_Finish(md, self), "claims", -10)


class _ClaimPattern(InlineProcessor):
    def __init__(self, md: Markdown) -> None:
        super().__init__(f"{OPEN}([^{OPEN}]*?){CLOSE}([0-9]+){END}", md)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        span = ElementTree.Element("span", {"class": "claim", "data-claim": m[2]})
        span.text = m[1]
        return span, m.start(0), m.end(0)


class _Finish(Treeprocessor):
    """Takes the title out, numbers headings, evaluates claims and appends their evidence, unwraps figures."""

    def __init__(self, md: Markdown, spans: Spans) -> None:
        super().__init__(md)
        self.spans = spans

    def run(self, root: ElementTree.Element) -> None:
        self._headings(root)
        for note in announced(root, self.spans.t):
            # Left out with its place, as all else in an {% if %} that does not hold.
            self.spans.missing -= {int(span.get("data-claim", "-1")) for span in note.iter("span")}
        first = next((part for part in root if part.tag == "p" and not self._apart(part)), None)
        if first is not None:
            self.spans.lead = self._plain(first)
        for span in list(root.iter("span")):
            if "data-claim" in span.attrib:
                self._claim(span)
        for link in root.iter("a"):
            self.spans.links.append(_address(link.get("href", "")))
        for image in root.iter("img"):
            self.spans.pictures.append(_address(image.get("src", "")))
        for paragraph in root.iter("p"):
            if len(paragraph) == 0 and re.fullmatch(rf"\s*{FIGURE}[0-9]+{FIGURE_END}\s*", paragraph.text or ""):
                paragraph.tag = "div"
                paragraph.set("class", "figure")

    def _plain(self, element: ElementTree.Element) -> str:
        return plain(element, self.md.htmlStash.rawHtmlBlocks)

    def _apart(self, paragraph: ElementTree.Element) -> bool:
        """Whether a paragraph only stands for something else: a figure, code, a block of HTML."""
        text = "".join(paragraph.itertext())
        alone = HTML_PLACEHOLDER_RE.fullmatch(text.strip())
        block = alone and re.match(r"</?([\w-]+)", str(self.md.htmlStash.rawHtmlBlocks[int(alone[1])]))
        return FIGURE in text or bool(block and self.md.is_block_level(block[1]))

    def _headings(self, root: ElementTree.Element) -> None:
        counts = [0] * 7
        for element in list(root):
            if not re.fullmatch("h[1-6]", element.tag):
                continue
            level = int(element.tag[1])
            text = self._plain(element)
            if level == 1:
                self._no_claims(element)
                if self.spans.title:
                    self.spans.faults.append((0, f"a page has one title, but there is a second: '# {text}'"))
                self.spans.title = text
                root.remove(element)
                continue
            counts[level] += 1
            counts[level + 1 :] = [0] * (6 - level)
            # Ids count places, so both languages share them and a reader can change language in place.
            id_ = "section-" + "-".join(str(number) for number in counts[2 : level + 1])
            element.set("id", id_)
            self.spans.headings.append(Heading(level, id_, text))

    def _no_claims(self, title: ElementTree.Element) -> None:
        for span in title.iter("span"):
            number = int(span.get("data-claim", "-1"))
            if number in self.spans.missing:
                self.spans.missing.remove(number)
                told = "a claim cannot stand in the title, which has no room for its evidence; state it in the text"
                self.spans.faults.append((self.spans.conditions[number][1], told))

    def _claim(self, span: ElementTree.Element) -> None:
        number = int(span.attrib.pop("data-claim"))
        self.spans.missing.discard(number)
        condition, line = self.spans.conditions[number]
        text = self._plain(span)
        try:
            known = self.spans.verdicts.get(condition)
            verdict = known or evaluate(condition, self.spans.results)
        except ConditionError as error:
            self.spans.faults.append((line, str(error)))
            verdict = Verdict(False, {})
        self.spans.stated.append(Stated(text, condition, line, verdict))
        self._mark(span, len(self.spans.stated), condition, verdict)

    def _mark(self, span: ElementTree.Element, number: int, condition: str, verdict: Verdict) -> None:
        """Append the button and the evidence to a claim's span."""
        t = self.spans.t
        state = "holds" if verdict.holds else "fails"
        span.set("data-holds", "true" if verdict.holds else "false")
        if not verdict.holds:
            span.set("class", "claim claim-fails")
        # The mark comes after the full stop, so that a sentence is read to its end before its evidence.
        stop = _STOP.match(span.tail or "")
        # Nor does it begin a line: the last word goes along with it.
        end = ElementTree.Element("span", {"class": "claim-end"})
        _move_last_word(span, end)
        span.append(end)
        if stop and span.tail:
            ElementTree.SubElement(end, "span", {"class": "claim-stop"}).text = AtomicString(stop[0])
            span.tail = span.tail[stop.end() :]
        target = f"claim-{number}"
        button = ElementTree.SubElement(
            end, "button", {"type": "button", "class": "claim-mark", "popovertarget": target}
        )
        sign = ElementTree.SubElement(button, "span", {"class": "claim-sign", "aria-hidden": "true"})
        sign.text = AtomicString("✓" if verdict.holds else "✗")
        label = ElementTree.SubElement(button, "span", {"class": "visually-hidden" if verdict.holds else "claim-word"})
        label.text = AtomicString(t(f"commentary.mark.{state}", number=number))
        box = ElementTree.SubElement(span, "span", {"class": "claim-evidence", "id": target, "popover": ""})
        verdict_line = ElementTree.SubElement(box, "strong", {"class": "claim-verdict"})
        verdict_line.text = AtomicString(t(f"commentary.verdict.{state}"))
        verdict_line.tail = AtomicString(" " + t("commentary.condition") + " ")
        ElementTree.SubElement(box, "code", {"class": "claim-condition", "translate": "no"}).text = AtomicString(
            condition
        )
        if verdict.values:
            measured = ElementTree.SubElement(box, "span", {"class": "claim-measured"})
            measured.text = AtomicString(" " + t("commentary.measured") + " ")
            for name, value in verdict.values.items():
                item = ElementTree.SubElement(measured, "span", {"class": "claim-value"})
                ElementTree.SubElement(item, "code", {"translate": "no"}).text = AtomicString(name)
                shown = t("commentary.not-measured") if value is None else written(value)
                item[-1].tail = AtomicString(f" = {shown}")
                # Read aloud, or shown in one line by a browser without popovers, the values need a pause between.
                ElementTree.SubElement(item, "span", {"class": "visually-hidden"}).text = AtomicString("; ")
        row = f"methods.html#claim-{self.spans.page}-{number}"
        link = ElementTree.SubElement(box, "a", {"class": "claim-row", "href": row})
        link.text = AtomicString(t("commentary.all-claims"))


def _address(written: str) -> tuple[str, str]:
    return bare(displayed(written)), bare(written)


def _move_last_word(span: ElementTree.Element, end: ElementTree.Element) -> None:
    """Move the last word of a span, or the last character where words are not parted by spaces, into another."""
    before = span[-1].tail if len(span) else span.text
    word = _LAST_WORD.search(before or "")
    if not word or not before:
        return
    end.text = AtomicString(word[0])
    if len(span):
        span[-1].tail = AtomicString(before[: word.start()])
    else:
        span.text = AtomicString(before[: word.start()])
