"""``config.yaml`` to a checked `Config`: defaults filled in, overrides applied, every mistake with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from generator.config.lines import Document, Location, keep_document, read_document
from generator.config.schema import Config, Profile
from generator.config.sense import check_sense
from generator.errors import InputError, nearest


@dataclass(frozen=True)
class Overrides:
    """What the command line says instead of the file."""

    profile: str | None = None
    data: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Loaded:
    """The checked configuration, and where it came from.

    Attributes:
        config: everything, all profiles.
        name: the chosen profile's name.
        profile: the chosen profile.
        root: the folder of the configuration file: relative paths in it start there.
        document: for line numbers in later messages.
        overrides: what the command line said instead.
    """

    config: Config
    name: str
    profile: Profile
    root: Path
    document: Document
    overrides: Overrides = Overrides()

    def line(self, section: str, *keys: str) -> int:
        """Line of an option of the chosen profile, or of the default it falls back to."""
        for path in (("profiles", self.name, section, *keys), ("defaults", section, *keys)):
            if path in self.document.lines:
                return self.document.lines[path]
        return self.document.line(("profiles", self.name, section, *keys))

    @property
    def content_folder(self) -> str:
        """Name of the profile's folder under ``content/``."""
        return self.profile.content or self.name


def load_config(file: Path, overrides: Overrides = Overrides(), cache: Path | None = None) -> Loaded:
    """Read and check a configuration.

    Args:
        file: the configuration.
        overrides: of the command line.
        cache: folder in which the values of good configurations are kept; None: nothing is kept.

    Raises:
        InputError: one line, with file and line number.
    """
    document = read_document(file, cache)
    if not isinstance(document.data, dict):
        raise InputError("holds no settings; it starts with 'site:' and 'profiles:'", file, 1)
    data = _with_defaults(document)
    config = _converted(data, document)
    check_sense(config, document)
    name = overrides.profile or config.profile
    if name not in config.profiles:
        message = f"there is no profile '{name}'{nearest(name, config.profiles)}"
        raise InputError(message, file, document.line(("profile",) if overrides.profile is None else ("profiles",)))
    root = file.resolve().parent
    profile = _with_paths(config.profiles[name], overrides, root)
    if cache is not None:
        # Only now: bad input leaves nothing behind.
        keep_document(document, cache)
    return Loaded(config, name, profile, root, document, overrides)


def check_content(loaded: Loaded) -> None:
    """Refuse a commentary folder that the configuration names and nobody made; ``draft`` may do without it.

    Raises:
        InputError: with the option's line. A profile that names none may have none: its pages say that they are empty.
    """
    folder, file = loaded.content_folder, loaded.document.file
    place = file.absolute().parent / "content"
    if folder == loaded.name or (place / folder).is_dir():
        return
    others = [path.name for path in place.iterdir() if path.is_dir()] if place.is_dir() else []
    message = f"profiles.{loaded.name}.content is '{folder}', but there is no folder content/{folder}"
    raise InputError(f"{message}{nearest(folder, others)}; make it if it is new", file, loaded.line("content"))


def _with_defaults(document: Document) -> dict[str, Any]:
    data = dict(document.data)
    defaults = data.pop("defaults", None) or {}
    profiles = data.get("profiles")
    if not isinstance(defaults, dict):
        raise InputError("'defaults' holds sections such as 'saliency:'", document.file, document.line(("defaults",)))
    if not isinstance(profiles, dict) or not profiles:
        line = document.line(("profiles",))
        raise InputError("'profiles' holds at least one profile, such as 'faces:'", document.file, line)
    for name in profiles:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", name):
            line = document.line(("profiles", name))
            raise InputError(f"profile name '{name}' may hold letters, digits, - and _ only", document.file, line)
    data["profiles"] = {name: _merged(defaults, profile or {}) for name, profile in profiles.items()}
    return data


