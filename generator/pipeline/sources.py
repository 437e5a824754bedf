"""Which project modules a module runs on, found by reading its imports."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGE = "generator"


def source_hashes(module: str) -> dict[str, str]:
    """Hash of the source of `module` and of every project module it imports, directly or not.

    Imports inside functions count; imports under ``if TYPE_CHECKING`` do not, since they never run.

    Returns:
        Module name to hex SHA-256, sorted by name.
    """
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting.extend(_imports(name)[1])
    return {name: _imports(name)[0] for name in sorted(seen)}


@cache
def _imports(module: str) -> tuple[str, tuple[str, ...]]:
    file = module_file(module)
    if file is None:
        raise ModuleNotFoundError(module)
    source = file.read_bytes()
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    visitor = _Imports(package)
    visitor.visit(ast.parse(source))
    parents = [".".join(module.split(".")[:depth]) for depth in range(1, module.count(".") + 1)]
    found = {name for name in (*visitor.names, *parents) if name != module and module_file(name)}
    return hashlib.sha256(source).hexdigest(), tuple(sorted(found))


@cache
def module_file(module: str) -> Path | None:
    """The file of a project module, or None if there is no such module."""
    path = _ROOT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


class _Imports(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self.package = package
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        test = ast.unparse(node.test)
        if test not in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self.generic_visit(node)
            return
        for child in node.orelse:
            self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        self.names.update(alias.name for alias in node.names if alias.name.split(".")[0] == _PACKAGE)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
        if base.split(".")[0] != _PACKAGE:
            return
        self.names.add(base)
        self.names.update(f"{base}.{alias.name}" for alias in node.names)


def forget_sources() -> None:
    """Read sources anew (a long-lived process, such as ``serve``, calls this before it plans)."""
    _imports.cache_clear()
    module_file.cache_clear()
