"""What a configuration's types cannot say: options that are well-formed and make no sense."""

from __future__ import annotations

import re
from pathlib import Path

from generator.config.lines import Document, Location
from generator.config.schema import LANGUAGES, Config, Profile
from generator.errors import InputError, nearest

_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+")
_NAME = re.compile(r"\w[\w.-]*")


def check_sense(config: Config, document: Document) -> None:
    """Refuse what would make a broken site or read outside the checkout.

    Raises:
        InputError: with the option's line.
    """
    check = _Check(document)
    if not config.languages:
        check.refuse(("languages",), "is empty; name at least one of " + ", ".join(LANGUAGES))
    if len(set(config.languages)) < len(config.languages):
        check.refuse(("languages",), "names a language twice")
    for language in config.languages:
        if not config.site.title.get(language, "").strip():
            check.refuse(("site", "title"), f"has no text for '{language}'")
    for code, title in config.site.title.items():
        if code not in LANGUAGES:
            known = nearest(code, LANGUAGES)
            check.refuse(("site", "title", code), f"is in no language of the report{known}")
        if not title.isprintable():
            check.refuse(("site", "title", code), "holds characters that cannot be shown; write it in one line")
    for key in ("url", "repository"):
        address = getattr(config.site, key)
        if address is not None and not _ADDRESS.fullmatch(address):
            check.refuse(("site", key), f"is '{address}', no address such as https://you.github.io/your-repo/")
    for name, profile in config.profiles.items():
        _check_profile(name, profile, check)


def _check_profile(name: str, profile: Profile, check: _Check) -> None:
    folder, weights, given = profile.content, profile.model.weights, profile.model.preprocess
    for section, path in (("dataset", profile.dataset.path), ("model", profile.model.path)):
        if path is not None and not path.strip():
            # The empty path would be the folder of the configuration itself.
            check.refuse(("profiles", name, section, "path"), "is empty; name a file or folder, or leave it out")
    if folder is not None and not _NAME.fullmatch(folder):
        check.refuse(("profiles", name, "content"), f"is '{folder}', not the plain name of a folder in content/")
    if weights is not None and not _NAME.fullmatch(weights):
        check.refuse(("profiles", name, "model", "weights"), f"is '{weights}', not a plain name such as fer2013")
    if given is not None and given.low == given.high:
        where = ("profiles", name, "model", "preprocess")
        check.refuse(where, f"has {given.low:g} as low and as high; all images would be the same")


class _Check:
    def __init__(self, document: Document) -> None:
        self.document = document

    def refuse(self, where: Location, what: str) -> None:
        """Say what is wrong, in the line of the option or of the default that it comes from."""
        place = where
        if where not in self.document.lines and where[0] == "profiles":
            place = ("defaults", *where[2:])
        file: Path = self.document.file
        raise InputError(f"{'.'.join(map(str, where))} {what}", file, self.document.line(place))
