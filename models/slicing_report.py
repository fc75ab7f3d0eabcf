"""`python -m models.slicing_report --data DIR`: Thin-Slicing's tables 1 to 3 on held-out JHMDB clips."""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import read_clips
from models.datasets.split import learnt_from
from models.evaluation.degrade import Damage
from models.slicing.compare import Comparison, compare, poolings_for
from models.slicing.tables import ALPHAS, table_of, to_json
from service.commands.whole_file import whole_file
from service.networks.catalogue import find
from service.options import Options
from service.refine.graph import body_of
from service.refine.springs import read_springs, springs_for
from service.settings import read_settings


def slicing_report(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")] = Options().model,
    springs: Annotated[
        Path | None, typer.Option(help="A file of springs; the shipped ones unless said.")
    ] = None,
    clips: Annotated[int, typer.Option(min=1, metavar="N", help="Only every N-th clip.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    json_output: Annotated[Path | None, typer.Option("--json", help="Also write the results here.")] = None,
) -> None:
    """Compare no graph, the body's, and the body's over time, on single-frame and on pooled heatmaps."""
    skeleton = find(model).skeleton
    held = springs_for(skeleton) if springs is None else read_springs(springs, body_of(skeleton))
    chosen = [clip for clip in read_clips(data) if not learnt_from(clip)][::clips]
    if not chosen:
        raise DatasetUnreadable(f"{data / 'joints.json'} has no clip to measure on.")
    models_dir = read_settings().models_dir
    comparison = Comparison(models_dir, Options(model=model), held, poolings_for(find(model), models_dir))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("clips", total=len(chosen))
        results = compare(
            comparison, chosen, tuple(Damage), workers, lambda count: progress.advance(task, count)
        )
    title = f"{model}, {len(chosen)} clips held out from the springs"
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(title)
    for damage, alpha in product(Damage, ALPHAS):
        console.print(table_of(results, damage, alpha))
    if json_output is not None:
        with whole_file(json_output) as unfinished:
            document = {"title": title, "results": to_json(results)}
            unfinished.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(slicing_report)
