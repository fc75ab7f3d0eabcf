"""`python -m models.propagation --data DIR`: how well labels are carried to the frames between, on JHMDB.

PoseWarper's table 1 (Bertasius et al., NeurIPS 2019, section 4.1), for flow and for warpers of ours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import learnt_from
from models.evaluation.carried_score import CarriedScore
from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.propagated import WAYS, Results, Trial, measure
from models.evaluation.report import ALPHAS, AS_SLASHES, mean_pck

EVERY = (3, 7, 15)  # frames; the paper labels every 7th
SINGLE = "single frame"  # row of the network given
WARPED = ("posewarper", "posewarper cycle")  # rows of the files given
FAST_WAYS = ("copy", "straight line", "farneback", "dis")
NICENESS = 10

Rows: TypeAlias = Mapping[tuple[str, int], CarriedScore]
"""Results by way and distance of labels."""


def propagation(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    every: Annotated[
        list[int] | None, typer.Option(min=2, help="Label every n-th frame; 3, 7 and 15 unless said.")
    ] = None,
    way: Annotated[
        list[str] | None,
        typer.Option(help=f"Of {', '.join(WAYS)}; unless said {', '.join(FAST_WAYS)}, the quick ones."),
    ] = None,
    warper: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="ONNX file; adds the row posewarper.")
    ] = None,
    cycle_warper: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Adds the row posewarper cycle.")
    ] = None,
    network: Annotated[
        str | None, typer.Option(help="Adds a row: this network's own answers, each frame for itself.")
    ] = None,
    clips: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only about N of the clips.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Carry labels from every n-th frame to the others, and print how many land where people put them.

    With a warper only clips that it was not taught on count, for all rows.
    """
    chosen_ways = way or list(FAST_WAYS)
    if unknown := set(chosen_ways) - set(WAYS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: not one of {', '.join(WAYS)}")
    os.nice(NICENESS)
    warpers = {name: file for name, file in zip(WARPED, (warper, cycle_warper), strict=True) if file}
    ways = [*chosen_ways, *([SINGLE] if network else []), *warpers]
    chosen = _some(_clips(data, bool(warpers)), clips)
    distances = every or list(EVERY)
    trials = [
        Trial(name, distance, warpers.get(name), network if name == SINGLE else None)
        for distance, name in product(distances, ways)
    ]
    measured = _measured(trials, chosen, workers)
    results = {(trial.way, trial.every): score for trial, score in measured.items()}
    which = "held-out clips" if warpers else "clips"
    title = f"{len(chosen)} {which}, frames without a label: mean PCK @ {AS_SLASHES}"
    console = Console(width=160)
    console.print(_means(results, ways, distances, title))
    for distance in distances:
        console.print(_joints(results, ways, distance))


def _clips(data: Path, held_out: bool) -> tuple[Clip, ...]:
    clips = tuple(each for each in read_clips(data, "A") if not (held_out and learnt_from(each)))
    if not clips:
        raise DatasetUnreadable(f"{data} has no clip that warpers were not taught on")
    return clips


def _some(clips: tuple[Clip, ...], count: int | None) -> tuple[Clip, ...]:
    return clips[:: max(1, len(clips) // count)][:count] if count else clips


def _measured(trials: Sequence[Trial], clips: Sequence[Clip], workers: int) -> Results:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("clips", total=len(clips))
        return measure(trials, clips, workers, lambda: progress.advance(task))


def _means(results: Rows, ways: Sequence[str], distances: Sequence[int], title: str) -> Table:
    """One row for each way, one column for each distance of labels."""
    table = Table("labels carried by", title=title, box=box.MARKDOWN)
    for distance in distances:
        table.add_column(f"every {distance}", justify="right")
        table.add_column("wrists", justify="right")
    for way in ways:
        cells = []
        for tally in (results[way, distance].tally for distance in distances):
            cells += [
                _slashes([mean_pck(tally, alpha) for alpha in ALPHAS]),
                f"{mean_pck(tally, 0.1, WRISTS):.1f}",
            ]
        table.add_row(way, *cells)
    table.caption = "wrists: PCK @ 0.1"
    return table


def _joints(results: Rows, ways: Sequence[str], distance: int) -> Table:
    """One row for each joint, one column for each way."""
    title = f"every {distance}, PCK @ {AS_SLASHES}; average precision @ {ALPHAS[1]:g}"
    table = Table("joint", title=title, box=box.MARKDOWN)
    for way in ways:
        table.add_column(way, justify="right")
    for joint, name in enumerate(MEASURED):
        table.add_row(name, *(_of_joint(results[way, distance], joint) for way in ways))
    return table


def _of_joint(score: CarriedScore, joint: int) -> str:
    pck = _slashes([score.tally.pck(alpha)[joint] for alpha in ALPHAS])
    return f"{pck}; {score.average_precision(ALPHAS[1])[joint]:.1f}"


def _slashes(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    run(propagation)
