"""A loopback HTTP server over a site in memory. What is not in the site cannot be asked for."""

from __future__ import annotations

import hashlib
import mimetypes
import queue
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.serve.events import HEARTBEAT, Broker

LOOPBACK = "127.0.0.1"
LAST_PORT = 65535
EVENTS = "/__events"
CLIENT = "/__client.js"
_ASSET = re.compile(rb"""((?:src|href)=")((?:\.\./)?assets/)([^"?#]+)(")""")
_FOR_EVER = "max-age=31536000, immutable"
_SCRIPT = (Path(__file__).parent / "client.js").read_bytes()


class SiteHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from a mapping of files."""

    protocol_version = "HTTP/1.1"
    # Small answers are sent at once instead of waiting for the browser to confirm the one before.
    disable_nagle_algorithm = True

    def __init__(self, files: Callable[[], Mapping[str, bytes]], broker: Broker, *rest: object) -> None:
        self._files = files
        self._broker = broker
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file, the reload script or the event stream."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Send the headers alone."""
        self._answer(body=False)

    def _answer(self, body: bool) -> None:
        if not self._is_local():
            # A page elsewhere whose name was pointed at this machine must not read the site (DNS rebinding).
            self._send(HTTPStatus.FORBIDDEN, b"this server answers to localhost only\n", "text/plain", body)
            return
        path = unquote(urlsplit(self.path).path)
        if path == EVENTS:
            self._stream()
        elif path == CLIENT:
            self._send(HTTPStatus.OK, _SCRIPT, "text/javascript", body)
        else:
            self._file(path, body)

    def _file(self, path: str, body: bool) -> None:
        name = path.lstrip("/")
        if name == "" or name.endswith("/"):
            name += "index.html"
        # Before the files: a page that changes in between is at worst reloaded once more.
        version = self._broker.version_of(name)
        files = self._files()
        asked, status = name, HTTPStatus.OK if name in files else HTTPStatus.NOT_FOUND
        if status is HTTPStatus.NOT_FOUND:
            name = "404.html"
        content = files.get(name, b"<!doctype html><title>404</title><p>Not (yet) built.</p></body>")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "text/html":
            tag = (
                f'<script src="{CLIENT}" data-run="{self._broker.run}" data-page="{escape(asked)}" '
                f'data-version="{version}" defer></script></body>'
            )
            content = _with_stamps(content, files).replace(b"</body>", tag.encode())
            self._send(status, content, kind, body)
        else:
            self._asset(status, content, kind, body)

    def _asset(self, status: HTTPStatus, content: bytes, kind: str, body: bool) -> None:
        stamp = _stamp(content)
        if status is HTTPStatus.OK and self.headers.get("If-None-Match") == f'"{stamp}"':
            self._send(HTTPStatus.NOT_MODIFIED, b"", kind, False, "no-cache", stamp)
            return
        named = status is HTTPStatus.OK and urlsplit(self.path).query == f"v={stamp}"
        self._send(status, content, kind, body, _FOR_EVER if named else "no-cache", stamp)

    def _send(
        self, status: HTTPStatus, content: bytes, kind: str, body: bool, kept: str = "no-store", stamp: str = ""
    ) -> None:
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        self.send_response(status)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        if stamp:
            self.send_header("ETag", f'"{stamp}"')
        self.send_header("Cache-Control", kept)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        own = self._broker.subscribe()
        try:
            while True:
                try:
                    text = own.get(timeout=HEARTBEAT)
                except queue.Empty:
                    text = ": still here\n\n"
                if text is None:
                    return
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            return  # The tab was closed.
        finally:
            self._broker.leave(own)

    def _is_local(self) -> bool:
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return host in {"localhost", LOOPBACK, "::1"}

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line each."""


def _with_stamps(page: bytes, files: Mapping[str, bytes]) -> bytes:
    """A page whose assets carry a stamp of their content: a reload then asks for nothing but the page."""

    def stamped(match: re.Match[bytes]) -> bytes:
        content = files.get(f"assets/{unquote(match[3].decode('utf-8', 'replace'))}")
        if content is None:
            return match[0]
        return b"".join([match[1], match[2], match[3], b"?v=", _stamp(content).encode(), match[4]])

    return _ASSET.sub(stamped, page)


@lru_cache(maxsize=4096)
def _stamp(content: bytes) -> str:
    # Bytes remember their own hash, so that what was stamped once costs nothing.
    return hashlib.sha256(content).hexdigest()[:16]


class SiteServer(ThreadingHTTPServer):
    """Threads end with the process; a tab that goes away is no error."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke concerns nobody."""


def make_server(port: int, files: Callable[[], Mapping[str, bytes]], broker: Broker, tries: int = 20) -> SiteServer:
    """Bind loopback at `port`, or at the next free port after it.

    Args:
        port: 0 lets the system choose.
        files: gives the present site, relative name to content.
        broker: of reload events.
        tries: how many ports to try.

    Raises:
        OSError: when none of them is free.
    """
    handler = partial(SiteHandler, files, broker)
    for attempt in range(tries):
        try:
            return SiteServer((LOOPBACK, port + attempt if port else 0), handler)
        except OSError:
            if attempt == tries - 1 or port + attempt == LAST_PORT:
                raise
    raise OSError("no port was tried")
