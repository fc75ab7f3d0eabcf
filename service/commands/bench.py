"""`flowpose bench`: where the time of a video goes, and how fast the whole is; or what a device can do."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.api.answer import poses_of
from service.api.formats import Ndjson
from service.benchmark import USUAL, Plan
from service.commands.asked import AS_USUAL, Asked, asking
from service.commands.bench_device import (
    Batches,
    Fps,
    JsonTo,
    Live,
    Seconds,
    Streams,
    bench_device,
    networks_of,
    refuse_beside,
)
from service.commands.choices import OnDevice, make_engine
from service.engine import Engine, RunInfo
from service.media.frame import Frame, VideoInfo
from service.media.limits import MediaLimits
from service.media.reader import Reader
from service.media.sandbox.chosen import chosen_reader
from service.options import Options
from service.settings import read_settings
from service.stage_clock import StageClock


@dataclass(frozen=True, slots=True)
class Measured:
    """One pass over a video.

    Attributes
    ----------
    frames
        Answered.
    seconds
        On the wall, from opening the file to the last answer.
    stages
        Seconds by stage; empty when the stages ran beside each other, unobserved.
    """

    frames: int
    seconds: float
    stages: dict[str, float]


@asking
def bench(
    context: typer.Context,
    video: Annotated[
        Path | None,
        typer.Argument(
            metavar="VIDEO",
            exists=True,
            dir_okay=False,
            help="A video file; without one, the device is measured on pictures made here.",
        ),
    ] = None,
    frames: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many frames.", show_default=False)
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Passes end to end; the fastest counts.")] = 3,
    asked: Asked = AS_USUAL,
    device: OnDevice = None,
    batch: Batches = None,
    streams: Streams = USUAL.streams,
    live: Live = USUAL.live,
    fps: Fps = USUAL.fps,
    seconds: Seconds = USUAL.seconds,
    json_to: JsonTo = None,
) -> None:
    """Measure the path of a frame, stage by stage and end to end; without a VIDEO, all that a device does."""
    refuse_beside(context, video)
    settings = read_settings(device=device)
    if video is None:
        plan = Plan(
            models=networks_of(settings, asked.model),
            batches=tuple(batch or USUAL.batches),
            streams=streams,
            live=live,
            fps=fps,
            seconds=seconds,
            frames=frames or USUAL.frames,
            window=asked.window,
        )
        bench_device(plan, settings, json_to)
        return
    options = asked.options(settings)
    with (
        make_engine(settings) as engine,
        chosen_reader(settings.sandbox, settings.decode_idle_s, trusted=True) as reader,
    ):
        engine.warm(options)
        run = engine.describe(options)
        passes = [_end_to_end(video, reader, engine, options, frames) for _ in range(repeat)]
        peak = _peak_bytes()
        stages = _stage_by_stage(video, reader, engine, options, frames)
        with reader.open_video(video, MediaLimits()) as opened:
            info = opened.info
    _show(info, run, min(passes, key=lambda each: each.seconds), stages, peak)


def _end_to_end(path: Path, reader: Reader, engine: Engine, options: Options, frames: int | None) -> Measured:
    """Run as served, up to the text of the answer: everything that can goes on at the same time."""
    form = Ndjson()
    count = 0
    began = time.perf_counter()
    with reader.open_video(path, MediaLimits()) as video, poses_of(video, engine, options) as poses:
        for answer in islice(poses, frames):
            form.frame(answer)
            count += 1
    return Measured(count, time.perf_counter() - began, {})


def _stage_by_stage(
    path: Path, reader: Reader, engine: Engine, options: Options, frames: int | None
) -> Measured:
    """Run with a clock round each stage: reading and writing have theirs here, the others in the stream."""
    clock = StageClock()
    form = Ndjson()
    count = 0
    began = time.perf_counter()
    with clock("open"):
        video = reader.open_video(path, MediaLimits())
    with video, engine.stream(options) as stream:
        for frame in _clocked(islice(video, frames), clock):
            answers = stream.finish() if frame is None else stream.push(frame)
            with clock("encode"):
                count += len([form.frame(answer) for answer in answers])
        seconds = time.perf_counter() - began
        return Measured(count, seconds, {**clock.seconds, **stream.timings})


def _clocked(frames: Iterator[Frame], clock: StageClock) -> Iterator[Frame | None]:
    """Frames as they come, then None; the time that each takes to come is "decode"."""
    while True:
        with clock("decode"):
            frame = next(frames, None)
        yield frame
        if frame is None:
            return


def _peak_bytes() -> int:
    """Most memory that this process has had so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _show(info: VideoInfo, run: RunInfo, whole: Measured, parts: Measured, peak_bytes: int) -> None:
    console = Console()
    console.print("By stage, in threads beside each other:")
    table = Table("stage", "ms per frame")
    table.columns[1].justify = "right"
    for stage, seconds in sorted(parts.stages.items(), key=lambda each: -each[1]):
        table.add_row(stage, f"{seconds / max(parts.frames, 1) * 1e3:.2f}")
    console.print(table)
    for name, value in _facts(info, run, whole, peak_bytes).items():
        console.print(f"{name:12}{value}", highlight=False, soft_wrap=True)


def _facts(info: VideoInfo, run: RunInfo, whole: Measured, peak_bytes: int) -> dict[str, str]:
    rate = whole.frames / whole.seconds
    return {
        "end to end": f"{rate:.1f} frames/s ({whole.frames} frames in {whole.seconds:.2f} s)",
        "peak memory": f"{peak_bytes / 2**20:.0f} MiB",
        "video": f"{info.width} x {info.height}, {info.codec}",
        "model": f"{run.model}, SHA-256 {run.sha256}",
        "choices": f"window {run.window}, lookahead {run.lookahead}, flow {run.flow}, pooling {run.pooling}, "
        f"refine {run.refine}",
        "device": f"{run.device}, {os.cpu_count()} cores",
    }
