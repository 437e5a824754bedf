"""Runs the stale stages of a plan in a worker process, and survives whatever happens there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import msgspec

from generator.config.load import Loaded
from generator.errors import BuildError
from generator.pipeline.fingerprint import options_of
from generator.pipeline.messages import Failed, Finished, Job, Message, Refused, Started
from generator.pipeline.plan import Step
from generator.pipeline.refusal import refusal
from generator.pipeline.watchdog import Watchdog

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
        BuildError: a stage raised an exception, or the worker crashed, hung or was killed.
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
    _Lanes(jobs, loaded, logs, report).run()
    for job in jobs:
        shutil.rmtree(job.scratch, ignore_errors=True)


class _Lanes:
    """Two workers side by side.

    Several stages keep one core busy at best, so what depends only on the data and the model runs in a second worker
    beside the rest, as soon as they are there.
    """

    def __init__(self, jobs: list[Job], loaded: Loaded, logs: Path, report: Callable[[Message], None]) -> None:
        self._main = [job for job in jobs if not _is_aside(job)]
        self._aside = [job for job in jobs if _is_aside(job)]
        self._loaded, self._logs, self._report = loaded, logs, report
        self._awaited = next((job.stage for job in reversed(self._main) if job.stage in _SETUP), None)
        self._ready, self._stopped = threading.Event(), threading.Event()
        self._workers: list[subprocess.Popen[bytes]] = []
        if self._awaited is None:
            self._ready.set()

    def run(self) -> None:
        """Run both lanes; the first that fails ends the other, and so does Ctrl-C."""
        failed: Exception | None = None
        try:
            with ThreadPoolExecutor(max_workers=2) as pool:
                try:
                    for lane in as_completed([pool.submit(self._run_main), pool.submit(self._run_aside)]):
                        if failed is None and (failed := lane.result()) is not None:
                            self._stop()
                except BaseException:
                    self._stop()
                    raise
        finally:
            for worker in self._workers:
                _end(worker)
        if failed is not None:
            raise failed

    def _run_main(self) -> Exception | None:
        try:
            return self._drive(self._main, 1)
        finally:
            if not self._ready.is_set():
                self._stop()

    def _run_aside(self) -> Exception | None:
        self._ready.wait()
        return self._drive(self._aside, 2)

    def _drive(self, jobs: list[Job], number: int) -> Exception | None:
        if not jobs or self._stopped.is_set():
            return None
        return _drive(jobs, self._loaded, self._logs / f"worker-{number}.log", self._told, self._begun)

    def _begun(self, worker: subprocess.Popen[bytes]) -> None:
        self._workers.append(worker)
        if self._stopped.is_set():  # in the moment in which it was started
            _kill(worker)

    def _told(self, message: Message) -> None:
        self._report(message)
        if isinstance(message, Finished) and message.stage == self._awaited:
            self._ready.set()

    def _stop(self) -> None:
        self._stopped.set()
        self._ready.set()
        for worker in self._workers:
            _kill(worker)


def _is_aside(job: Job) -> bool:
    return job.stage.removesuffix("-figures") in _ASIDE and job.stage not in _SETUP


def _drive(
    jobs: list[Job],
    loaded: Loaded,
    log: Path,
    report: Callable[[Message], None],
    begun: Callable[[subprocess.Popen[bytes]], None],
) -> Exception | None:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as channel:
        try:
            worker = _start(log, writing)
        finally:
            os.close(writing)
        begun(worker)
        stage = jobs[0].stage
        outcome: Exception | None = None
        noticed: list[str] = []

        def bite(what: str) -> None:
            noticed.append(what)
            _kill(worker)

        try:
            assert worker.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.write(msgspec.json.encode(jobs) + b"\n")
                worker.stdin.flush()
            with Watchdog(worker.pid, bite) as watchdog:
                for line in channel:
                    watchdog.heard()
                    message: Message = msgspec.json.decode(line, type=Message)
                    report(message)
                    if isinstance(message, Started):
                        stage = message.stage
                    elif isinstance(message, Refused):
                        outcome = refusal(message, loaded)
                    elif isinstance(message, Failed):
                        with log.open("a", encoding="utf-8") as sink:
                            sink.write(message.traceback)
                        outcome = BuildError(f"stage {message.stage} failed: {message.reason}\n  log: {log}")
                    elif isinstance(message, Finished) and message.stage == jobs[-1].stage:
                        return None
            code = _exit_code(worker)
        finally:
            _end(worker)
    if outcome is not None:
        return outcome
    cause = f"{noticed[0]}; the old site is still in place" if noticed else _cause(code)
    return BuildError(f"stage {stage} {cause}\n{_tail(log)}")


def _start(log: Path, channel: int) -> subprocess.Popen[bytes]:
    with log.open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", "generator.pipeline.worker", str(channel)],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
            pass_fds=(channel,),
            start_new_session=True,
            env=_environment(),
        )


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
    """End a worker and all that it started, also when it is dead itself, until its number is given back."""
    if worker.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGKILL)


def _end(worker: subprocess.Popen[bytes]) -> None:
    _kill(worker)
    worker.wait()
    if worker.stdin is not None:
        with contextlib.suppress(OSError):
            worker.stdin.close()


def _exit_code(worker: subprocess.Popen[bytes]) -> int:
    """Wait for a worker's end; what it started does not outlive it."""
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
        _kill(worker)
    return worker.wait()


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
