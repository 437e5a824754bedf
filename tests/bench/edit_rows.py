"""From a save to the page that shows it, in a browser with the preview open."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.checkout import ROOT, checkout
from tests.bench.timing import absolute

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The moment at which a marked text stands on the page, laid out and about to be painted.
_NOTICE = """
(() => {
  let last = "";
  const look = () => {
    const found = /Mark \\d+x/.exec(document.body?.textContent ?? "");
    if (found && found[0] !== last) {
      last = found[0];
      document.body.getBoundingClientRect();
      requestAnimationFrame(() => console.log(found[0] + " " + (performance.timeOrigin + performance.now())));
    }
  };
  new MutationObserver(look).observe(document, {childList: true, subtree: true, characterData: true});
})();
"""
Edit = Callable[[str, int], str]


def rows(folder: Path, runs: int) -> Iterator[str]:
    """At least twenty saves of each kind on the default report."""
    text = "content/faces/1-saliency.en.md"
    kinds: dict[str, tuple[str, Edit]] = {
        "commentary": (text, lambda whole, mark: f"{whole}\n\nMark {mark}x.\n"),
        "page template": ("templates/page.html", _in_template("</main>")),
        "figure template": ("templates/figures/saliency-means.html", lambda whole, mark: f"{whole}<p>Mark {mark}x</p>"),
    }
    with _preview(folder) as address, _tab(f"{address}en/1-saliency.html") as (tab, seen):
        for number, (kind, (name, edit)) in enumerate(kinds.items()):
            file = folder / name
            whole = file.read_text("utf-8")
            taken = [_saved(tab, seen, file, edit(whole, mark), mark) for mark in _marks(number, max(runs, 20))]
            file.write_text(whole, "utf-8")
            time.sleep(1)
            yield absolute(f"`serve`: {len(taken)} saves of a {kind}, each until the open page shows it", taken, "ms")


def _in_template(before: str) -> Edit:
    return lambda whole, mark: whole.replace(before, f"<p>Mark {mark}x</p>{before}")


def _marks(number: int, count: int) -> range:
    return range(1000 * (number + 1), 1000 * (number + 1) + count)


def _saved(tab: Any, seen: dict[int, float], file: Path, text: str, mark: int) -> float:
    """Seconds from the write to the page."""
    begun = time.time()
    file.write_text(text, "utf-8")
    for _ in range(1000):
        tab.wait_for_timeout(10)
        if mark in seen:
            tab.wait_for_timeout(500)  # as a person would, who reads before typing on
            return seen[mark] / 1000 - begun
    raise TimeoutError(f"the page did not show edit {mark}")


@contextlib.contextmanager
def _preview(folder: Path) -> Iterator[str]:
    """A preview of a copy of this checkout, with its results."""
    checkout(folder)
    command = [sys.executable, "-m", "generator", "build", "--config", str(folder / "config.yaml"), "--out"]
    subprocess.run([*command, str(folder / "site")], check=True, capture_output=True, cwd=ROOT)
    command[3] = "serve"
    command += [str(folder / "site"), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().split()[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


@contextlib.contextmanager
def _tab(address: str) -> Iterator[tuple[Any, dict[int, float]]]:
    """An open page, and the moments at which it showed each mark."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1200, "height": 900})
        seen: dict[int, float] = {}

        def note(message: Any) -> None:
            if message.text.startswith("Mark "):
                _, mark, moment = message.text.split()
                seen.setdefault(int(mark.rstrip("x")), float(moment))

        tab.on("console", note)
        tab.add_init_script(_NOTICE)
        tab.goto(address)
        tab.wait_for_timeout(5000)
        yield tab, seen
        browser.close()
