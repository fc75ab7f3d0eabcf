"""`flowpose run`: a video file in, a file of joints out, without a server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.api.answer import document
from service.api.formats import FORMATS, Choice, FormatName, Source, choose
from service.api.schemas import HeaderSchema
from service.commands.asked import AS_USUAL, Asked, asking
from service.commands.choices import OnDevice, VideoPlace
from service.commands.console import to_people
from service.commands.hands import Hands
from service.commands.overlay import overlay_to
from service.commands.whole_file import STDOUT, OutputImpossible, opened_output
from service.media.sandbox.chosen import chosen_reader
from service.networks.skeletons import SkeletonName
from service.settings import read_settings
from service.split.fetch import fetched
from service.split.split import workers_of
from service.temporal.pose import FramePoses


@asking
def run(
    video: VideoPlace,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="NAME.json, .ndjson, .csv, .parquet, .trc, .c3d, .zip (OpenPose), .mp4, or - for stdout.",
        ),
    ],
    overlay: Annotated[
        Path | None, typer.Option(metavar="FILE.mp4", help="Also draw the joints into a copy of the video.")
    ] = None,
    output_format: Annotated[
        FormatName | None,
        typer.Option("--format", help="By the output's suffix unless said.", show_default=False),
    ] = None,
    skeleton: Annotated[
        SkeletonName | None,
        typer.Option(help="Joints for csv, parquet, trc, c3d and mp4.", show_default=False),
    ] = None,
    heatmap: Annotated[
        str | None, typer.Option(metavar="JOINT", help="Draw its heatmap too; with mp4 or --overlay.")
    ] = None,
    asked: Asked = AS_USUAL,
    device: OnDevice = None,
    workers: Annotated[
        str, typer.Option(metavar="WHERE", help="Work together: 2 (processes), ray://HOST:PORT, ray://local.")
    ] = "",
) -> None:
    """Find the joints in every frame of a video."""
    settings = read_settings(device=device)
    options = replace(asked.options(settings), heatmap=heatmap)
    drawn_here = heatmap if overlay is None else None
    choice = choose(output_format or _format_by_suffix(output), "", skeleton, drawn_here)
    hands = Hands(settings, options, workers_of(workers), video, device)
    with fetched(video, settings.temp_dir) as path, opened_output(output) as file:
        _check_output(output, path)
        if overlay is not None:
            _check_overlay(overlay, path)
        failure = _write(Path(video).name, path, hands, choice, file, overlay)
    if failure is not None:
        raise failure  # the file is there, with all frames that could be read


def _format_by_suffix(output: Path) -> FormatName:
    if output == STDOUT:
        return FormatName.NDJSON
    suffixes = {f".{FORMATS[name].suffix}": name for name in FormatName}
    for suffix in sorted(suffixes, key=len, reverse=True):  # .coco.json before .json
        if output.name.endswith(suffix):
            return suffixes[suffix]
    raise OutputImpossible(f"{output} ends in none of {', '.join(suffixes)}; or say --format.")


def _check_output(output: Path, video: Path) -> None:
    if output != STDOUT and output.exists() and output.samefile(video):
        raise OutputImpossible(f"The output would replace the video itself, {video}.")


def _check_overlay(overlay: Path, video: Path) -> None:
    if overlay.suffix != ".mp4":
        raise OutputImpossible(f"The overlay is an mp4 file; {overlay} is not called so.")
    if overlay.exists() and overlay.samefile(video):
        raise OutputImpossible(f"The overlay would replace the video itself, {video}.")


def _write(
    name: str, path: Path, hands: Hands, choice: Choice, file: IO[bytes], overlay: Path | None
) -> Exception | None:
    """Write everything, and give what ended it early."""
    settings, limits = hands.settings, hands.limits
    with ExitStack() as held:
        reader = held.enter_context(chosen_reader(settings.sandbox, settings.decode_idle_s, trusted=True))
        run, poses_over = held.enter_context(hands.at_work(path, reader))
        form = choice.writer(Source(Path(name).stem, path, limits, settings.temp_dir, reader))
        video = held.enter_context(reader.open_video(path, limits))
        steps = [held.enter_context(_progress(name, video.info.frames_estimated))]
        if overlay is not None:
            steps.append(held.enter_context(overlay_to(overlay, path, limits, run.skeleton, reader)).add)
        poses = _Watched(held.enter_context(poses_over(video)), steps)
        header = HeaderSchema.from_run(video.info, run)
        for piece in document(header, poses, form, name, choice.skeleton):
            file.write(piece)
    return poses.failure


class _Watched:
    """Answers on their way into the file: each is shown to `steps`, and what ends them early is kept."""

    def __init__(self, poses: Iterator[FramePoses], steps: Sequence[Callable[[FramePoses], None]]) -> None:
        self._poses = poses
        self._steps = steps
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[FramePoses]:
        try:
            for answer in self._poses:
                for step in self._steps:
                    step(answer)
                yield answer
        except Exception as error:
            self.failure = error
            raise


@contextmanager
def _progress(name: str, frames_estimated: int | None) -> Iterator[Callable[[FramePoses], None]]:
    """Show a bar; what it gives moves it on by a frame."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=to_people()) as bar:
        task = bar.add_task(escape(name), total=frames_estimated, rate="")

        def step(answer: FramePoses) -> None:
            frames = answer.index + 1
            rate = frames / max(time.monotonic() - began, 1e-3)
            bar.update(task, completed=frames, rate=f"{rate:.0f} frames/s")

        yield step
