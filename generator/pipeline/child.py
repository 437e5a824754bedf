"""A worker process: its start, its end, and what its end meant."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

_LOG_LINES = 12


def start(log: Path, channel: int) -> subprocess.Popen[bytes]:
    """Start a worker that writes messages to the file descriptor `channel` and all else to `log`."""
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


def send(worker: subprocess.Popen[bytes], line: object) -> None:
    """Hand a worker one line of JSON; nothing happens if it is dead."""
    assert worker.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        worker.stdin.write(msgspec.json.encode(line) + b"\n")
        worker.stdin.flush()


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End a worker and all that it started, also when it is dead itself, until its number is given back."""
    if worker.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGKILL)


def end(worker: subprocess.Popen[bytes]) -> None:
    """Kill a worker and bury it."""
    kill(worker)
    worker.wait()
    if worker.stdin is not None:
        with contextlib.suppress(OSError):
            worker.stdin.close()


def exit_code(worker: subprocess.Popen[bytes]) -> int:
    """Wait for a worker's end; what it started does not outlive it."""
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
        kill(worker)
    return worker.wait()


def cause(code: int) -> str:
    """What an exit code means, in words."""
    if code == -signal.SIGKILL:
        return "was killed (out of memory?); the old site is still in place"
    if code < 0:
        return f"crashed in native code ({signal.Signals(-code).name}); the old site is still in place"
    return f"ended without a result (exit code {code}); the old site is still in place"


def tail(log: Path) -> str:
    """The last lines that a worker printed."""
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"  | {line}" for line in lines[-_LOG_LINES:])


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
        # NumPy's threads would wait for the other worker's, and add up in another order on another machine.
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path(root) / ".cache" / "matplotlib"),
        "LC_ALL": "C.UTF-8",
    }
