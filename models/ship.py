"""`python -m models.ship WEIGHTS.pt --to FILE.pt`: trained weights made small, as they come with FlowPose."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.command_line import run
from models.training.folded import ship as ship_weights


def ship(
    weights: Annotated[Path, typer.Argument(help="As the training writes them.")],
    to: Annotated[Path, typer.Option(help="The file to write; what network it is goes beside it.")],
) -> None:
    """Fold batch normalisation away, round to half precision, write; `python -m export torch` reads that."""
    to.parent.mkdir(parents=True, exist_ok=True)
    ship_weights(weights, to)
    data = to.read_bytes()
    Console().print(
        f"{to}  {len(data) / 2**20:.2f} MiB  sha256:{hashlib.sha256(data).hexdigest()}", soft_wrap=True
    )


if __name__ == "__main__":
    run(ship)
