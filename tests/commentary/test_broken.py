"""Generated broken commentary: always words with a file and a line, never a traceback."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.commentary.page import Rendered, render_page
from generator.commentary.parity import check_pair
from tests.commentary.conftest import RESULTS

GOOD = """# What the model looks at

It is right for {{ model.accuracy | percent }} of {{ dataset.images | thousands }} images.

## Happy

[Mainly **the mouth**, at {{ saliency.happy.mouth.enrichment | fixed(1) }}]{claim="saliency.happy.mouth.low > 1"},
and [more than the eyes]{claim="argmax(saliency.happy) == "mouth" and saliency.happy.eyes.low < 1"}.

{{ figure("saliency-means") }}

{% for name in saliency %}
- [{{ name | class_name }}]{claim="saliency.{{ name }}.mouth.low > 1"}
{% endfor %}

{% if model.accuracy > 0.5 %}
A `[code]{claim="x"}` and a [link](2-filters.html), {{ argmax(model.recall) | class_name }}.
{% endif %}
"""

FLAWS = [
    ("model.accuracy | percent", "model.acuracy | percent"),
    ("| percent", "| persent"),
    ("| percent", "| percent(99)"),
    ("}} of", "} of"),
    ("{{ model.accuracy", "{{{ model.accuracy"),
    ("| thousands }}", "| thousands"),
    ("# What", "#What"),
    ("## Happy", "# Happy"),
    ("saliency.happy.mouth.low > 1", "saliency.happy.mouth.lwo > 1"),
    ("saliency.happy.mouth.low > 1", "saliency.happy.mouth.low >"),
    ("saliency.happy.mouth.low > 1", "saliency.happy.mouth.low"),
    ("saliency.happy.mouth.low > 1", ""),
    ("saliency.happy.mouth.low > 1", "__import__('os')"),
    ("[Mainly", "Mainly"),
    (']{claim="argmax', "]{claim=argmax"),
    (']{claim="argmax', ']{claims="argmax'),
    (']{claim="argmax', "]{claim=“argmax"),
    ('low < 1"}', 'low < 1"'),
    ('low < 1"}', "low < 1}"),
    ('argmax(saliency.happy) == "mouth"', 'argmax(saliency.hapy) == "mouth"'),
    ('figure("saliency-means")', 'figure("saliency-mean")'),
    ('figure("saliency-means")', "figure(saliency-means)"),
    ('figure("saliency-means")', "figre('saliency-means')"),
    ('{{ figure("saliency-means") }}', 'See {{ figure("saliency-means") }} here'),
    ('{{ figure("saliency-means") }}', '{{ figure("saliency-means") }}\n\n{{ figure("saliency-means") }}'),
    ("{% for name in saliency %}", "{% for name in salience %}"),
    ("{% for name in saliency %}", "{% for in saliency %}"),
    ("{% for name in saliency %}", ""),
    ("{% endfor %}", ""),
    ("{% endfor %}", "{% endif %}"),
    ("{% endif %}", ""),
    ("{% if model.accuracy > 0.5 %}", "{% if model.accuracy > %}"),
    ("{% if model.accuracy > 0.5 %}", "{% unless x %}"),
    ("argmax(model.recall)", "argmax(model.recal)"),
    ("argmax(model.recall)", "argmax(model.accuracy)"),
    ("argmax(model.recall)", "model.recall"),
    ("(2-filters.html)", "(javascript:alert(1))"),
]


def rendered(text: str | bytes, folder: Path) -> Rendered:
    source = folder / "1-saliency.en.md"
    source.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return render_page(
        source,
        page="1-saliency",
        lang="en",
        results=copy.deepcopy(RESULTS),
        figure=lambda name: f"<figure>{name}</figure>",
        known_figures=["saliency-means"],
        strings=lambda key, **values: key,
        shown_as="content/toy/1-saliency.en.md",
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


def assert_clear(page: Rendered) -> None:
    for problem in page.problems:
        text = str(problem)
        assert re.match(r"content/toy/1-saliency\.en\.md:(\d+:)? \S", text), text
        assert "\n" not in text
        assert "Traceback" not in text
        assert " object at 0x" not in text
        assert "<class" not in text
    assert bool(page.html) != bool(page.problems) or not page.problems


def test_the_page_that_is_broken_below_is_sound(place: Path) -> None:
    page = rendered(GOOD, place)
    assert page.problems == ()
    assert len(page.claims) == 4


@pytest.mark.parametrize("flaw", FLAWS, ids=[f"{old[:20]}→{new[:25]}" for old, new in FLAWS])
def test_every_known_slip_is_reported(flaw: tuple[str, str], place: Path) -> None:
    old, new = flaw
    assert old in GOOD
    page = rendered(GOOD.replace(old, new, 1), place)
    assert page.problems
    assert all(problem.line for problem in page.problems)
    assert_clear(page)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slips=st.lists(st.sampled_from(FLAWS), min_size=1, max_size=3, unique_by=lambda flaw: flaw[0]))
def test_slips_together_are_reported_together(slips: list[tuple[str, str]], place: Path) -> None:
    text = GOOD
    for old, new in slips:
        text = text.replace(old, new, 1)
    page = rendered(text, place)
    assert page.problems
    assert_clear(page)


TOKENS = st.sampled_from(
    [
        *[
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "[",
            "]",
            "{claim=",
            '"',
            "'",
            "}",
            "(",
            ")",
            "`",
            "```",
            "*",
            "_",
            "#",
            "|",
            "if",
            "for",
            "in",
            "endif",
            "endfor",
            "set",
            "x",
            "=",
            "model",
            ".",
            "accuracy",
        ],
        *[
            "figure",
            "'saliency-means'",
            "<",
            ">",
            "&",
            "\\",
            "--",
            "raw",
            "endraw",
            "loop",
            "0",
            "~",
            "嘴",
            "é",
            "!",
            "$",
        ],
        *("\n", "\n\n", "\r\n", "\t", " ", "\ue100", "\x00", "\x02", "\u202e"),
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, len(GOOD)),
    length=st.integers(0, 12),
    junk=st.lists(TOKENS, max_size=12).map("".join),
)
def test_arbitrary_damage_never_shows_a_traceback(cut: int, length: int, junk: str, place: Path) -> None:
    assert_clear(rendered(GOOD[:cut] + junk + GOOD[cut + length :], place))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80) | st.binary(max_size=60) | st.lists(TOKENS, max_size=25).map("".join))
def test_arbitrary_files_never_show_a_traceback(text: Any, place: Path) -> None:
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    page = rendered(text, place)
    assert_clear(page)
    english = place / "1-saliency.en.md"
    chinese = place / "1-saliency.zh-Hant.md"
    chinese.write_text(GOOD, "utf-8")
    for problem in check_pair(chinese, english, page="1-saliency", declared={}):
        assert "\n" not in str(problem)
