from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.config.load import Overrides, load_config
from generator.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
HEAD = "site: {title: {en: a, zh-Hant: b}}\nprofile: p\n"

BAD = [
    ("", 1, "is empty"),
    ("# only a comment\n", 1, "is empty"),
    ("just words", 1, "holds no settings"),
    ("- a\n- b", 1, "holds no settings"),
    (HEAD + "profiles: {}", 3, "at least one profile"),
    (HEAD + "profiles: 3", 3, "at least one profile"),
    (HEAD, 1, "at least one profile"),
    (HEAD + "profiles:\n  p:\n    sed: 3", 5, "unknown key 'profiles.p.sed' (did you mean 'seed'?)"),
    (HEAD + "profiles:\n  p:\n    seed: x", 5, "profiles.p.seed: expected `int`, got `str`"),
    (HEAD + "profiles:\n  p:\n    seed: -1", 5, "profiles.p.seed: expected `int` >= 0"),
    (HEAD + "profiles:\n  p:\n    seed: 4294967296", 5, "<= 4294967295"),
    (HEAD + "profiles:\n  p:\n    seed: 99999999999999999999999", 5, "is not a number this program can use"),
    (HEAD + "profiles:\n  p:\n    seed: 1.5", 5, "profiles.p.seed: expected `int`, got `float`"),
    (HEAD + "profiles:\n  p:\n    seed: yes", 5, "profiles.p.seed: expected `int`, got `bool`"),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: .nan}", 5, "is not a finite number"),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: .inf}", 5, "is not a finite number"),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: 1.0}", 5, "profiles.p.dataset.holdout: expected `float` < 1.0"),
    (HEAD + "profiles:\n  p:\n    dataset: [1]", 5, "profiles.p.dataset: expected `object`, got `array`"),
    (HEAD + "profiles:\n  p:\n    model:\n      paht: a", 6, "(did you mean 'path'?)"),
    (HEAD + "profiles:\n  p:\n    model: {training: {recipe: vgg}}", 5, "invalid enum value 'vgg'"),
    (HEAD + "defaults:\n  sead: 3\nprofiles:\n  p: {}", 4, "unknown key 'defaults.sead' (did you mean 'seed'?)"),
    (HEAD + "defaults: 3\nprofiles:\n  p: {}", 3, "'defaults' holds sections"),
    (HEAD + "profiles:\n  p: {}\n  p: {}", 5, "'p' stands here twice (first in line 4)"),
    (HEAD + "profiles:\n  'a/b': {}", 4, "profile name 'a/b' may hold letters"),
    (HEAD + "profiles:\n  q: {}", 2, "there is no profile 'p'"),
    (HEAD + "profiles: &x {p: {}}", 3, "anchors and aliases"),
    ("a: &a [x]\nb: [*a, *a]", 1, "anchors and aliases"),
    (HEAD + "profiles:\n\tp: {}", 4, "a tab indents this line"),
    (HEAD + "profiles: {p: {}", 3, "is not valid YAML"),
    (HEAD + "profiles:\n  p: !!python/object:os.system {}", 4, "the tag"),
    (HEAD + "profiles:\n  p:\n    content: !env HOME", 5, "the tag"),
    (HEAD + "profiles:\n  p: {}\nlanguages: [de]", 5, "invalid enum value 'de'"),
    (HEAD + "profiles:\n  p: {}\nlanguages: []", 5, "languages is empty"),
    ("site: {title: {en: a}}\nprofile: p\nprofiles: {p: {}}", 1, "no text for 'zh-Hant'"),
    ("profile: p\nprofiles: {p: {}}", 1, "'site' is missing"),
    (HEAD + "profiles: {p: {}}\nextra: 1", 4, "unknown key 'extra'"),
    (HEAD + "profiles: {p: {}}\n? [a]\n: 1", 4, "a key is a plain word"),
    (HEAD + "profiles:\n  p: " + "[" * 60 + "]" * 60, 4, "nested more than"),
]


@pytest.mark.parametrize(("text", "line", "words"), BAD, ids=[f"{i}-{case[2][:25]}" for i, case in enumerate(BAD)])
def test_bad_configuration_gives_one_line_that_helps(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_config(file)
    message = str(caught.value)
    assert message.startswith(f"{file}:{line}: "), message
    assert words in message
    assert "\n" not in message


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        load_config(tmp_path / "none.yaml")
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(InputError, match=r"latin.yaml:2: is not UTF-8"):
        load_config(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_text_gives_a_traceback(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + "profiles: {p: {}}\n" + text, "utf-8", errors="surrogatepass")
    try:
        load_config(file)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_defaults_profiles_and_the_command_line_in_that_order(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    text = "defaults: {seed: 5, dataset: {path: d, holdout: 0.3}}\nprofiles: {p: {dataset: {path: e}}, q: {}}\n"
    file.write_text(HEAD + text)
    loaded = load_config(file)
    assert (loaded.name, loaded.profile.seed, loaded.profile.dataset.holdout) == ("p", 5, 0.3)
    assert loaded.profile.dataset.path == str(tmp_path / "e")
    assert load_config(file, Overrides(profile="q")).profile.dataset.path == str(tmp_path / "d")
    assert load_config(file, Overrides(data="/x/y")).profile.dataset.path == "/x/y"
    assert loaded.line("dataset", "holdout") == 3


def test_the_shipped_configuration_is_good() -> None:
    loaded = load_config(ROOT / "config.yaml")
    assert loaded.name == "faces"
    assert set(loaded.config.profiles) >= {"faces", "fer2013"}


def test_a_configuration_that_was_kept_is_the_configuration_that_was_read(tmp_path: Path) -> None:
    first, second = (load_config(ROOT / "config.yaml", cache=tmp_path) for _ in range(2))
    assert first.document.digest
    assert not second.document.digest, "parsed again"
    assert (second.config, second.document.data, second.document.lines) == (
        first.config,
        first.document.data,
        first.document.lines,
    )


def test_bad_configurations_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + "profiles:\n  p:\n    sed: 3", "utf-8")
    for _ in range(2):
        with pytest.raises(InputError, match=r"config\.yaml:5"):
            load_config(file, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_parser_that_changed_reads_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_config(ROOT / "config.yaml", cache=tmp_path)
    monkeypatch.setattr("generator.config.lines._maker", lambda: "another program")
    assert load_config(ROOT / "config.yaml", cache=tmp_path).document.digest
