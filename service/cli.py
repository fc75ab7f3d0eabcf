"""The `flowpose` command: one file a sub-command in `service.commands`, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from service.commands.bench import bench
from service.commands.cluster import cluster
from service.commands.console import tell
from service.commands.doctor import doctor
from service.commands.jobs import app as jobs
from service.commands.keys import app as keys
from service.commands.live import live
from service.commands.models import app as models
from service.commands.propagate import propagate
from service.commands.run import run
from service.commands.serve import serve
from service.commands.settings import settings
from service.errors import Problem


def make_cli() -> typer.Typer:
    """Put the sub-commands together."""
    app = typer.Typer(help="Video in, body joints out.", no_args_is_help=True, pretty_exceptions_enable=False)
    for command in (serve, cluster, run, propagate, live, bench, doctor, settings):
        app.command()(command)
    app.add_typer(jobs, name="jobs")
    app.add_typer(models, name="models")
    app.add_typer(keys, name="keys")
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, that of the process if `arguments` is None, and exit.

    A problem is one red line on stderr and exit status 1.
    """
    try:
        make_cli()(arguments)
    except Problem as problem:
        tell(problem)
        sys.exit(1)


if __name__ == "__main__":
    main()
