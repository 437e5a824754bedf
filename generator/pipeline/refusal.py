"""What a stage found wrong with its options, placed in the configuration that the renderer knows."""

from __future__ import annotations

import re

from generator.config.load import Loaded
from generator.errors import InputError, Problem
from generator.pipeline.messages import Refused

_OPTION = re.compile(r"(dataset|model|saliency|filters|lime|confusion|tsne)((?:\.[A-Za-z_][\w-]*)+)")


def refusal(message: Refused, loaded: Loaded) -> InputError:
    """The stage's problems as one error.

    The worker knows an option's value but not where it stands. A problem without a file that starts with an option's
    name (``filters.layer: …``) gets the configuration's file and line.
    """
    return InputError.of(_placed(Problem(*problem), loaded) for problem in message.problems)


def _placed(problem: Problem, loaded: Loaded) -> Problem:
    option = _OPTION.match(problem.message)
    if problem.file is not None or option is None:
        return problem
    section, keys = option.group(1), option.group(2).strip(".").split(".")
    return Problem(problem.message, loaded.document.file, loaded.line(section, *keys))
