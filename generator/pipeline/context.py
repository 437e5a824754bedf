"""What a stage is told about the run it is part of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.pipeline.artifact import Progress, silent


@dataclass(frozen=True)
class Context:
    """Passed to every stage's ``run(options, inputs, context)``.

    Attributes:
        seed: the profile's seed; derive others from it (``seed + 1``), never from the clock.
        scratch: a folder that survives a killed run and belongs to this stage at this fingerprint (checkpoints).
        progress: call it often; it is cheap.
    """

    seed: int
    scratch: Path
    progress: Progress = silent
