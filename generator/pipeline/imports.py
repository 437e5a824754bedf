"""The imports that a source states."""

from __future__ import annotations

import ast


def imported(source: bytes, package: str, below: str) -> list[str]:
    """Names that a source imports from one package, whether they are modules or things in modules.

    Args:
        source: of a module.
        package: that the module lies in, for relative imports.
        below: the package whose names count.

    Returns:
        Dotted names, sorted. Imports inside functions count; imports under ``if TYPE_CHECKING`` do not.

    Example:
        >>> imported(b"from . import a", "generator.site", "generator")
        ['generator.site', 'generator.site.a']
    """
    visitor = _Imports(package, below)
    visitor.visit(ast.parse(source))
    return sorted(visitor.names)


class _Imports(ast.NodeVisitor):
    def __init__(self, package: str, below: str) -> None:
        self.package, self.below = package, below
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        test = ast.unparse(node.test)
        if test not in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self.generic_visit(node)
            return
        for child in node.orelse:
            self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        self.names.update(alias.name for alias in node.names if alias.name.split(".")[0] == self.below)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
        if base.split(".")[0] != self.below:
            return
        self.names.add(base)
        self.names.update(f"{base}.{alias.name}" for alias in node.names)
