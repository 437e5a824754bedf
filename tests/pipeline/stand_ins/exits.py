from __future__ import annotations

import os

from generator.pipeline.artifact import Artifact
from generator.pipeline.context import Context


def run(options: object, inputs: object, context: Context) -> Artifact:
    os._exit(0)
