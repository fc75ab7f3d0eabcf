"""One answer about a video, as pieces of a document in any format."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager

from service.api.errors import unexpected
from service.api.formats import FileFormat, Format
from service.api.formats.as_skeleton import as_skeleton
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.engine import Engine
from service.errors import Problem
from service.media.video import Video
from service.networks.skeletons import SkeletonName
from service.options import Options
from service.temporal.pose import FramePoses
from service.video_poses import poses_of_video
from service.watch import timed

PROGRESS_EVERY_S = 1.0


@contextmanager
def poses_of(
    video: Video, engine: Engine, options: Options, cancelled: threading.Event | None = None
) -> Iterator[Iterator[FramePoses]]:
    """Run the pipeline over a video; when the block is left, it has stopped and the video can be closed.

    Parameters
    ----------
    video
        Open.
    engine, options
        What to run.
    cancelled
        When set, the work stops at the next frame.
    """
    poses = poses_of_video(video, engine, options, cancelled)
    assert isinstance(poses, Generator)  # so that it can be closed
    with closing(poses):
        yield poses


def document(
    header: HeaderSchema,
    poses: Iterable[FramePoses],
    form: Format | FileFormat,
    instance: str,
    skeleton: SkeletonName | None = None,
    cancelled: threading.Event | None = None,
) -> Iterator[bytes]:
    """Write the whole answer; memory does not grow with the video.

    Parameters
    ----------
    header
        What holds for all frames; its piece comes before anything is asked of `poses`.
    poses
        The answers, in order; may raise, at best a :class:`~service.errors.Problem`.
    form
        A writer that has written nothing yet.
    instance
        What the document is about if it ends in an error: the request's path or the video's name.
    skeleton
        What to give the joints in; the format's if None, and the network's if the format has none.
    cancelled
        When set, nobody wants the document any more: a file is not finished.

    Yields
    ------
    bytes
        Pieces of the document. Of a streamed format about one a frame; once it has begun, errors become its
        last piece. Of a file all come when it is whole; what `poses` raise after their first answer is in the
        file's `trouble`.

    Raises
    ------
    Problem
        Before the first piece, for files: there is no answer at all, or it cannot be written.
    """
    target = skeleton or form.skeleton
    if target is not None:
        header, poses = as_skeleton(header, poses, target)
    if isinstance(form, FileFormat):
        yield from _filed(header, poses, form, instance, cancelled or threading.Event())
    else:
        yield from _streamed(header, poses, form, instance)


def _filed(
    header: HeaderSchema,
    poses: Iterable[FramePoses],
    form: FileFormat,
    instance: str,
    cancelled: threading.Event,
) -> Iterator[bytes]:
    with form:
        form.begin(header)
        trouble = _fill(form, iter(poses), instance)
        if cancelled.is_set():
            return
        form.finish(trouble)
        yield from form.pieces()


def _fill(form: FileFormat, poses: Iterator[FramePoses], instance: str) -> ProblemDetails | None:
    """Add all answers, and say why there are no more."""
    answered = False
    while True:
        try:
            answer = next(poses, None)
        except Problem as problem:
            if not answered:
                raise
            return ProblemDetails.from_problem(problem, instance)
        if answer is None:
            return None
        with timed("answer"):
            form.add(answer)
        answered = True


def _streamed(
    header: HeaderSchema, poses: Iterable[FramePoses], form: Format, instance: str
) -> Iterator[bytes]:
    yield form.header(header)
    began = reported = time.monotonic()
    frames = 0
    try:
        for answer in poses:
            with timed("answer"):
                piece = form.frame(answer)
            yield piece
            frames += 1
            if time.monotonic() - reported >= PROGRESS_EVERY_S:
                reported = time.monotonic()
                if told := form.progress(frames, header.video.frames_estimated):
                    yield told
    except Exception as error:
        problem = error if isinstance(error, Problem) else unexpected(error)
        yield form.error(ProblemDetails.from_problem(problem, instance))
        return
    yield form.end(frames, time.monotonic() - began)
