"""`flowpose live`: a camera on a terminal, here or against a server."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from service.api.schemas import TIME_DECIMALS, ModelSchema, PersonSchema, SkeletonSchema
from service.client import FlowPose, PoseAnswer, RemoteProblem, ServerGone
from service.commands.asked import AS_USUAL, Asked, asking
from service.commands.camera import Shot, shots_of
from service.commands.choices import OnDevice, make_engine
from service.commands.console import to_people
from service.commands.live_report import LiveReport
from service.commands.newest import Newest
from service.commands.whole_file import OutputImpossible
from service.engine import Engine
from service.errors import Problem
from service.media.frame import Frame, Image
from service.media.limits import MediaLimits
from service.options import Options
from service.settings import read_settings
from service.temporal.pose import FramePoses

STDOUT = Path("-")


class StreamRefused(Problem):
    """The server that `--url` names cannot be reached, or ended the stream."""

    name = "stream-refused"
    title = "The server does not serve the stream"


@asking
def live(
    camera: Annotated[
        str, typer.Option(metavar="N|FILE", help="The number of a camera, or a video file to play as one.")
    ] = "0",
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A FlowPose server, ws://host:port; without it, works here."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="NAME.ndjson for all answers, or - for stdout.")
    ] = None,
    asked: Asked = AS_USUAL,
    device: OnDevice = None,
) -> None:
    """Find the joints in what a camera sees, until it ends or Ctrl-C is pressed.

    A line a second tells how it goes. Pictures that come faster than they can be worked on are dropped.
    """
    settings = read_settings(device=device)
    options = asked.options(settings)
    limits = MediaLimits(max_pixels=settings.max_pixels)
    with ExitStack() as held:
        if url is None:
            engine = held.enter_context(make_engine(settings))
            engine.warm(options)  # or the camera would not wait for it
            work: Callable[[Newest[Shot], LiveReport], None] = _Here(engine, options)
        else:
            work = _There(url, options, asked.model)
        report = LiveReport(held.enter_context(_opened(out)), to_people())
        shots = Newest(shots_of(camera, limits), report.given_up)
        with _interrupted_by(shots.stop), shots:
            failure = _failure_of(work, shots, report)
        report.end(failure)
    if failure is not None:
        raise failure


def _failure_of(
    work: Callable[[Newest[Shot], LiveReport], None], shots: Newest[Shot], report: LiveReport
) -> Exception | None:
    """Work until the pictures end, and give what ended them or the work early."""
    try:
        work(shots, report)
    except Problem as problem:
        return problem
    return shots.failure


class _Here:
    """Works in this process.

    Parameters
    ----------
    engine, options
        What to run.
    """

    def __init__(self, engine: Engine, options: Options) -> None:
        self._engine = engine
        self._options = options

    def __call__(self, shots: Newest[Shot], report: LiveReport) -> None:
        run = self._engine.describe(self._options)
        skeleton = SkeletonSchema.from_skeleton(run.skeleton).model_dump(mode="json")
        report.start(skeleton, ModelSchema.from_run(run).model_dump(mode="json"))
        with self._engine.stream(self._options, live=True) as stream:
            for shot in shots:
                report.sent(shot.number, shot)
                for poses in stream.push(Frame(shot.number, shot.time_s, shot.image)):
                    report.take(_answer_of(poses))
            for poses in stream.finish():
                report.take(_answer_of(poses))


class _There:
    """Works on a server.

    Parameters
    ----------
    url
        Where it is.
    options
        What to ask for.
    model
        The network to ask for; None for the server's own choice.

    Raises
    ------
    StreamRefused
        The address is not one.
    """

    def __init__(self, url: str, options: Options, model: str | None) -> None:
        try:
            self._client = FlowPose(url)
        except ValueError as error:
            raise StreamRefused(f"{error}.") from None
        self._options = _start_of(options, model)

    def __call__(self, shots: Newest[Shot], report: LiveReport) -> None:
        try:
            asyncio.run(self._run(shots, report))
        except (RemoteProblem, ServerGone) as error:
            raise StreamRefused(str(error)) from error

    async def _run(self, shots: Newest[Shot], report: LiveReport) -> None:
        def sent() -> Iterator[tuple[float, Image]]:
            report.start(stream.ready["skeleton"], stream.ready["model"])
            for seq, shot in enumerate(shots):
                report.sent(seq, shot)
                yield shot.time_s, shot.image

        async with self._client.stream(sent(), **self._options) as stream:
            async for answer in stream:
                report.take(answer)


def _start_of(options: Options, model: str | None) -> dict[str, Any]:
    asked = {**asdict(options), "model": model}
    del asked["renew"]  # of files only
    return asked


def _answer_of(poses: FramePoses) -> PoseAnswer:
    people = [PersonSchema.from_pose(person).model_dump(mode="json") for person in poses.people]
    time_s = round(poses.time_s, TIME_DECIMALS)
    return PoseAnswer(poses.index, time_s, poses.stage, people, poses.pooled, 0.0)


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[bytes] | None]:
    """Open the output for lines that can be read while more are written."""
    if out is None or out == STDOUT:
        yield None if out is None else sys.stdout.buffer
        return
    try:
        file = out.open("wb")
    except OSError as error:
        raise OutputImpossible(f"{out}: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def _interrupted_by(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C end the work in order; a second one ends it at once."""

    def on_signal(number: int, _: object) -> None:
        signal.signal(number, signal.default_int_handler)
        stop()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
