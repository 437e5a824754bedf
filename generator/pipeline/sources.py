"""Which project modules a module runs on, found by reading its imports."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from generator.sealed import made_by, read_sealed, write_sealed

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGE = "generator"


class Sources:
    """The sources of the program as they are now; a process that lives long makes a new one for every plan.

    Args:
        memo: keeps what each source imports, by the hash of its bytes: parsing a hundred modules takes a third of a
            second. None: nothing is kept.
        root: the folder that holds the package.
    """

    def __init__(self, memo: Path | None = None, root: Path = _ROOT) -> None:
        self._files = _modules(root)
        self._memo_file = memo
        self._maker = made_by(__file__, str(Path(__file__).with_name("imports.py"))) if memo else ""
        kept = read_sealed(memo, self._maker) if memo else None
        self._memo: dict[str, list[str]] = kept if isinstance(kept, dict) else {}
        self._used: dict[str, list[str]] = {}
        self._new = False
        self._read: dict[str, tuple[str, tuple[str, ...]]] = {}

    def hashes(self, module: str) -> dict[str, str]:
        """Hash of the source of `module` and of every project module it imports, directly or not.

        Imports inside functions count; imports under ``if TYPE_CHECKING`` do not, since they never run.

        Returns:
            Module name to hex SHA-256, sorted by name.

        Raises:
            ModuleNotFoundError: there is no such module.
        """
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(self._module(name)[1])
        return {name: self._module(name)[0] for name in sorted(seen)}

    def save(self) -> None:
        """Keep what was found out, if there is anything new in it."""
        if self._memo_file is not None and self._new:
            write_sealed(self._memo_file, self._maker, self._used)

    def _module(self, module: str) -> tuple[str, tuple[str, ...]]:
        if module not in self._read:
            self._read[module] = self._looked_at(module)
        return self._read[module]

    def _looked_at(self, module: str) -> tuple[str, tuple[str, ...]]:
        file = self._files.get(module)
        if file is None:
            raise ModuleNotFoundError(module)
        with open(file, "rb") as stream:
            source = stream.read()
        digest = hashlib.sha256(source).hexdigest()
        package = module if file.endswith("__init__.py") else module.rpartition(".")[0]
        key = f"{package} {digest}"
        if key not in self._memo:
            from generator.pipeline.imports import imported

            self._memo[key] = imported(source, package, _PACKAGE)
            self._new = True
        self._used[key] = self._memo[key]
        parents = [".".join(module.split(".")[:depth]) for depth in range(1, module.count(".") + 1)]
        names = {name for name in (*self._memo[key], *parents) if name != module and name in self._files}
        return digest, tuple(sorted(names))


def _modules(root: Path) -> dict[str, str]:
    """Dotted name to file of every module of the package."""
    found: dict[str, str] = {}
    above = len(str(root)) + 1
    for folder, folders, names in os.walk(root / _PACKAGE):
        folders[:] = [name for name in folders if name != "__pycache__"]
        package = folder[above:].replace(os.sep, ".")
        for name in names:
            if name == "__init__.py":
                found[package] = os.path.join(folder, name)
            elif name.endswith(".py"):
                # A module beside a package of its name: Python takes the package.
                found.setdefault(f"{package}.{name[:-3]}", os.path.join(folder, name))
    return found
