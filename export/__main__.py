"""``python -m export``: bring the networks onto this machine, and turn trained ones into files to serve."""

from __future__ import annotations

import argparse
import importlib.util
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from export import commands
from service.errors import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; answers the exit status (0, 1 for a problem told on stderr)."""
    options = _parser().parse_args(arguments)
    missing = [name for name in options.needs if importlib.util.find_spec(name) is None]
    if missing:
        print(f"Missing Python packages: {', '.join(missing)}; install {options.extra}", file=sys.stderr)
        return 1
    try:
        options.run(options)
    except Problem as problem:
        print(f"{problem.title}: {problem.detail}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m export", description="Get and convert the networks.")
    subparsers = parser.add_subparsers(dest="command", required=True)
    adding = (commands.add_list, commands.add_pull, commands.add_torch, commands.add_posewarper)
    for add in (*adding, commands.add_compare, commands.add_half_cost):
        add(subparsers)
    return parser


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(1)  # unwinds, so that temporary folders go


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())
