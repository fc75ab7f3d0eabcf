"""How the commands of `models` meet the user."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from service.commands.console import tell
from service.errors import Problem


def run(command: Callable[..., None]) -> None:
    """Run a command with the process's arguments; problems are one red line on stderr and exit status 1."""
    try:
        typer.run(command)
    except Problem as problem:
        tell(problem)
        sys.exit(1)
