"""`flowpose propagate`: a video and labels on some of its frames in, labels on every frame out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.api.labels import read_document
from service.api.labels.answer import Answer
from service.commands.choices import Flow, ModelName, VideoPath, make_engine
from service.commands.console import to_people
from service.commands.whole_file import opened_output
from service.media.limits import MediaLimits
from service.media.reader import Reader
from service.media.sandbox.chosen import chosen_reader
from service.options import FlowMethod
from service.propagation import CarriedFrame, Method, warping_for
from service.settings import read_settings


def propagate(
    video: VideoPath,
    labels: Annotated[
        Path,
        typer.Argument(
            metavar="LABELS",
            exists=True,
            dir_okay=False,
            readable=True,
            help="COCO keypoint JSON whose images have a frame_index.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="COCO keypoint JSON, or - for stdout.")
    ],
    flow: Flow = FlowMethod.DIS,
    method: Annotated[Method, typer.Option(help="How labels are carried.")] = Method.FLOW,
    model: ModelName = None,
) -> None:
    """Carry labels on some frames of a video to all of its frames."""
    settings = read_settings()
    limits = MediaLimits(max_pixels=settings.max_pixels)
    document = read_document(labels.read_bytes())
    with (
        make_engine(settings) as engine,
        chosen_reader(settings.sandbox, settings.decode_idle_s, trusted=True) as reader,
    ):
        warping = warping_for(method, model, engine, settings.model)
        answer = Answer(document, method, flow, settings.temp_dir, warping)
        _write(answer, video, output, limits, reader)


def _write(answer: Answer, video: Path, output: Path, limits: MediaLimits, reader: Reader) -> None:
    with opened_output(output) as file, _progress(video, limits, reader) as step:
        for piece in answer.pieces(video, limits, video.name, step=step, reader=reader):
            file.write(piece)
    if answer.failure is not None:
        raise answer.failure  # the file is there, with all frames that could be read


@contextmanager
def _progress(path: Path, limits: MediaLimits, reader: Reader) -> Iterator[Callable[[CarriedFrame], None]]:
    """Show a bar; what it gives moves it on to a frame."""
    with reader.open_video(path, limits) as video:
        estimate = video.info.frames_estimated
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=to_people()) as bar:
        task = bar.add_task(escape(path.name), total=estimate)
        yield lambda answer: bar.update(task, completed=answer.index + 1)
