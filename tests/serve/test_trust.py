"""The preview gives out the site alone, to this machine alone, for as long as it is left running."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.serve.events import Broker
from generator.serve.server import make_server
from tests.trust.project import build, start

FILES = {
    "index.html": b"<p>home</p></body>",
    "en/index.html": b"<p>page</p></body>",
    "404.html": b"<p>not here</p></body>",
}
EDITS = 500


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    server = make_server(0, lambda: FILES, Broker())
    assert server.server_address[0] == "127.0.0.1", "open to the network"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _asked(port: int, path: str, *hosts: str) -> bytes:
    """The raw answer to a GET with exactly these Host headers."""
    lines = [f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts), "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "path",
    [
        "/../config.yaml",
        "/en/../../config.yaml",
        "/%2e%2e/config.yaml",
        "/%2e%2e%2fconfig.yaml",
        "/..%5cconfig.yaml",
        "/....//config.yaml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/en/%00/../index.html",
        "/.manifest.json",
        "/~root/.profile",
        "/C:/Windows/win.ini",
        "/%c0%ae%c0%ae/config.yaml",
        "/index.html/..",
    ],
)
def test_paths_that_lead_out_of_the_site_are_not_found(
    port: int, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text("secret")
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path / "site")
    answer = _asked(port, path, "localhost")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"secret" not in answer
    assert b"root:" not in answer
    assert b"not here" in answer


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST"]
)
def test_this_machine_is_answered(port: int, host: str) -> None:
    assert b"page" in _asked(port, "/en/", host.format(port=port))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "localhost:80@evil.example",
        "192.168.0.7:{port}",
        "0.0.0.0:{port}",
        "",
        "[",
        "[::1",
        "[::2]",
    ],
)
@pytest.mark.parametrize("path", ["/", "/__events", "/__client.js"])
def test_other_names_for_this_machine_are_refused(port: int, host: str, path: str) -> None:
    """A page elsewhere may point its own name here (DNS rebinding); what it asks for still carries that name."""
    answer = _asked(port, path, host.format(port=port))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 403 ")
    assert b"home" not in answer


def test_without_a_host_there_is_no_answer(port: int) -> None:
    assert _asked(port, "/").startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"])
def test_nothing_can_be_changed_from_outside(port: int, method: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, "/index.html", body=b"x")
    assert connection.getresponse().status == 501
    connection.close()


def _resident(process: int) -> float:
    """Megabytes in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("utf-8"))
    assert found is not None
    return int(found.group(1)) / 1024


def _handles(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def _children(process: int) -> int:
    count = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            count += int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1]) == process
    return count


def _edit(folder: Path, number: int) -> None:
    """One save: of commentary, a template or the configuration, every fifth of them broken."""
    page = folder / "content/tiny/index.en.md"
    config, template = folder / "config.yaml", folder / "templates/404.html"
    if number % 50 == 25:
        config.write_text("profiles: [", "utf-8") if number % 100 == 25 else config.write_text(
            CONFIGURED[folder], "utf-8"
        )
    elif number % 10 == 7:
        template.write_text("{% if %}" if number % 20 == 7 else TEMPLATE, "utf-8")
    elif number % 10 == 3:
        page.write_text("# Broken\n\n{{ no.such.number }} {% endfor %}\n", "utf-8")
    else:
        page.write_text(f"# Saved\n\nEdit number {number}.\n", "utf-8")


CONFIGURED: dict[Path, str] = {}
TEMPLATE = (Path(__file__).resolve().parents[2] / "templates/404.html").read_text("utf-8")


def _page(address: str) -> str:
    with urllib.request.urlopen(f"{address}en/index.html", timeout=30) as answer:
        return str(answer.read().decode())


def _shows(address: str, words: str, seconds: float = 60) -> bool:
    for _ in range(int(seconds / 0.1)):
        with contextlib.suppress(OSError):
            if words in _page(address):
                return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="reads memory and handles from /proc")
def test_hundreds_of_edits_leak_nothing(project: Path) -> None:
    folder = project
    (folder / "content/tiny").mkdir(parents=True)
    for lang in ("en", "zh-Hant"):
        (folder / f"content/tiny/index.{lang}.md").write_text("# Saved\n\nEdit number 0.\n", "utf-8")
    CONFIGURED[folder] = (folder / "config.yaml").read_text("utf-8")
    assert build(folder).returncode == 0
    server = start(folder, "serve", "--port", "0")
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[0]
        for pipe in (server.stdout, server.stderr):  # somebody has to read what it says
            threading.Thread(target=lambda pipe=pipe: list(pipe), daemon=True).start()
        assert _shows(address, "Edit number 0.")
        for number in range(1, 101):
            _edit(folder, number)
            time.sleep(0.08)
        (folder / "content/tiny/index.en.md").write_text("# Saved\n\nEdit number 100, settled.\n", "utf-8")
        (folder / "templates/404.html").write_text(TEMPLATE, "utf-8")
        assert _shows(address, "Edit number 100, settled.")
        time.sleep(1)
        memory, handles, children = _resident(server.pid), _handles(server.pid), _children(server.pid)
        for number in range(101, EDITS + 1):
            _edit(folder, number)
            if number % 20 == 0:  # a tab that is opened and closed
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}__events", timeout=10) as events:
                    events.readline()
            time.sleep(0.08)
        (folder / "templates/404.html").write_text(TEMPLATE, "utf-8")
        (folder / "config.yaml").write_text(CONFIGURED[folder], "utf-8")
        (folder / "content/tiny/index.en.md").write_text("# Saved\n\nThe last edit.\n", "utf-8")
        assert _shows(address, "The last edit.")
        for _ in range(150):  # closed tabs are noticed by the next heartbeat
            if _handles(server.pid) <= handles + 2 and _children(server.pid) <= children:
                break
            time.sleep(0.1)
        assert _resident(server.pid) - memory < 50
        assert _handles(server.pid) <= handles + 2
        assert _children(server.pid) <= children
        server.send_signal(signal.SIGINT)
        assert server.wait(30) in (0, 130)
    finally:
        server.kill()
        server.wait()


def test_the_last_port_there_is_taken_gives_the_systems_own_words() -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 65535))
            taken.listen()
        except OSError:  # by somebody else: taken all the same
            pass
        with pytest.raises(OSError, match="in use"):
            make_server(65535, lambda: FILES, Broker())
