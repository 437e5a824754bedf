from __future__ import annotations

from generator.errors import InputError
from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context


def run(options: object, inputs: object, context: Context) -> Artifact:
    raise InputError("label 7; labels are 0 to 6", "data.csv", 12)
