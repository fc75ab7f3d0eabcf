"""`python -m models.evaluate --data DIR`: accuracy and calm of the served pipeline on JHMDB."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip, Tier, read_clips
from models.datasets.split import learnt_from
from models.evaluation.degrade import Damage
from models.evaluation.report import joints_table, summary_table, to_json
from models.evaluation.served import POOLINGS, Job, Results, Setting, measure
from service.commands.whole_file import whole_file
from service.options import FlowMethod, Options
from service.settings import read_settings
from service.temporal.grid import HALF_WINDOW


class Tiers(StrEnum):
    """Which clips: labels of tier A are exact, those of B can be off by a few pixels."""

    A = "A"
    B = "B"
    ALL = "all"

    @property
    def tier(self) -> Tier | None:
        """As the reader of the data set wants it."""
        names: dict[Tiers, Tier] = {Tiers.A: "A", Tiers.B: "B"}
        return names.get(self)


def evaluate(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")] = Options().model,
    flow: Annotated[FlowMethod, typer.Option(help="Optical flow.")] = FlowMethod.DIS,
    window: Annotated[
        int, typer.Option(min=0, max=HALF_WINDOW, help="Neighbours on each side.")
    ] = HALF_WINDOW,
    lookahead: Annotated[
        int, typer.Option(min=0, max=HALF_WINDOW, help="Of them in the future.")
    ] = HALF_WINDOW,
    tier: Annotated[Tiers, typer.Option(help="Which clips.")] = Tiers.A,
    unseen: Annotated[
        bool, typer.Option("--unseen/--all", help="Only clips that pooling weights were not learnt from.")
    ] = True,
    damage: Annotated[
        list[Damage] | None, typer.Option(help="Of the video; none and blur unless said.")
    ] = None,
    clips: Annotated[
        int, typer.Option(min=1, metavar="N", help="Only every N-th clip, for a quick look.")
    ] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    json_output: Annotated[Path | None, typer.Option("--json", help="Also write the results here.")] = None,
) -> None:
    """Run the served pipeline over labelled clips, for every pooling, and print what it hits."""
    options = Options(model=model, flow=flow, window=window, lookahead=min(lookahead, window))
    damages = damage or [Damage.NONE, Damage.BLUR]
    settings = tuple(Setting(each, pooling) for each, pooling in product(damages, POOLINGS))
    chosen = [clip for clip in read_clips(data, tier.tier) if not (unseen and learnt_from(clip))][::clips]
    if not chosen:
        raise DatasetUnreadable(f"{data / 'joints.json'} has no such clip of tier {tier.value}.")
    job = Job(read_settings().models_dir, options, settings, threads=1 if workers > 1 else None)
    results = _measure(job, chosen, workers)
    title = (
        f"{model}, flow {flow.value}, window {window}, look-ahead {options.lookahead}, {len(chosen)} clips"
    )
    _print(results, damages, title)
    if json_output is not None:
        with whole_file(json_output) as unfinished:
            document = {"title": title, "results": to_json(results)}
            unfinished.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _measure(job: Job, clips: Sequence[Clip], workers: int) -> Results:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("clips", total=len(clips))
        return measure(job, clips, workers, lambda count: progress.advance(task, count))


def _print(results: Results, damages: Sequence[Damage], title: str) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(summary_table(results, title))
    for damage in damages:
        part = {setting: tally for setting, tally in results.items() if setting.damage is damage}
        console.print(joints_table(part, f"damage: {damage.value}"))


if __name__ == "__main__":
    run(evaluate)
