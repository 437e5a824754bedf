"""Runs the stale stages of a plan in a worker process, and survives whatever happens there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from generator.config.load import Loaded
from generator.errors import BuildError, InputError, Problem
from generator.pipeline.fingerprint import options_of
from generator.pipeline.messages import Failed, Finished, Job, Message, Refused, Started
from generator.pipeline.plan import Step

_LOG_LINES = 12


def run_stale(steps: list[Step], loaded: Loaded, cache: Path, report: Callable[[Message], None]) -> None:
    """Run every step that is not fresh, in order, in one child process.

    Args:
        steps: the whole plan.
        loaded: the configuration.
        cache: ``.cache``; the worker's log goes to ``logs/worker.log`` in it.
        report: called with each message of the worker.

    Raises:
        InputError: a stage found its input bad.
        BuildError: a stage raised an exception, or the worker crashed or was killed.
    """
    entries = {step.stage.name: step.entry for step in steps}
    jobs = [
        Job(
            stage=step.stage.name,
            module=step.stage.module,
            section=step.stage.section,
            options=msgspec.to_builtins(options_of(step.stage, loaded)),
            seed=loaded.profile.seed,
            entry=str(step.entry),
            inputs={name: str(entries[name]) for name in step.stage.needs},
            parts=step.parts,
            scratch=str(cache / "scratch" / f"{step.stage.name}-{step.entry.name}"),
        )
        for step in steps
        if not step.fresh
    ]
    if not jobs:
        return
    log = cache / "logs" / "worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    running = _drive(jobs, log, report)
    if running is not None:
        raise running
    for job in jobs:
        shutil.rmtree(job.scratch, ignore_errors=True)


def _drive(jobs: list[Job], log: Path, report: Callable[[Message], None]) -> Exception | None:
    reading, writing = os.pipe()
    with log.open("wb") as sink:
        worker = subprocess.Popen(
            [sys.executable, "-m", "generator.pipeline.worker", str(writing)],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
            pass_fds=(writing,),
            start_new_session=True,
            env=_environment(),
        )
    os.close(writing)
    stage = jobs[0].stage
    outcome: Exception | None = None
    ended = False
    try:
        assert worker.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.write(msgspec.json.encode(jobs) + b"\n")
            worker.stdin.flush()
        with os.fdopen(reading, encoding="utf-8") as channel:
            for line in channel:
                message: Message = msgspec.json.decode(line, type=Message)
                report(message)
                if isinstance(message, Started):
                    stage = message.stage
                elif isinstance(message, Refused):
                    outcome = InputError.of(Problem(*problem) for problem in message.problems)
                elif isinstance(message, Failed):
                    with log.open("a", encoding="utf-8") as sink_text:
                        sink_text.write(message.traceback)
                    outcome = BuildError(f"stage {message.stage} failed: {message.reason}\n  log: {log}")
                elif isinstance(message, Finished) and message.stage == jobs[-1].stage:
                    ended = True
        code = worker.wait()
    finally:
        _end(worker)
    if outcome is None and not ended:
        outcome = BuildError(f"stage {stage} {_cause(code)}\n{_tail(log)}")
    return outcome


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    # A fixed hash seed and quiet, deterministic libraries: same input, same bytes.
    return os.environ | {
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_DETERMINISTIC_OPS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path(root) / ".cache" / "matplotlib"),
        "LC_ALL": "C.UTF-8",
    }


def _end(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    if worker.stdin is not None:
        with contextlib.suppress(OSError):
            worker.stdin.close()


def _cause(code: int) -> str:
    if code == -signal.SIGKILL:
        return "was killed (out of memory?); the old site is still in place"
    if code < 0:
        return f"crashed in native code ({signal.Signals(-code).name}); the old site is still in place"
    return f"ended without a result (exit code {code}); the old site is still in place"


def _tail(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"  | {line}" for line in lines[-_LOG_LINES:])
