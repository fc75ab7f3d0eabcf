"""The options and arguments that commands share, one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from service.engine import Engine
from service.networks.device import Device
from service.options import MAX_PEOPLE, CropSource, FlowMethod, Pooling, Refine
from service.settings import Settings
from service.split.fetch import is_address
from service.temporal.grid import HALF_WINDOW

VideoPath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="VIDEO", exists=True, dir_okay=False, readable=True, help="A video file.")
]


def _existing(video: str) -> str:
    if not is_address(video) and not Path(video).is_file():
        raise typer.BadParameter(f"There is no file {video!r}.")
    return video


VideoPlace: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="VIDEO", callback=_existing, help="A video file, or an address such as s3://bucket/name."
    ),
]
ModelName: TypeAlias = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="A network; see `flowpose models list`.")
]
Flow: TypeAlias = Annotated[FlowMethod, typer.Option(help="Dense optical flow between frames.")]
Pool: TypeAlias = Annotated[Pooling, typer.Option(help="How a window's heatmaps become one.")]
Refined: TypeAlias = Annotated[Refine, typer.Option(help="Which body model chooses among peaks.")]
Window: TypeAlias = Annotated[
    int, typer.Option(min=0, max=HALF_WINDOW, help="Neighbours on each side, in frames.")
]
Lookahead: TypeAlias = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=HALF_WINDOW,
        help="Neighbours in the future; the whole window unless said.",
        show_default=False,
    ),
]
People: TypeAlias = Annotated[int, typer.Option(min=1, max=MAX_PEOPLE, help="The most people to follow.")]
Crop: TypeAlias = Annotated[CropSource, typer.Option(help="Where the network looks.")]
Box: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="X,Y,W,H", help="The person in the first frame, pixels; with --crop box."),
]
OnDevice: TypeAlias = Annotated[
    Device | None, typer.Option(help="Goes before FLOWPOSE_DEVICE.", show_default=False)
]


def make_engine(settings: Settings) -> Engine:
    """Make an engine of the settings; a context manager."""
    return Engine(settings.models_dir, settings.device, settings.threads, settings.cuda)
