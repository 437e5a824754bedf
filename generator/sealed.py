"""Small files under ``.cache`` that are used whole and undamaged, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any


def made_by(*sources: str) -> str:
    """Hash of the modules that make a file's content, so that a changed program does not use what an older one kept.

    Args:
        sources: paths of their source files (``__file__``).
    """
    total = hashlib.sha256()
    for source in sources:
        total.update(Path(source).read_bytes())
    return total.hexdigest()


def read_sealed(file: Path, maker: str) -> Any:
    """The content of a file that `write_sealed` wrote; None if it is missing, damaged, or made by another program.

    Args:
        file: where it is.
        maker: from `made_by`.
    """
    try:
        seal, _, body = file.read_bytes().partition(b"\n")
        return json.loads(body) if seal == _seal(maker, body) else None
    except (OSError, ValueError):
        return None


def write_sealed(file: Path, maker: str, content: Any) -> None:
    """Keep JSON builtins for `read_sealed`. What cannot be written costs time later, not correctness."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError, ValueError):
        body = json.dumps(content, ensure_ascii=False).encode()
        file.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(_seal(maker, body) + b"\n" + body)
        aside.replace(file)


def _seal(maker: str, body: bytes) -> bytes:
    return hashlib.sha256(maker.encode() + body).hexdigest().encode()
