"""A loopback HTTP server over a site in memory. What is not in the site cannot be asked for."""

from __future__ import annotations

import mimetypes
import queue
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.serve.events import HEARTBEAT, Broker

LOOPBACK = "127.0.0.1"
EVENTS = "/__events"
CLIENT = "/__client.js"
_TAG = f'<script src="{CLIENT}" defer></script>'.encode()
_SCRIPT = (Path(__file__).parent / "client.js").read_bytes()


class SiteHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from a mapping of files."""

    protocol_version = "HTTP/1.1"

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
        files = self._files()
        name = path.lstrip("/")
        if name == "" or name.endswith("/"):
            name += "index.html"
        status = HTTPStatus.OK if name in files else HTTPStatus.NOT_FOUND
        if status is HTTPStatus.NOT_FOUND:
            name = "404.html"
        content = files.get(name, b"<!doctype html><title>404</title><p>Not (yet) built.</p></body>")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "text/html":
            content = content.replace(b"</body>", _TAG + b"</body>")
        self._send(status, content, kind, body)

    def _send(self, status: HTTPStatus, content: bytes, kind: str, body: bool) -> None:
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
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
            if attempt == tries - 1:
                raise
    raise OSError("no port was tried")
