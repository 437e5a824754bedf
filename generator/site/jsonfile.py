"""JSON as it is published: indented, with Chinese as it is."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def published_json(content: Any) -> bytes:
    """A JSON file's bytes, one space of indentation per level.

    The same as ``json.dumps(…, indent=1)``, whose indentation is written in Python and takes ten times as long.

    Raises:
        ValueError: for a number that JSON cannot hold.
    """
    return msgspec.json.format(json.dumps(content, ensure_ascii=False, allow_nan=False).encode(), indent=1)
