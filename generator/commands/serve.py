"""``serve``: build, serve on loopback, watch, reload."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from generator.commands.paths import cache_of, root_of
from generator.config.load import Overrides, load_config
from generator.serve.live import LiveSite
from generator.serve.server import LOOPBACK, make_server
from generator.site.publish import check_owned, check_target

_STEP_MS = 10
"""How long changes are collected before they are told on; see `generator.serve.saves` for how saves are gathered."""


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    root, cache = root_of(options.config), cache_of(options.config)
    out = check_target(options.out, root)
    overrides = Overrides(options.profile, options.data, options.model)
    load_config(options.config, overrides, cache)
    check_owned(out, options.overwrite)
    live = LiveSite(options.config, overrides, out, root, cache, options.overwrite)
    server = make_server(options.port, live.files, live.broker)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    print(f"http://{LOOPBACK}:{server.server_address[1]}/  (Ctrl-C ends)", flush=True)
    live.start()
    try:
        _watch(live, options, root)
    finally:
        live.end()
        server.shutdown()
        server.server_close()
    return 0


def _watch(live: LiveSite, options: argparse.Namespace, root: Path) -> None:
    from watchfiles import watch

    config = options.config.absolute()
    stop = threading.Event()

    def watch_config() -> None:
        # Its folder, not the file: editors replace files. Not recursive: the caches below are none of our business.
        for changes in watch(root, recursive=False, step=_STEP_MS, stop_event=stop, raise_interrupt=False):
            if any(Path(path).name == config.name for _, path in changes):
                live.config_changed()

    threading.Thread(target=watch_config, daemon=True).start()
    folders = [root / name for name in ("content", "templates") if (root / name).is_dir()]
    try:
        for changes in watch(*folders, step=_STEP_MS, raise_interrupt=True):
            live.content_changed(path for _, path in changes)
    finally:
        stop.set()
