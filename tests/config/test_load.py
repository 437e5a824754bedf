# ruff: noqa: E501 (one case a line)
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.config.load import Overrides, check_content, load_config
from generator.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
HEAD = "site: {title: {en: a, zh-Hant: b}}\nprofile: p\n"

# fmt: off
BAD = [
    ("", 1, 'is empty; see the config.yaml that came with the program'),
    ("# only a comment\n", 1, 'is empty; see the config.yaml that came with the program'),
    ("just words", 1, "holds no settings; it starts with 'site:' and 'profiles:'"),
    ("- a\n- b", 1, "holds no settings; it starts with 'site:' and 'profiles:'"),
    (HEAD + "profiles: {}", 3, "'profiles' holds at least one profile, such as 'faces:'"),
    (HEAD + "profiles: 3", 3, "'profiles' holds at least one profile, such as 'faces:'"),
    (HEAD, 1, "'profiles' holds at least one profile, such as 'faces:'"),
    (HEAD + "profiles:\n  p:\n    sed: 3", 5, "unknown key 'profiles.p.sed' (did you mean 'seed'?)"),
    (HEAD + "profiles:\n  p:\n    seed: x", 5, 'profiles.p.seed: expected `int`, got `str`'),
    (HEAD + "profiles:\n  good: {seed: 2}\n  p:\n    seed: -1\n  other: {seed: 3}", 6, 'profiles.p.seed: expected `int` >= 0'),
    (HEAD + "profiles:\n  good: {saliency: {steps: 4}}\n  p:\n    saliency:\n      steps: -8", 7, 'profiles.p.saliency.steps: expected `int` >= 1'),
    (HEAD + "profiles:\n  p:\n    seed: -1", 5, 'profiles.p.seed: expected `int` >= 0'),
    (HEAD + "profiles:\n  p:\n    seed: 4294967296", 5, 'profiles.p.seed: expected `int` <= 2147483647'),
    (HEAD + "profiles:\n  p:\n    seed: 99999999999999999999999", 5, "'99999999999999999999999' is not a number this program can use"),
    (HEAD + "profiles:\n  p:\n    seed: 1.5", 5, 'profiles.p.seed: expected `int`, got `float`'),
    (HEAD + "profiles:\n  p:\n    seed: yes", 5, 'profiles.p.seed: expected `int`, got `bool`'),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: .nan}", 5, "'.nan' is not a finite number"),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: .inf}", 5, "'.inf' is not a finite number"),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: 1.0}", 5, 'profiles.p.dataset.holdout: expected `float` < 1.0'),
    (HEAD + "profiles:\n  p:\n    dataset: [1]", 5, 'profiles.p.dataset: expected `object`, got `array`'),
    (HEAD + "profiles:\n  p:\n    model:\n      paht: a", 6, "unknown key 'profiles.p.model.paht' (did you mean 'path'?)"),
    (HEAD + "profiles:\n  p:\n    model: {training: {recipe: vgg}}", 5, "profiles.p.model.training.recipe: there is no 'vgg' (known: faces, fer2013)"),
    (HEAD + "defaults:\n  sead: 3\nprofiles:\n  p: {}", 4, "unknown key 'defaults.sead' (did you mean 'seed'?)"),
    (HEAD + "defaults: 3\nprofiles:\n  p: {}", 3, "'defaults' holds sections such as 'saliency:'"),
    (HEAD + "profiles:\n  p: {}\n  p: {}", 5, "'p' stands here twice (first in line 4)"),
    (HEAD + "profiles:\n  'a/b': {}", 4, "profile name 'a/b' may hold letters, digits, - and _ only"),
    (HEAD + "profiles:\n  q: {}", 2, "there is no profile 'p' (known: q)"),
    (HEAD + "profiles: &x {p: {}}", 3, 'anchors and aliases (& and *) are not used here; write the value out'),
    ("a: &a [x]\nb: [*a, *a]", 1, 'anchors and aliases (& and *) are not used here; write the value out'),
    (HEAD + "profiles:\n\tp: {}", 4, 'is not valid YAML: a tab indents this line; YAML wants spaces'),
    (HEAD + "profiles: {p: {}", 3, "is not valid YAML: while parsing a flow mapping did not find expected ',' or '}'"),
    (HEAD + "profiles:\n  p: !!python/object:os.system {}", 4, 'the tag tag:yaml.org,2002:python/object:os.system is not used here'),
    (HEAD + "profiles:\n  p:\n    content: !env HOME", 5, 'the tag !env is not used here'),
    (HEAD + "profiles:\n  p: {}\nlanguages: [de]", 5, "languages.0: there is no 'de' (did you mean 'en'?)"),
    (HEAD + "profiles:\n  p: {}\nlanguages: []", 5, 'languages is empty; name at least one of zh-Hant, en'),
    ("site: {title: {en: a}}\nprofile: p\nprofiles: {p: {}}", 1, "site.title has no text for 'zh-Hant'"),
    ("profile: p\nprofiles: {p: {}}", 1, "'site' is missing"),
    (HEAD + "profiles: {p: {}}\nextra: 1", 4, "unknown key 'extra' (known: content, languages, profile, profiles, site)"),
    (HEAD + "profiles: {p: {}}\n? [a]\n: 1", 4, 'a key is a plain word'),
    (HEAD + "profiles:\n  p: " + "[" * 60 + "]" * 60, 4, 'is nested more than 30 levels deep'),
    (HEAD + "profiles: {p: {}}\nlanguages: [en, en]", 4, 'languages names a language twice'),
    ("site: {title: {en: a, zh-Hant: b, de: c}}\nprofile: p\nprofiles: {p: {}}", 1, "site.title.de is in no language of the report (did you mean 'en'?)"),
    ("site: {title: {en: '  ', zh-Hant: b}}\nprofile: p\nprofiles: {p: {}}", 1, "site.title has no text for 'en'"),
    ("site:\n  title:\n    en: \"a\\nb\"\n    zh-Hant: b\nprofile: p\nprofiles: {p: {}}", 3, 'site.title.en holds characters that cannot be shown; write it in one line'),
    ("site:\n  title: {en: a, zh-Hant: b}\n  url: javascript:alert(1)\nprofile: p\nprofiles: {p: {}}", 3, "site.url is 'javascript:alert(1)', no address such as https://you.github.io/your-repo/"),
    ("site:\n  title: {en: a, zh-Hant: b}\n  url: you.github.io\nprofile: p\nprofiles: {p: {}}", 3, "site.url is 'you.github.io', no address such as https://you.github.io/your-repo/"),
    ("site:\n  title: {en: a, zh-Hant: b}\n  repository: 'https://a\\\"><script>'\nprofile: p\nprofiles: {p: {}}", 3, 'site.repository is \'https://a\\"><script>\', no address such as https://you.github.io/your-repo/'),
    (HEAD + "profiles:\n  p:\n    content: ../../etc", 5, "profiles.p.content is '../../etc', not the plain name of a folder in content/"),
    (HEAD + "profiles:\n  p:\n    content: /etc", 5, "profiles.p.content is '/etc', not the plain name of a folder in content/"),
    (HEAD + "defaults: {content: '.'}\nprofiles:\n  p: {}", 3, "profiles.p.content is '.', not the plain name of a folder in content/"),
    (HEAD + "profiles:\n  p:\n    model: {weights: ../secret}", 5, "profiles.p.model.weights is '../secret', not a plain name such as fer2013"),
    (HEAD + "profiles:\n  p:\n    model:\n      preprocess: {low: 1, high: 1}", 6, 'profiles.p.model.preprocess has 1 as low and as high; all images would be the same'),
    (HEAD + "profiles:\n  p:\n    model: {preprocess: {std: 0}}", 5, 'profiles.p.model.preprocess.std: expected `float` > 0.0'),
    (HEAD + "profiles:\n  p:\n    dataset: {path: ''}", 5, 'profiles.p.dataset.path is empty; name a file or folder, or leave it out'),
    (HEAD + "defaults:\n  model: {path: ' '}\nprofiles:\n  p: {}", 4, 'profiles.p.model.path is empty; name a file or folder, or leave it out'),
    (HEAD + "profiles:\n  p:\n    seed: 1e3", 5, 'profiles.p.seed: expected `int`, got `float`'),
    (HEAD + "profiles:\n  p:\n    dataset: {holdout: 1e999}", 5, "'1e999' is not a finite number"),
    (HEAD + "profiles:\n  p:\n    lime: {segmenter: slick}", 5, "profiles.p.lime.segmenter: there is no 'slick' (did you mean 'slic'?)"),
    (HEAD + "profiles:\n  p:\n    tsne: {perplexities: [1]}", 5, 'profiles.p.tsne.perplexities.0: expected `float` >= 2.0'),
    (HEAD + "profiles:\n  p:\n    dataset: {regions: {mouth: [[0, 0, 49, 9]]}}", 5, 'profiles.p.dataset.regions.mouth.0.2: expected `int` <= 48'),
    (HEAD + "profiles:\n  p:\n    dataset: {regions: {mouth: [0, 0, 9, 9]}}", 5, 'profiles.p.dataset.regions.mouth.0: expected `array`, got `int`'),
]
# fmt: on


