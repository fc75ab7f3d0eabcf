"""`flowpose models`: which networks there are, and getting them."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from service.commands.choices import make_engine
from service.errors import Problem
from service.networks.catalogue import CARDS, DETECTOR
from service.settings import read_settings

app = typer.Typer(help="Networks: which there are, and getting them.", no_args_is_help=True)


class ModelsNotPulled(Problem):
    """A network could not be fetched or converted; the lines above say why."""

    name = "models-not-pulled"
    title = "The models could not be got"


@app.command("list")
def list_models() -> None:
    """List the networks, and which of them are on this machine."""
    settings = read_settings()
    table = Table(
        *(Column(title, no_wrap=True) for title in ("name", "here", "licence", "joints", "SHA-256")),
        "what it is",
    )
    with make_engine(settings) as engine:
        for info in engine.models():
            mark = "default" if info.name == settings.model else "yes"
            joints = str(len(info.skeleton.joints))
            here = mark if info.present else "-"
            table.add_row(info.name, here, info.licence, joints, (info.sha256 or "")[:12], info.description)
    console = Console()
    console.print(table)
    console.print(f"In {settings.models_dir}; `flowpose models pull NAME` gets more.", soft_wrap=True)


@app.command()
def pull(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="Networks of the list; the default one if none is named."),
    ] = None,
) -> None:
    """Fetch networks and convert them; needs the `export` extra. The person detector comes along."""
    settings = read_settings()
    wanted = names or [settings.model]
    pullable = [card.name for card in CARDS if card.pulled]
    unknown = set(wanted) - {*pullable, DETECTOR}
    if unknown:
        raise ModelsNotPulled(
            f"{', '.join(sorted(unknown))}: not in the list, which has {', '.join(pullable)}."
        )
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    # The converter is no part of what serves: it is called, never imported.
    command = [sys.executable, "-m", "export", "pull", *dict.fromkeys([*wanted, DETECTOR])]
    done = subprocess.run([*command, "--to", str(settings.models_dir)], check=False)
    if done.returncode != 0:
        raise ModelsNotPulled(f"`{' '.join(command[1:])}` ended with status {done.returncode}.")
