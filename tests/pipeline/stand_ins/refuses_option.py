from __future__ import annotations

from generator.errors import InputError
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context


def run(options: object, inputs: object, context: Context) -> Artifact:
    raise InputError("filters.layer: the model has no layer 'x'")