@pytest.mark.parametrize(("text", "line", "said"), BAD, ids=[f"{i}-{case[2][:25]}" for i, case in enumerate(BAD)])
def test_bad_configuration_gives_one_line_that_helps(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_config(file)
    assert str(caught.value) == f"{file}:{line}: {said}"
    assert "\n" not in said


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


@pytest.mark.parametrize("option", ["data", "model"])
def test_an_empty_path_on_the_command_line_is_not_the_working_folder(tmp_path: Path, option: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + "profiles: {p: {}}")
    with pytest.raises(InputError) as caught:
        load_config(file, Overrides(**{option: ""}))
    assert str(caught.value) == f"--{option} is empty; name a file or folder, or leave --{option} out"


@pytest.mark.parametrize(
    ("written", "meant"), [("1e-3", 0.001), ("1E0", 1.0), ("+2e+0", 2.0), ("5.e-1", 0.5), (".5e1", 5.0), ("1.5e0", 1.5)]
)
def test_a_number_with_an_exponent_is_one_as_people_write_it(tmp_path: Path, written: str, meant: float) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + f"profiles:\n  p:\n    model: {{training: {{learning_rate: {written}}}}}\n")
    assert load_config(file).profile.model.training.learning_rate == meant


def test_quoted_and_half_written_numbers_stay_text(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + "profiles:\n  p:\n    model: {classes: ['1e3', 1e, e3, 1e3a, \"2e5\"]}\n")
    assert load_config(file).profile.model.classes == ("1e3", "1e", "e3", "1e3a", "2e5")


def test_a_commentary_folder_that_is_named_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + "profiles:\n  p:\n    content: fases\n")
    (tmp_path / "content" / "faces").mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        check_content(load_config(file))
    assert str(caught.value) == (
        f"{file}:5: profiles.p.content is 'fases', but there is no folder content/fases (did you mean 'faces'?); "
        "make it if it is new"
    )
    (tmp_path / "content" / "fases").mkdir()
    check_content(load_config(file))


@pytest.mark.parametrize("options", ["{}", "{content: p}"])
def test_a_profile_may_have_no_commentary_under_its_own_name(tmp_path: Path, options: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD + f"profiles: {{p: {options}}}")
    check_content(load_config(file))


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
