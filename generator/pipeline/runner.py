"""Runs the stale stages of a plan in worker processes, and survives whatever happens there."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TextIO

import msgspec

from generator.config.load import Loaded
from generator.errors import BuildError
from generator.pipeline.board import Board, beside
from generator.pipeline.child import cause, end, exit_code, kill, send, start, tail
from generator.pipeline.fingerprint import options_of
from generator.pipeline.messages import Failed, Finished, Job, Message, Refused
from generator.pipeline.plan import Step
from generator.pipeline.refusal import refusal
from generator.pipeline.watchdog import Watchdog


def run_stale(steps: list[Step], loaded: Loaded, cache: Path, report: Callable[[Message], None]) -> None:
    """Run every step that is not fresh, in child processes.

    Args:
        steps: the whole plan.
        loaded: the configuration.
        cache: ``.cache``; the workers' logs go to ``logs/worker-N.log`` in it.
        report: called with each message of the workers.

    Raises:
        InputError: a stage found its input bad.
        BuildError: a stage raised an exception, or a worker crashed, hung or was killed.
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
    if os.name == "nt":
        raise BuildError("computing needs Linux or macOS: workers are ended by process group; on Windows use WSL")
    logs = cache / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    _Lanes(jobs, loaded, logs, report).run()
    for job in jobs:
        shutil.rmtree(job.scratch, ignore_errors=True)


_under_way: set[_Lanes] = set()


def end_runs() -> None:
    """End the workers of every run under way in this process, whose `run_stale` then raises; the process is to end."""
    for lanes in tuple(_under_way):
        lanes.stop()


class _Lanes:
    """Two workers side by side, each beginning a stage as soon as its inputs are there."""

    def __init__(self, jobs: list[Job], loaded: Loaded, logs: Path, report: Callable[[Message], None]) -> None:
        self._lanes = [lane for lane in beside(jobs) if lane]
        self._loaded, self._logs, self._report = loaded, logs, report
        self._board = Board(job.stage for job in jobs)
        self._workers: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Run both lanes; the first that fails ends the other, and so does Ctrl-C."""
        failed: Exception | None = None
        _under_way.add(self)
        try:
            with ThreadPoolExecutor(max_workers=2) as pool:
                try:
                    running = [pool.submit(self._run, lane, number) for number, lane in enumerate(self._lanes, start=1)]
                    for done in as_completed(running):
                        if failed is None and (failed := done.result()) is not None:
                            self.stop()
                except BaseException:
                    self.stop()
                    raise
        finally:
            _under_way.discard(self)
            for worker in self._workers:
                end(worker)
        if self._board.stopped and failed is None:
            failed = BuildError("the computing was ended; the old site is still in place")
        if failed is not None:
            raise failed

    def _run(self, jobs: list[Job], number: int) -> Exception | None:
        log = self._logs / f"worker-{number}.log"
        return _drive(jobs, self._loaded, log, self._told, self._begun, self._board)

    def _begun(self, worker: subprocess.Popen[bytes]) -> None:
        self._workers.append(worker)
        if self._board.stopped:  # in the moment in which it was started
            kill(worker)

    def _told(self, message: Message) -> None:
        self._report(message)
        if isinstance(message, Finished):
            self._board.finished(message.stage)

    def stop(self) -> None:
        """Let nothing more be begun, and kill the workers."""
        self._board.stop()
        for worker in self._workers:
            kill(worker)


def _drive(
    jobs: list[Job],
    loaded: Loaded,
    log: Path,
    report: Callable[[Message], None],
    begun: Callable[[subprocess.Popen[bytes]], None],
    board: Board,
) -> Exception | None:
    """Run jobs in one worker, each when the board has its inputs; what went wrong, or None."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as channel:
        try:
            worker = start(log, writing)
        finally:
            os.close(writing)
        begun(worker)
        waiting, at_work = list(jobs), threading.Event()
        noticed: list[str] = []

        def bite(what: str) -> None:
            noticed.append(what)
            kill(worker)

        try:
            send(worker, [job.module for job in jobs])
            with Watchdog(worker.pid, bite, busy=at_work.is_set) as watchdog:
                while (job := board.take(waiting)) is not None:
                    at_work.set()
                    send(worker, job)
                    finished, outcome = _listen(channel, job.stage, loaded, log, report, watchdog)
                    at_work.clear()
                    if not finished:
                        break
                else:
                    return None
            code = exit_code(worker)
        finally:
            end(worker)
    if outcome is not None:
        return outcome
    why = f"{noticed[0]}; the old site is still in place" if noticed else cause(code)
    return BuildError(f"stage {job.stage} {why}\n{tail(log)}")


def _listen(
    channel: TextIO, stage: str, loaded: Loaded, log: Path, report: Callable[[Message], None], watchdog: Watchdog
) -> tuple[bool, Exception | None]:
    """Pass on what a worker says of a stage; whether it finished it, and if not, why, as far as it said."""
    outcome: Exception | None = None
    for line in channel:
        watchdog.heard()
        message: Message = msgspec.json.decode(line, type=Message)
        report(message)
        if isinstance(message, Finished) and message.stage == stage:
            return True, None
        if isinstance(message, Refused):
            outcome = refusal(message, loaded)
        elif isinstance(message, Failed):
            with log.open("a", encoding="utf-8") as sink:
                sink.write(message.traceback)
            outcome = BuildError(f"stage {message.stage} failed: {message.reason}\n  log: {log}")
    return False, outcome
