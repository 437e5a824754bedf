"""The worker process: runs stages and writes their results. The only process that imports TensorFlow.

Started by `generator.pipeline.runner` as ``python -m generator.pipeline.worker FD``. Standard input gives first the
modules that will be needed, then the jobs, a line each; messages go to the file descriptor FD, and whatever libraries
print goes to the log.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TextIO

import msgspec

from generator.config.schema import Profile
from generator.errors import BuildError, InputError
from generator.pipeline.context import Context
from generator.pipeline.messages import Advanced, Failed, Finished, Job, Message, Refused, Started
from generator.pipeline.store import Store

_PROGRESS_EVERY = 0.1


def main() -> int:
    """Run the jobs of standard input in order; stop at the first that fails."""
    # Importing TensorFlow makes a million objects and no garbage; looking for some takes a quarter of the time.
    gc.set_threshold(100_000, 50, 1000)
    channel = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8", buffering=1)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    ahead: list[str] = msgspec.json.decode(lines.get())
    while True:
        # Waiting for a job is time to import what the jobs will need: TensorFlow takes seconds.
        if ahead and lines.empty():
            with contextlib.suppress(Exception):  # it is reported when a job meets it again
                importlib.import_module(ahead.pop(0))
        elif not _run(msgspec.json.decode(lines.get(), type=Job), channel):
            return 1


def _read(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    # The parent holds standard input open as long as it lives; its end is ours, even if it was killed.
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with the processes that draw faces
    os._exit(1)


def _run(job: Job, channel: TextIO) -> bool:
    def say(message: Message) -> None:
        channel.write(msgspec.json.encode(message).decode() + "\n")

    told = 0.0

    def progress(done: int, total: int, what: str = "") -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _PROGRESS_EVERY or done >= total:
            told = now
            say(Advanced(job.stage, done, total, what))

    say(Started(job.stage))
    begun = time.monotonic()
    store = Store(Path(job.entry).parents[1])
    scratch = Path(job.scratch)
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        inputs = {name: store.read(Path(entry)) for name, entry in job.inputs.items()}
        module = importlib.import_module(job.module)
        artifact = module.run(_options(job), inputs, Context(job.seed, scratch, progress))
        store.write(Path(job.entry), artifact, job.parts)
    except InputError as error:
        problems = [(p.message, None if p.file is None else str(p.file), p.line) for p in error.problems]
        say(Refused(job.stage, problems))
        return False
    except BuildError as error:
        say(Failed(job.stage, str(error), ""))
        return False
    except Exception as error:
        say(Failed(job.stage, f"{type(error).__name__}: {error}", traceback.format_exc()))
        return False
    say(Finished(job.stage, round(time.monotonic() - begun, 2)))
    return True


def _options(job: Job) -> object:
    if job.section is None:
        return None
    kind = next(field.type for field in msgspec.structs.fields(Profile) if field.name == job.section)
    return msgspec.convert(job.options, kind)


if __name__ == "__main__":
    sys.exit(main())
