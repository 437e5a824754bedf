"""The site while it is being edited: rendered anew on every save, computed anew when results are stale."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.commands.build import Computed, compute, publish_checked, render
from generator.config.load import Overrides, load_config
from generator.errors import BuildError, InputError
from generator.pipeline.lock import build_lock
from generator.serve.events import Broker
from generator.serve.publisher import Publisher
from generator.serve.saves import GATHER, Saves
from generator.site.memo import RenderMemo
from generator.site.publish import MANIFEST, check_owned
from generator.site.render import RenderedSite

RECOMPUTING = "結果重新計算中，頁面上是舊的圖。 Recomputing: the figures shown are the old ones."


class LiveSite:
    """The present site, and how it is renewed.

    One thread computes, one renders, one publishes: a save is shown while a worker runs and before anything is
    written.

    Args:
        config: ``config.yaml``.
        overrides: of the command line.
        out: where every good build is published too.
        root: the checkout.
        cache: its ``.cache``.
        overwrite: replace generated files that were edited by hand.
    """

    def __init__(
        self, config: Path, overrides: Overrides, out: Path, root: Path, cache: Path, overwrite: bool = False
    ) -> None:
        self.broker = Broker()
        self._config, self._overrides = config, overrides
        self._out, self._root, self._cache, self._overwrite = out, root, cache, overwrite
        self._files: Mapping[str, bytes] = _existing(out)
        self._computed: Computed | None = None
        self._memo = RenderMemo()
        self._told: list[str] = []
        self._refused: list[str] = []
        self._working = False
        self._saves = Saves()
        self._publisher = Publisher(self._publish)
        # Held while this process computes or publishes, so that neither waits for its own lock on the disk.
        self._disk = threading.Lock()
        self._wake = threading.Event()
        self._ended = False

    def start(self) -> None:
        """Begin to bring the results up to date in the background."""
        threading.Thread(target=self._show_saves, daemon=True).start()
        threading.Thread(target=self._compute_when_stale, daemon=True).start()
        self._wake.set()

    def files(self) -> Mapping[str, bytes]:
        """The site as it is now."""
        return self._files

    def config_changed(self) -> None:
        """Read the configuration again and compute what it made stale."""
        self._wake.set()

    def content_changed(self, paths: Iterable[str]) -> None:
        """Show what was saved, from the results there are.

        Args:
            paths: of the files that changed.
        """
        # A change is told on some moments after it was made; the change time is set by the kernel alone.
        times = []
        for path in paths:
            with contextlib.suppress(OSError):  # an editor's own file may be gone again
                times.append(os.stat(path).st_ctime)
        self._saves.note(max(0.0, time.time() - max(times)) if times else 0.0)

    def end(self) -> None:
        """Close all connections, publish what was shown last, and compute no more."""
        from generator.pipeline.runner import end_runs

        self._ended = True
        end_runs()
        self._wake.set()
        self._saves.end()
        self.broker.close()
        self._publisher.finish()

    def _compute_when_stale(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._ended:
                return
            self._working = True
            try:
                loaded = load_config(self._config, self._overrides, self._cache)
                with self._disk, build_lock(self._cache):
                    check_owned(self._out, self._overwrite)
                    self._computed = compute(loaded, self._cache, frozenset(), False, self._recomputing)
                self._refused = []
            except Exception as error:  # The server outlives whatever goes wrong in a build.
                self._refused = _lines(error)
            if self._ended:
                return
            self._working = False
            if self._refused:
                self._tell([])
            else:
                self._saves.note(ago=GATHER)

    def _recomputing(self, previous: Computed | None) -> None:
        """Results are stale; until they are new, pages are made of those of the last build, if they are still there."""
        self.broker.tell(working=RECOMPUTING)
        if self._computed is None and previous is not None:
            self._computed = previous
            self._saves.note(ago=GATHER)

    def _show_saves(self) -> None:
        while (number := self._saves.wait()) is not None:
            computed, stamp = self._computed, self._stamp()
            made = self._rendered(computed) if computed is not None else []
            if self._saves.settled(number):
                if self._stamp() != stamp:
                    self._saves.note()  # saved since, and not told yet
                elif isinstance(made, RenderedSite):
                    self._show(made)
                else:
                    self._tell(made)

    def _stamp(self) -> list[tuple[str, int, int, int]]:
        """Equal for as long as nothing is saved in the commentary and the templates."""
        found = []
        for part in ("content", "templates"):
            for above, _, names in os.walk(self._root / part):
                for name in names:
                    path = os.path.join(above, name)
                    with contextlib.suppress(OSError):
                        status = os.stat(path)
                        found.append((path, status.st_ctime_ns, status.st_size, status.st_ino))
        return sorted(found)

    def _rendered(self, computed: Computed) -> RenderedSite | list[str]:
        """All pages, or lines that say what is wrong."""
        try:
            rendered = render(computed, self._root, self._memo)
        except Exception as error:
            return _lines(error)
        return [str(problem) for problem in rendered.errors] or rendered

    def _show(self, rendered: RenderedSite) -> None:
        old, self._files = self._files, rendered.files
        pages = [name for name in rendered.files if name.endswith(".html")]
        changed = {name for name, content in rendered.files.items() if old.get(name) != content}
        everywhere = any(name.startswith("assets/") for name in changed)
        shown = pages if everywhere else changed.intersection(pages)
        self.broker.show(pages, shown, problems=self._refused, **self._state())
        failing = [f"{claim.file}:{claim.line}: claim does not hold: {claim.text}" for claim in rendered.claims
                   if not claim.holds]  # fmt: skip
        self._say([*rendered.cautions, *map(str, rendered.warnings), *failing, *self._refused])
        self._publisher.put(rendered.files)

    def _publish(self, files: Mapping[str, bytes]) -> None:
        try:
            while not self._disk.acquire(timeout=0.2):
                if self._ended:
                    return  # the end does not wait for a worker; the next build publishes
            try:
                if files is not self._files:
                    return  # shown meanwhile and given to the publisher too: what came after it
                with build_lock(self._cache):
                    # Anew every time: somebody may have put a file of their own there.
                    check_owned(self._out, self._overwrite)
                    publish_checked(self._out, files)
            finally:
                self._disk.release()
        except Exception as error:  # The server outlives whatever goes wrong here.
            self._tell(_lines(error))

    def _tell(self, lines: list[str]) -> None:
        """Show what is wrong with the last save, and with the results if they could not be computed."""
        self._say([*lines, *self._refused])
        self.broker.tell(problems=[*lines, *self._refused], **self._state())

    def _state(self) -> dict[str, str]:
        """The mark of old results goes away only when pages show the new ones."""
        return {} if self._working else {"working": ""}

    def _say(self, lines: list[str]) -> None:
        """Print what is wrong, once: most saves leave the rest as it was."""
        for line in lines:
            if line not in self._told:
                print(line, file=sys.stderr, flush=True)
        self._told = lines


def _lines(error: Exception) -> list[str]:
    if isinstance(error, InputError):
        return [str(problem) for problem in error.problems]
    return (str(error) if isinstance(error, BuildError | OSError) else f"{type(error).__name__}: {error}").split("\n")


def _existing(out: Path) -> dict[str, bytes]:
    """The site of the last build, for the first paint."""
    if not (out / MANIFEST).is_file():
        return {}
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