def _merged(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {key: _merged(base.get(key), over[key]) if key in over else base[key] for key in {**base, **over}}
    return over


def _converted(data: dict[str, Any], document: Document) -> Config:
    try:
        return msgspec.convert(data, Config, strict=True)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        path = _path(where.rstrip("`"))
        found = ("profiles", _at_fault(data), *path[2:]) if path[:2] == ("profiles", "...") else path
        raise InputError(*_located(message, path, found, document)) from None


def _at_fault(data: dict[str, Any]) -> str:
    """Name of the first profile that cannot be converted: msgspec names none, and others may have the same option."""
    for name, profile in data["profiles"].items():
        try:
            msgspec.convert({**data, "profiles": {name: profile}}, Config, strict=True)
        except msgspec.ValidationError:
            return str(name)
    return "..."


def _path(text: str) -> Location:
    """``$.profiles[...].lime.samples`` to keys; msgspec writes ``[...]`` for a mapping's key, found again later."""
    parts: list[str | int] = []
    for key, index in re.findall(r"\.([A-Za-z_][\w-]*)|\[(\d+|\.\.\.)\]", text):
        parts.append(key or (index if index == "..." else int(index)))
    return tuple(parts)


def _located(message: str, path: Location, place: Location, document: Document) -> tuple[str, Path, int]:
    """The message, file and line of a refusal at `place`, which is `path` with the profile's name in it."""
    unknown = re.match(r"Object contains unknown field `(.*)`", message)
    wanted = (*place, unknown.group(1)) if unknown else place
    line, full = _find(wanted, document)
    where = ".".join(str(part) for part in full)
    if unknown:
        known = _fields_at(path)
        return f"unknown key '{where}'{nearest(unknown.group(1), known)}", document.file, line
    missing = re.match(r"Object missing required field `(.*)`", message)
    if missing:
        return f"'{'.'.join([where, missing.group(1)]).strip('.')}' is missing", document.file, line
    choice = re.match(r"Invalid enum value '(.*)'", message)
    if choice:
        return (
            f"{where}: there is no '{choice.group(1)}'{nearest(choice.group(1), _choices(path))}",
            document.file,
            line,
        )
    return f"{where or 'the file'}: {message[:1].lower()}{message[1:]}", document.file, line


def _find(path: Location, document: Document) -> tuple[int, Location]:
    """The line of a path, or of the default that a profile falls back to; ``...`` in it stands for any key."""
    candidates = [path]
    if len(path) > 2 and path[0] == "profiles":
        candidates.append(("defaults", *path[2:]))
    for candidate in candidates:
        for known in document.lines:
            if len(known) == len(candidate) and all(b in ("...", a) for a, b in zip(known, candidate, strict=True)):
                return document.lines[known], known
    if len(path) > 1:
        line, found = _find(path[:-1], document)
        return line, (*found, path[-1])
    return 1, path


def _fields_at(path: Location) -> list[str]:
    kind = _kind_at(path)
    return [f.encode_name for f in msgspec.structs.fields(kind)] if _is_struct(kind) else []


def _choices(path: Location) -> list[str]:
    """The words that an option may hold, however deep in its type they stand."""

    def literals(kind: Any) -> list[str]:
        if get_origin(kind) is Literal:
            return [str(word) for word in get_args(kind)]
        return [word for part in get_args(kind) for word in literals(part)]

    return literals(_kind_at(tuple(part for part in path if not isinstance(part, int))))


def _kind_at(path: Location) -> Any:
    kind: Any = Config
    for part in path:
        if part == "...":
            continue
        fields = {f.encode_name: f.type for f in msgspec.structs.fields(kind)} if _is_struct(kind) else {}
        kind = fields.get(str(part))
        if part == "profiles":
            kind = Profile
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _with_paths(profile: Profile, overrides: Overrides, root: Path) -> Profile:
    """Paths of the file start at its folder, paths of the command line at the working folder.

    Raises:
        InputError: for an empty path, or one with bytes that are no text.
    """
    for option, said in (("--data", overrides.data), ("--model", overrides.model)):
        if said is not None and not said.strip():
            # As from a shell variable that is not set; it would be the working folder.
            raise InputError(f"{option} is empty; name a file or folder, or leave {option} out")

    def placed(given: str | None, configured: str | None) -> str | None:
        if given is None and configured is None:
            return None
        path = str(Path(given).absolute() if given is not None else (root / str(configured)).absolute())
        if not path.isascii() and path.encode("utf-8", "replace").decode() != path:
            shown = path.encode("utf-8", "backslashreplace").decode()
            raise InputError("is no UTF-8 text, in which names of files are written here; rename it", shown)
        return path

    replace = msgspec.structs.replace
    return replace(
        profile,
        dataset=replace(profile.dataset, path=placed(overrides.data, profile.dataset.path)),
        model=replace(profile.model, path=placed(overrides.model, profile.model.path)),
    )
