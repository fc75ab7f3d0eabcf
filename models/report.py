"""`python -m models.report --data KIND=DIR ...`: measure, and write the report."""

from __future__ import annotations

import time
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from models.command_line import run
from models.datasets.catalogue import READERS
from models.reporting.assemble import Places, assemble, key_of
from models.reporting.bench import Bench
from models.reporting.catalogue import SECTIONS
from models.reporting.machine import machine
from models.reporting.record import Record
from service.errors import Problem
from service.options import Options
from service.settings import read_settings

SectionName = StrEnum("SectionName", [(name.upper(), name) for name in SECTIONS])  # type: ignore[misc]
OUT = Path(__file__).parent / "REPORT.md"


def report(
    data: Annotated[
        list[str] | None, typer.Option(metavar="KIND=DIR", help="A data set: mpii, coco, street, jhmdb.")
    ] = None,
    only: Annotated[
        list[SectionName] | None, typer.Option(help="Measure only this section; may be repeated.")
    ] = None,
    model: Annotated[str, typer.Option(help="That videos are measured with.")] = Options().model,
    clips: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only every N-th clip and person: a quick look.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    out: Annotated[Path, typer.Option(help="The report; figures and pictures go beside it.")] = OUT,
) -> None:
    """Measure the sections for which there is data, and put the report together from all figures.

    Without --data and --only nothing is measured. A section that lacks something keeps its old figures.
    """
    bench = Bench(dict(map(_folder, data or [])), read_settings().models_dir, model, clips, workers)
    places = Places(out)
    names = [each.value for each in only] if only else list(SECTIONS) if data else []
    for name in names:
        _measure(name, bench, places, strict=bool(only))
    assemble(places)


def command_of(name: str, bench: Bench) -> str:
    """What measures a section again, the folders left out."""
    words = ["python -m models.report", *(f"--data {kind}=DIR" for kind in bench.data), f"--only {name}"]
    if SECTIONS[name].by_model and bench.model != Options().model:
        words.append(f"--model {bench.model}")
    if bench.every is not None:
        words.append(f"--clips {bench.every}")
    return " ".join(words)


def _folder(pair: str) -> tuple[str, Path]:
    kind, _, folder = pair.partition("=")
    if kind not in READERS or not folder:
        raise typer.BadParameter(
            f"{pair!r} is not KIND=DIR; the kinds: {', '.join(READERS)}", param_hint="--data"
        )
    return kind, Path(folder)


def _measure(name: str, bench: Bench, places: Places, strict: bool) -> None:
    """Measure one section and store it; what is missing ends the program only if it was asked for."""
    console = Console(stderr=True, highlight=False)
    started = time.monotonic()
    try:
        figures = SECTIONS[name].measure(bench)
    except Problem as problem:
        if strict:
            raise
        console.print(f"{name}: left as it was. {escape(problem.title)}: {escape(problem.detail)}")
        return
    minutes = round((time.monotonic() - started) / 60, 1)
    record = Record(command_of(name, bench), machine(), date.today().isoformat(), minutes, figures)
    record.save(places.figures(key_of(name, bench.model)))
    console.print(f"{name}: {minutes} minutes")


if __name__ == "__main__":
    run(report)
