"""A YAML text to plain values, with nothing in it that could run, multiply or hide."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from generator.config.lines import Document, Location
from generator.errors import InputError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 30


def parse(text: str, document: Document) -> None:
    """Fill a document with the values of a text and their lines.

    Raises:
        InputError: with the line, when the text is not YAML or uses what is refused.
    """
    try:
        # Anchors are refused in the event stream, before any alias could be expanded into a bomb.
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                mark = event.start_mark
                line = mark.line + 1 if mark else 1
                raise InputError(
                    "anchors and aliases (& and *) are not used here; write the value out", document.file, line
                )
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        lines = text.splitlines()
        line = min(place.line + 1 if place else 1, len(lines))
        if lines and "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]:
            what = "a tab indents this line; YAML wants spaces"
        raise InputError(f"is not valid YAML: {what}", document.file, line) from None
    except yaml.YAMLError as error:
        raise InputError(f"is not valid YAML: {error}".replace("\n", " "), document.file, 1) from None
    if node is None:
        raise InputError("is empty; see the config.yaml that came with the program", document.file, 1)
    document.data = _value(node, (), document)


def _value(node: yaml.Node, path: Location, document: Document) -> Any:
    line = node.start_mark.line + 1
    document.lines.setdefault(path, line)
    if len(path) > _MAX_DEPTH:
        raise InputError(f"is nested more than {_MAX_DEPTH} levels deep", document.file, line)
    if not isinstance(node, yaml.ScalarNode) and node.tag not in _CONTAINERS:
        raise InputError(f"the tag {node.tag} is not used here", document.file, line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), document) for index, child in enumerate(node.value)]
    return _scalar(node, document, line)


def _mapping(node: yaml.MappingNode, path: Location, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _PLAIN_KEYS:
            raise InputError("a key is a plain word", document.file, line)
        key = str(key_node.value)
        if key in found:
            first = document.line((*path, key))
            raise InputError(f"'{key}' stands here twice (first in line {first})", document.file, line)
        document.lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), document)
    return found


_CONTAINERS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_PLAIN_KEYS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "bool", "null", "float")}


_EXPONENT = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+")
"""A number to YAML 1.2 and to everybody who writes one; YAML 1.1, which the parser reads, wants a dot and a sign."""


def _scalar(node: yaml.Node, document: Document, line: int) -> Any:
    kind = node.tag.rpartition(":")[2]
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:timestamp":
        return text
    if not node.tag.startswith("tag:yaml.org,2002:") or kind not in {"str", "int", "float", "bool", "null"}:
        raise InputError(f"the tag {node.tag} is not used here", document.file, line)
    if kind == "str" and not getattr(node, "style", None) and _EXPONENT.fullmatch(text):
        kind = "float"
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in {"true", "yes", "on"}
    try:
        if kind == "int":
            if len(text) > 20:
                raise ValueError
            return int(text.replace("_", ""), 0) if not text.lstrip("+-").startswith("0o") else int(text, 8)
        number = float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    except ValueError:
        raise InputError(f"'{text[:40]}' is not a number this program can use", document.file, line) from None
    if not math.isfinite(number):
        raise InputError(f"'{text}' is not a finite number", document.file, line)
    return number
