"""``python -m export``: bring the networks onto this machine."""

from __future__ import annotations

import argparse
import importlib.util
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from export.sources import SOURCES
from service.errors import Problem

NEEDED = ("flatbuffers", "onnx", "tflite")  # the `export` extra


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; answers the exit status (0, 1 for a problem told on stderr)."""
    options = _parser().parse_args(arguments)
    if options.command == "list":
        _list()
        return 0
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(f"Missing Python packages: {', '.join(missing)}; install flowpose[export]", file=sys.stderr)
        return 1
    try:
        _pull(options.names, options.to, options.force, options.keep_sources)
    except Problem as problem:
        print(f"{problem.title}: {problem.detail}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m export", description="Get and convert the networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="name, kind, package, file and its SHA-256 of what can be pulled")
    pull = commands.add_parser("pull", help="fetch, verify and convert networks to ONNX")
    pull.add_argument("names", nargs="+", metavar="NAME", help=", ".join(SOURCES))
    pull.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the ONNX files")
    pull.add_argument("--force", action="store_true", help="convert again what is there and sound")
    pull.add_argument(
        "--keep-sources", type=Path, metavar="DIR", help="keep the TFLite files here, and look here first"
    )
    return parser


def _list() -> None:
    for source in SOURCES.values():
        print(
            f"{source.model:16}  {source.kind:8}  {source.package!s:32}  {source.file_name}  {source.sha256}"
        )


def _pull(names: Sequence[str], to: Path, force: bool, keep_sources: Path | None) -> None:
    from export.pull import pull  # here, because it needs the packages that main has looked for

    for pulled in pull(names, to, force=force, keep_sources=keep_sources):
        print(pulled, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(1)  # unwinds, so that temporary folders go


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())
