"""Conditions: what they can say, what they see, what they refuse."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.commentary.conditions import ConditionError, evaluate
from tests.commentary.conftest import RESULTS


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("saliency.happy.mouth.low > 1", True),
        ("1 < saliency.happy.mouth.low < 1.5", False),
        ("not saliency.happy.mouth.low > 1", False),
        ("model.accuracy > 0.5 and model.recall.sad > 0.6", False),
        ("model.accuracy > 0.5 or model.recall.sad > 0.6", True),
        ("model.recall.happy - model.recall.sad >= 0.4 - 1e-9", True),
        ("model.recall.happy / model.recall.sad > 1.5", True),
        ('argmax(saliency.happy) == "mouth"', True),
        ("argmin(saliency.happy) == 'mouth'", False),
        # Both have the same share: of equals the first in the group is named.
        ('argmax(saliency.sad, "share") == "mouth"', True),
        ('argmin(saliency.sad, "share") == "mouth"', True),
        ('rank(model.recall, "sad") == 2', True),
        ('min(saliency, "mouth.low") > 1', True),
        ('max(saliency, "eyes.high") < 1.7', True),
        ("sum(model.n) == dataset.images", True),
        ("mean(model.recall) == 0.7", True),
        ("abs(model.low - model.high) < 0.1", True),
        ("round(model.accuracy, 2) == 0.65", True),
        ("len(dataset.classes) == len(saliency)", True),
        ('"mouth" in top(saliency.happy, 1)', True),
        ('count(lime, "region", "mouth", "eyes") == 2', True),
        ('"sad" in dataset.classes', True),
        ('"angry" not in saliency', True),
        ("model.confusion[0][1] == 80", True),
        ('saliency["happy"].mouth.low > 1', True),
        ("faithfulness.methods.smooth_grad.passes", True),
        ('faithfulness.methods["smooth-grad"].passes == true', True),
        ("tsne.first.silhouette > 0", False),
        ("not tsne.first.silhouette > 0", False),
        ("not (tsne.first.silhouette > 0 or model.accuracy > 0.9)", False),
        ("tsne.first.silhouette > 0 or model.accuracy > 0.5", True),
        ("defined(tsne.first.silhouette)", False),
        ("tsne.first.silhouette == null", True),
        ('dataset.profile == "toy"', True),
    ],
)
def test_verdict(condition: str, holds: bool) -> None:
    assert evaluate(condition, RESULTS).holds is holds


def test_evidence_is_what_was_looked_up_in_reading_order() -> None:
    values = evaluate("saliency.happy.mouth.low > 1 and model.recall.happy > saliency.sad.eyes.low", RESULTS).values
    assert list(values.items()) == [
        ("saliency.happy.mouth.low", 1.7),
        ("model.recall.happy", 0.9),
        ("saliency.sad.eyes.low", 1.4),
    ]


def test_evidence_of_a_winner_holds_the_number_by_which_it_won() -> None:
    values = evaluate('argmax(saliency.happy) == "mouth"', RESULTS).values
    assert values == {"argmax(saliency.happy)": "mouth", "saliency.happy.mouth.enrichment": 1.83}


def test_lists_of_groups_are_compared_like_groups() -> None:
    results = {"grid": [{"knn": 0.5, "seed": 1}, {"knn": 0.7, "seed": 2}], "rows": [[1, 2], [3, 4]]}
    assert evaluate("min(grid, 'knn') == 0.5 and max(grid, 'knn') == 0.7 and sum(rows[1]) == 7", results).holds
    with pytest.raises(ConditionError, match=r"no member of 'grid' has a number 'kn' .*'knn'"):
        evaluate("min(grid, 'kn') > 0", results)
    with pytest.raises(ConditionError, match="needs a group of results, or a list of them"):
        evaluate("min(rows[0], 'knn') > 0", results)


def test_names_that_are_no_words_are_quoted_in_evidence() -> None:
    values = evaluate("faithfulness.methods.smooth_grad.deletion < 1", RESULTS).values
    assert list(values) == ['faithfulness.methods["smooth-grad"].deletion']


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "is empty"),
        ("saliency.happy.mouht.low > 1", "did you mean 'saliency.happy.mouth'?"),
        ("model.acuracy > 1", "did you mean 'model.accuracy'?"),
        ("model.accuracy", "a number"),
        ("saliency.happy", "a group of results"),
        ("1 < 2", "names no result"),
        ("true", "names no result"),
        ("model.accuracy > 'a'", "is text, not a number"),
        ("model.accuracy = 1", "write == to compare"),
        ("model.accuracy >", "is not a condition"),
        ("model.accuracy ** 99999999 > 1", "uses 'model.accuracy ** 99999999'"),
        ("model.accuracy / (model.n.sad - 600) > 1", "divides by zero"),
        ("argmx(saliency.happy) == 'mouth'", "did you mean 'argmax'?"),
        ("argmax(saliency) == 'mouth'", "nothing to compare by"),
        ("argmax(saliency.happy, 'shar') == 'mouth'", "did you mean 'share'?"),
        ("argmax() == model.accuracy", "wrong number of arguments"),
        ("rank(model.recall, 'hapy') == 1", "did you mean 'happy'?"),
        ("model.accuracy == saliency.happy", "is a group of results"),
        ("model.confusion[7][0] > 1", "has the places 0 to 1"),
        ("model.accuracy.value > 1", "is a number and has no member"),
        ("model and model.accuracy > 0", "not true or false"),
        ("len(model.accuracy) > 1", "len needs a group or a list"),
        ("x" * 1001, "characters long"),
        ("(" * 150 + "model.accuracy" + ")" * 150 + " > 0 >", "is not a condition"),
    ],
)
def test_refusals_say_what_is_wrong(condition: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        evaluate(condition, RESULTS)
    assert message in str(caught.value)


ESCAPES = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "model.__class__ == 1",
    "model.data == 1",
    "model['__class__'] == 1",
    "model._path == 1",
    "(lambda: model.accuracy)() > 0",
    "[x for x in model] == 1",
    "{model.accuracy for _ in model}",
    "f'{model.accuracy}' == '1'",
    "open('/etc/passwd') == model.accuracy",
    "eval('1') == model.accuracy",
    "getattr(model, 'accuracy') > 0",
    "min.__globals__ == model.accuracy",
    "max(*model.recall) > 0",
    "max(model.recall, key=len) > 0",
    "(model := 1) == model.accuracy",
    "model.accuracy if model.low else model.high",
    "'a' * 10 == model.accuracy",
    "min(9 ** 9 ** 9, model.accuracy) > 0",
    "model.accuracy @ 1",
    "b'x' == model.accuracy",
    "1j == model.accuracy",
    "... == model.accuracy",
    "await model.accuracy",
    "model.accuracy; 1",
]


@pytest.mark.parametrize("condition", ESCAPES)
def test_nothing_leads_out_of_the_sandbox(condition: str) -> None:
    with pytest.raises(ConditionError):
        evaluate(condition, RESULTS)


@pytest.mark.parametrize("name", sorted(set(vars(builtins)) - {"True", "False", "None"}))
def test_no_builtin_is_a_name(name: str) -> None:
    with pytest.raises(ConditionError):
        evaluate(f"{name} == model.accuracy", RESULTS)


PIECES = st.sampled_from(
    [
        *[
            "model",
            "accuracy",
            "saliency",
            "happy",
            ".",
            "(",
            ")",
            "[",
            "]",
            ">",
            "==",
            "and",
            "not",
            "1",
            "0",
            "'x'",
            ",",
            "argmax",
            "min",
            "len",
            "+",
            "*",
            "/",
            "-",
            "__",
            "in",
            "null",
        ],
        *(" ", "\n", "'", "\\", "é", "\x00", "lambda:"),
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40))
def test_any_text_is_judged_or_refused_in_words(condition: str) -> None:
    try:
        verdict = evaluate(condition, RESULTS)
    except ConditionError:
        return
    assert isinstance(verdict.holds, bool)


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(-5, 5), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_comparisons_are_those_of_arithmetic(left: float, right: float, sign: str) -> None:
    results: dict[str, Any] = {"a": {"b": left, "c": right}}
    expected = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }
    assert evaluate(f"a.b {sign} a.c", results).holds is expected[sign]
