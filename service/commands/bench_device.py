"""`flowpose bench` without a video: all that a device does, table by table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from service.api.problems import ParametersInvalid
from service.benchmark import Plan, sections
from service.networks.catalogue import find
from service.settings import Settings

STUDIED = "spatial-net-fusion"  # the papers' network, which the aims are stated for
HALF = "-fp16"

OF_A_VIDEO = ("repeat", "flow", "pooling", "refine", "lookahead", "people", "crop", "box")
OF_A_DEVICE = ("batch", "streams", "live", "fps", "seconds", "json_to")

Batches: TypeAlias = Annotated[
    list[int] | None, typer.Option(min=1, help="Crops in one run of a network; 1, 8 and 32 unless said.")
]
Streams: TypeAlias = Annotated[int, typer.Option(min=1, help="Streams at a time, without a VIDEO.")]
Live: TypeAlias = Annotated[int, typer.Option(min=0, help="Live streams at a time, without a VIDEO.")]
Fps: TypeAlias = Annotated[float, typer.Option(min=0.1, help="Frames a second of a live stream.")]
Seconds: TypeAlias = Annotated[float, typer.Option(min=0.0, help="Least time of one measurement.")]
JsonTo: TypeAlias = Annotated[
    Path | None, typer.Option("--json", help="Write the tables to a file, too.", show_default=False)
]


def networks_of(settings: Settings, model: str | None) -> tuple[str, ...]:
    """What is measured: a network and its form in half precision; unless one is named, the papers' as well.

    Raises
    ------
    ModelUnknown
        There is none of that name.
    """
    names = dict.fromkeys([model] if model is not None else [settings.model, STUDIED])
    return tuple(dict.fromkeys(name for each in names for name in _forms(each)))


def refuse_beside(context: typer.Context, video: Path | None) -> None:
    """Let nobody believe that an option counted which does not: each belongs to one of both measurements.

    Raises
    ------
    ParametersInvalid
        Names the options, and what they go with.
    """
    wrong = OF_A_VIDEO if video is None else OF_A_DEVICE
    given = (context.get_parameter_source(name) for name in wrong)
    told = [
        name for name, source in zip(wrong, given, strict=True) if source and source.name == "COMMANDLINE"
    ]
    if told:
        options = ", ".join(f"--{'json' if name == 'json_to' else name}" for name in told)
        raise ParametersInvalid(f"{options}: {'only with' if video is None else 'not with'} a VIDEO")


def bench_device(plan: Plan, settings: Settings, json_to: Path | None) -> None:
    """Measure and print; the file is written anew after each table, so that what is there stays."""
    done = []
    for section in sections(plan, settings):
        typer.echo(section.markdown())
        done.append(section.to_json())
        if json_to is not None:
            _write(json_to, json.dumps(done, indent=1))


def _forms(name: str) -> Iterator[str]:
    find(name)
    yield name
    if not name.endswith(("-fp16", "-int8")):
        yield f"{name}{HALF}"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: whoever ends a long benchmark has what was measured so far."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
