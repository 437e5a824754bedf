"""The command line: parses, imports the command's module, and turns errors into lines and exit codes."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from generator import __version__
from generator.errors import BuildError, InputError

STAGES = ("dataset", "model", "saliency", "filters", "lime", "confusion", "tsne")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done; 1 the build failed; 2 bad input; 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is shown escaped: no reason to fail, least of all after the work.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    if options.command in ("serve", "train"):
        gc.enable()
    try:
        module = import_module(f"generator.commands.{options.command}")
        return int(module.run(options))
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        # The disk is full, a folder cannot be written: nothing that a traceback would explain better.
        where = "" if error.filename is None else f"{error.filename}: "
        print(f"{where}{error.strerror or error}; the old site is still in place", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the old site is still in place", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the command line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 <= int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"expected 0 to 65535, got '{text}'")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m generator",
        description="Publishes honest, bilingual reports of what an image classifier looks at.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    config = _Parser(add_help=False)
    config.add_argument("--config", type=Path, default=Path("config.yaml"), metavar="FILE", help="default: config.yaml")

    shared = _Parser(add_help=False, parents=[config])
    shared.add_argument("--profile", metavar="P", help="a profile of the configuration; default: its 'profile'")

    sources = _Parser(add_help=False)
    sources.add_argument("--data", metavar="PATH", help="FER2013 in any layout, or images in folders by class")
    sources.add_argument("--model", metavar="PATH", help="a Keras model (.keras, .h5, .hdf5)")

    output = _Parser(add_help=False)
    output.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="default: site")
    output.add_argument("--overwrite", action="store_true", help="replace generated files that were edited by hand")

    build = commands.add_parser("build", parents=[shared, sources, output], help="build the site")
    build.add_argument("--strict", action="store_true", help="fail if a claim does not hold or a translation is stale")
    build.add_argument("--explain", action="store_true", help="say for every stage whether it ran, and why")
    build.add_argument(
        "--force",
        action="append",
        default=[],
        choices=STAGES,
        metavar="STAGE",
        help=f"run anew: {', '.join(STAGES)}",
    )

    serve = commands.add_parser(
        "serve",
        parents=[shared, sources, output],
        help="build, serve on this machine, reload pages on every save",
    )
    serve.add_argument("--port", type=_port, default=8000, help="default: 8000, or the next free one")

    train = commands.add_parser("train", parents=[shared], help="train the profile's model; resumes where it was")
    train.add_argument("--data", metavar="PATH", help="training data; default: the profile's")
    train.add_argument("--folder", type=Path, metavar="DIR", help="checkpoints; default: .cache/train/…")

    check = commands.add_parser(
        "check", parents=[shared], help="check config, commentary, claims and links without computing"
    )
    check.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="the site to check")
    check.add_argument(
        "--accept-translation",
        type=Path,
        metavar="FILE",
        nargs="+",
        help="declare each FILE and its counterpart equal again",
    )

    commands.add_parser("draft", parents=[shared], help="write first commentary for pages that have none")
    clean = commands.add_parser("clean", parents=[config], help="remove cached results of all profiles")
    clean.add_argument("--all", action="store_true", help="training checkpoints and compiled modules too")
    return parser
