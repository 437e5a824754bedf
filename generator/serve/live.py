"""The site while it is being edited: rendered anew on every save, computed anew when results are stale."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from generator.commands.build import Computed, compute, render, report_problems
from generator.config.load import Loaded, Overrides, load_config
from generator.errors import BuildError, InputError
from generator.pipeline.lock import build_lock
from generator.serve.events import Broker
from generator.site.check import check_site
from generator.site.memo import RenderMemo
from generator.site.publish import MANIFEST, check_owned, publish

RECOMPUTING = "結果重新計算中，頁面上是舊的圖。 Recomputing: the figures shown are the old ones."


class LiveSite:
    """The present site, and how it is renewed.

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
        self._version = 0
        self._stale = True
        self._renders = threading.Lock()
        self._wake = threading.Event()
        self._ended = False
        self._computing = threading.Thread(target=self._compute_when_stale, daemon=True)

    def start(self) -> None:
        """Begin to bring the results up to date in the background."""
        self._computing.start()
        self._wake.set()

    def files(self) -> Mapping[str, bytes]:
        """The site as it is now."""
        return self._files

    def config_changed(self) -> None:
        """Read the configuration again and compute what it made stale."""
        self._wake.set()

    def content_changed(self) -> None:
        """Render all pages again from the results there are."""
        if self._computed is not None:
            self._render(self._computed)

    def end(self) -> None:
        """Close all connections; the thread that computes ends with the process."""
        self._ended = True
        self._wake.set()
        self.broker.close()

    def _compute_when_stale(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._ended:
                return
            try:
                loaded = load_config(self._config, self._overrides)
                self._renew(loaded)
            except (InputError, BuildError) as error:
                self._tell(error)
            except Exception as error:  # The server outlives whatever goes wrong in a build.
                self.broker.tell(problems=[f"{type(error).__name__}: {error}"], working="")

    def _renew(self, loaded: Loaded) -> None:
        self.broker.tell(working=RECOMPUTING)
        try:
            with build_lock(self._cache):
                check_owned(self._out, self._overwrite)
                computed = compute(loaded, self._cache, frozenset(), explain=False)
        finally:
            self.broker.tell(working="")
        self._computed = computed
        self._render(computed)

    def _render(self, computed: Computed) -> None:
        with self._renders:
            try:
                rendered = render(computed, self._root, self._memo)
                report_problems(rendered, strict=False)
            except (InputError, BuildError) as error:
                self._tell(error)
                return
            except Exception as error:
                self.broker.tell(problems=[f"{type(error).__name__}: {error}"])
                return
            self._files = rendered.files
            self._version += 1
            self.broker.tell(version=self._version, problems=[])
            try:
                with build_lock(self._cache):
                    publish(self._out, rendered.files, check_site)
            except (InputError, BuildError) as error:
                self._tell(error)

    def _tell(self, error: InputError | BuildError) -> None:
        lines = (
            [str(problem) for problem in error.problems] if isinstance(error, InputError) else str(error).split("\n")
        )
        print("\n".join(lines))
        self.broker.tell(problems=lines)


def _existing(out: Path) -> dict[str, bytes]:
    """The site of the last build, for the first paint."""
    if not (out / MANIFEST).is_file():
        return {}
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
