"""YAML with a memory of lines: plain values plus the line each key stands on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from generator.errors import InputError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 1_000_000
_MAX_DEPTH = 30

Location = tuple[str | int, ...]


@dataclass
class Document:
    """A YAML document as plain values.

    Attributes:
        file: where it was read from.
        data: mappings, lists and scalars.
        lines: path of keys and indices to 1-based line; a path that is not there falls back to its parents.
    """

    file: Path
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)

    def line(self, path: Location) -> int:
        """Line of the value at `path`, or of the nearest thing above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(file: Path) -> Document:
    """Read one YAML file safely: no tags, no anchors, no duplicate keys, no NaN.

    Raises:
        InputError: with the line, when the file is missing, not UTF-8, not YAML, or uses what is refused.
    """
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", file) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file) from None
    if len(raw) > _MAX_BYTES:
        raise InputError(f"is {len(raw):,} bytes; a configuration has at most {_MAX_BYTES:,}", file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError("is not UTF-8 text", file, line) from None
    document = Document(file, None)
    try:
        # Anchors are refused in the event stream, before any alias could be expanded into a bomb.
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                mark = event.start_mark
                line = mark.line + 1 if mark else 1
                raise InputError("anchors and aliases (& and *) are not used here; write the value out", file, line)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        lines = text.splitlines()
        line = min(place.line + 1 if place else 1, len(lines))
        if lines and "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]:
            what = "a tab indents this line; YAML wants spaces"
        raise InputError(f"is not valid YAML: {what}", file, line) from None
    except yaml.YAMLError as error:
        raise InputError(f"is not valid YAML: {error}".replace("\n", " "), file, 1) from None
    if node is None:
        raise InputError("is empty; see the config.yaml that came with the program", file, 1)
    document.data = _value(node, (), document)
    return document


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


def _scalar(node: yaml.Node, document: Document, line: int) -> Any:
    kind = node.tag.rpartition(":")[2]
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:timestamp":
        return text
    if not node.tag.startswith("tag:yaml.org,2002:") or kind not in {"str", "int", "float", "bool", "null"}:
        raise InputError(f"the tag {node.tag} is not used here", document.file, line)
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
