"""Runs the stale stages of a plan in a worker process, and survives whatever happens there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

import msgspec

from generator.config.load import Loaded
from generator.errors import BuildError, InputError, Problem
from generator.pipeline.fingerprint import options_of
from generator.pipeline.messages import Failed, Finished, Job, Message, Refused, Started
from generator.pipeline.plan import Step

_LOG_LINES = 12
_SETUP = ("dataset", "model")
_ASIDE = ("filters", "tsne", "dataset", "model")


def run_stale(steps: list[Step], loaded: Loaded, cache: Path, report: Callable[[Message], None]) -> None:
    """Run every step that is not fresh, in child processes.

    Args:
        steps: the whole plan.
        loaded: the configuration.
        cache: ``.cache``; the worker's log goes to ``logs/worker-N.log`` in it.
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
    logs = cache / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        for lanes in _lanes(jobs):
            with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
                drives = [
                    pool.submit(_drive, lane, logs / f"worker-{number}.log", report, workers)
                    for number, lane in enumerate(lanes, 1)
                ]
                _wait(drives, workers)
    finally:
        for worker in workers:
            _end(worker)
    for job in jobs:
        shutil.rmtree(job.scratch, ignore_errors=True)


def _lanes(jobs: list[Job]) -> list[list[list[Job]]]:
    """Groups of lanes: one group after the other, the lanes of a group side by side, each in a worker of its own.

    Several stages keep one core busy at best, so what depends only on the data and the model runs beside the rest.
    """
    setup = [job for job in jobs if job.stage in _SETUP]
    aside = [job for job in jobs if job.stage.removesuffix("-figures") in _ASIDE and job.stage not in _SETUP]
    rest = [job for job in jobs if job not in setup and job not in aside]
    groups = [[setup], [rest, aside]]
    return [lanes for group in groups if (lanes := [lane for lane in group if lane])]


def _wait(drives: Sequence[Future[Exception | None]], workers: list[subprocess.Popen[bytes]]) -> None:
    """Wait for all lanes; the first that fails ends the others, and so does Ctrl-C."""
    failed: Exception | None = None
    try:
        for drive in as_completed(drives):
            if failed is None and (failed := drive.result()) is not None:
                for worker in workers:
                    _kill(worker)
    except BaseException:
        for worker in workers:
            _kill(worker)
        raise
    if failed is not None:
        raise failed


def _drive(
    jobs: list[Job], log: Path, report: Callable[[Message], None], workers: list[subprocess.Popen[bytes]]
) -> Exception | None:
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
    workers.append(worker)
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


def _kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)


def _end(worker: subprocess.Popen[bytes]) -> None:
    _kill(worker)
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
