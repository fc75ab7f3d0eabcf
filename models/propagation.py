"""`python -m models.propagation --data DIR`: how well labels are carried to the frames between, on JHMDB.

The question of PoseWarper's table 1 (Bertasius et al., NeurIPS 2019, section 4.1), asked of flow.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from models.command_line import run
from models.datasets.jhmdb import Clip, read_clips
from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.propagated import WAYS, Results, Trial, measure
from models.evaluation.report import ALPHAS, AS_SLASHES, mean_pck

EVERY = (3, 7, 15)  # frames; the paper labels every 7th
FAST_WAYS = ("copy", "straight line", "farneback", "dis")
NICENESS = 10


def propagation(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    every: Annotated[
        list[int] | None, typer.Option(min=2, help="Label every n-th frame; 3, 7 and 15 unless said.")
    ] = None,
    way: Annotated[
        list[str] | None,
        typer.Option(help=f"Of {', '.join(WAYS)}; unless said {', '.join(FAST_WAYS)}, the quick ones."),
    ] = None,
    clips: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only about N of the clips.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Carry labels from every n-th frame to the others, and print how many land where people put them."""
    ways = way or list(FAST_WAYS)
    if unknown := set(ways) - set(WAYS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: not one of {', '.join(WAYS)}")
    os.nice(NICENESS)
    chosen = _some(read_clips(data, "A"), clips)
    distances = every or list(EVERY)
    trials = [Trial(name, distance) for distance, name in product(distances, ways)]
    results = _measured(trials, chosen, workers)
    console = Console(width=160)
    console.print(
        _means(
            results, ways, distances, f"{len(chosen)} clips, frames without a label: mean PCK @ {AS_SLASHES}"
        )
    )
    for distance in distances:
        console.print(_joints(results, ways, distance))


def _some(clips: tuple[Clip, ...], count: int | None) -> tuple[Clip, ...]:
    return clips[:: max(1, len(clips) // count)][:count] if count else clips


def _measured(trials: Sequence[Trial], clips: Sequence[Clip], workers: int) -> Results:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("clips", total=len(clips))
        return measure(trials, clips, workers, lambda: progress.advance(task))


def _means(results: Results, ways: Sequence[str], distances: Sequence[int], title: str) -> Table:
    """One row for each way, one column for each distance of labels."""
    table = Table("labels carried by", title=title, box=box.MARKDOWN)
    for distance in distances:
        table.add_column(f"every {distance}", justify="right")
        table.add_column("wrists", justify="right")
    for way in ways:
        cells = []
        for tally in (results[Trial(way, distance)] for distance in distances):
            cells += [
                _slashes([mean_pck(tally, alpha) for alpha in ALPHAS]),
                f"{mean_pck(tally, 0.1, WRISTS):.1f}",
            ]
        table.add_row(way, *cells)
    table.caption = "wrists: PCK @ 0.1"
    return table


def _joints(results: Results, ways: Sequence[str], distance: int) -> Table:
    """One row for each joint, one column for each way."""
    table = Table("joint", title=f"every {distance}, PCK @ {AS_SLASHES}", box=box.MARKDOWN)
    for way in ways:
        table.add_column(way, justify="right")
    for name in MEASURED:
        tallies = (results[Trial(way, distance)] for way in ways)
        table.add_row(name, *(_slashes([mean_pck(tally, a, (name,)) for a in ALPHAS]) for tally in tallies))
    return table


def _slashes(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    run(propagation)
