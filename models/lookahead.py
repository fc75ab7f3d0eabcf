"""`python -m models.lookahead --data DIR`: what waiting for later frames buys, on JHMDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import matplotlib
import typer
from matplotlib.figure import Figure
from rich import box
from rich.console import Console
from rich.table import Table

from models.command_line import run
from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import learnt_from
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import WRISTS
from models.evaluation.metrics import Tally
from models.evaluation.report import mean_pck
from models.evaluation.served import Job, Setting, measure
from service.options import Options, Pooling
from service.settings import read_settings

LOOKAHEADS = (0, 1, 3, 7, 15)  # frames; 0 is the provisional answer of a live stream
FRAME_MS = 40  # JHMDB has 25 frames a second


@dataclass(frozen=True, slots=True)
class Waited:
    """How good answers are that waited for some frames.

    Attributes
    ----------
    lookahead
        Frames waited for.
    clean, blurred
        Frames as they are, and with a third of them motion-blurred.
    """

    lookahead: int
    clean: Tally
    blurred: Tally


def lookahead(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")] = Options().model,
    unseen: Annotated[
        bool, typer.Option("--unseen/--all", help="Only clips that pooling weights were not learnt from.")
    ] = True,
    clips: Annotated[int, typer.Option(min=1, metavar="N", help="Only every N-th clip.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    plot: Annotated[Path | None, typer.Option(help="Also draw the curves here (SVG or PNG).")] = None,
) -> None:
    """Run the served pipeline with several look-aheads; print a table and draw it."""
    chosen = [clip for clip in read_clips(data, "A") if not (unseen and learnt_from(clip))][::clips]
    rows = [_measure(count, model, chosen, workers) for count in LOOKAHEADS]
    Console(width=140).print(_table(rows, f"{model}, parametric, window 15, {len(chosen)} clips"))
    if plot is not None:
        _draw(rows, plot)


def _measure(count: int, model: str, clips: Sequence[Clip], workers: int) -> Waited:
    settings = (Setting(Damage.NONE, Pooling.PARAMETRIC), Setting(Damage.BLUR, Pooling.PARAMETRIC))
    options = replace(Options(model=model), lookahead=count)
    job = Job(read_settings().models_dir, options, settings, threads=1 if workers > 1 else None)
    results = measure(job, clips, workers)
    return Waited(count, *(results[setting] for setting in settings))


def _table(rows: list[Waited], title: str) -> Table:
    table = Table(title=title, box=box.MARKDOWN)
    for column in (
        "look-ahead",
        "waits at 25/s",
        "PCK @ 0.1",
        "jitter",
        "blurred: PCK @ 0.1",
        "wrists",
        "jitter",
    ):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            str(row.lookahead),
            f"{row.lookahead * FRAME_MS} ms",
            f"{mean_pck(row.clean, 0.1):.1f}",
            f"{row.clean.jitter:.2f}",
            f"{mean_pck(row.blurred, 0.1):.1f}",
            f"{mean_pck(row.blurred, 0.1, WRISTS):.1f}",
            f"{row.blurred.jitter:.2f}",
        )
    return table


def _draw(rows: list[Waited], path: Path) -> None:
    """Accuracy and jitter against the look-ahead, side by side."""
    waits = [row.lookahead for row in rows]
    with matplotlib.rc_context({"svg.hashsalt": "flowpose", "font.size": 9}):
        figure = Figure(figsize=(7, 2.6), layout="constrained")
        accuracy, calm = figure.subplots(1, 2)
        for name, tallies in (("clean", [r.clean for r in rows]), ("blurred", [r.blurred for r in rows])):
            accuracy.plot(waits, [mean_pck(tally, 0.1) for tally in tallies], marker="o", label=name)
            calm.plot(waits, [tally.jitter for tally in tallies], marker="o", label=name)
        for axes, title in ((accuracy, "PCK @ 0.1, %"), (calm, "jitter, px of a 256 crop")):
            axes.set(title=title, xlabel="look-ahead, frames", xticks=waits)
            axes.grid(alpha=0.3)
        calm.set_ylim(bottom=0)
        accuracy.legend()
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


if __name__ == "__main__":
    run(lookahead)
