"""The committed site in a real browser, served in the ways in which people open it."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class _Quiet(SimpleHTTPRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site_dir() -> Path:
    """The site under test: FACEREPORT_SITE, or the committed one."""
    folder = Path(os.environ.get("FACEREPORT_SITE", ROOT / "site"))
    assert (folder / "index.html").is_file(), f"{folder} holds no site; run: python -m generator build"
    return folder


@pytest.fixture(scope="session")
def addresses(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Base address of the site as files, at the root of a server, and below /repo/."""
    parent = tmp_path_factory.mktemp("server")
    (parent / "repo").symlink_to(site_dir)
    servers = []
    for folder in (site_dir, parent):
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    ports = [server.server_address[1] for server in servers]
    yield {
        "file": site_dir.as_uri() + "/",
        "root": f"http://127.0.0.1:{ports[0]}/",
        "repo": f"http://127.0.0.1:{ports[1]}/repo/",
    }
    for server in servers:
        server.shutdown()
        server.server_close()
