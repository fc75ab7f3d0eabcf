"""What a worker does: one segment at a time."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Self

from service.engine import Engine
from service.errors import Problem
from service.media.frame import Frame
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.prefetch import read_ahead
from service.media.sandbox.chosen import chosen_reader
from service.pipeline import PoseStream
from service.settings import read_settings
from service.split.fetch import fetched
from service.split.identity import Identity, identity_of
from service.split.memory import lacks_memory
from service.split.seam import names_if_alike
from service.split.task import Order, Result, Task
from service.split.timetable import Stretch
from service.stream_memory import WARM_UP, StreamMemory
from service.temporal.pose import FramePoses


class Strayed(Exception):  # noqa: N818
    """The video is not as the timetable says."""


class Bench:
    """Everything that one worker needs for one video; a context manager.

    Parameters
    ----------
    order
        What holds for all segments.

    Raises
    ------
    VideoOutOfReach
        The worker cannot read the video.
    Problem
        What keeps the engine from being opened.
    """

    def __init__(self, order: Order) -> None:
        settings = read_settings(device=order.device, threads=order.threads)
        self._order = order
        with ExitStack() as undo:
            self._engine = undo.enter_context(
                Engine(settings.models_dir, settings.device, settings.threads, settings.cuda)
            )
            self._reader = undo.enter_context(
                chosen_reader(settings.sandbox, settings.decode_idle_s, trusted=order.trusted)
            )
            self._path = undo.enter_context(fetched(order.video, settings.temp_dir))
            run = self._engine.describe(order.options)
            self._identity = identity_of(run, socket.gethostname(), os.getpid())
            self._held = undo.pop_all()

    def identity(self) -> Identity:
        """Who works here."""
        return self._identity

    def work(self, task: Task) -> Result:
        """Do one segment.

        Raises
        ------
        MemoryError
            There is too little, whoever noticed that.
        """
        stretch, limits = task.stretch, self._order.limits
        try:
            with self._opened(stretch, limits) as video, self._engine.stream(self._order.options) as stream:
                return _Run(task, stream, self._identity, self._order.options.renew).run(video)
        except Strayed as strayed:
            return Result((), (), None, False, None, str(strayed), 0, self._identity)
        except Exception as error:
            if lacks_memory(error):
                raise MemoryError(f"{type(error).__name__}: {error}") from error
            raise

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self, stretch: Stretch | None, limits: MediaLimits) -> Video:
        if stretch is None:
            return self._reader.open_video(self._path, limits)
        try:
            return self._reader.open_video(self._path, limits, stretch.part)
        except Problem as problem:
            raise Strayed(problem.detail) from problem


class _Run:
    """One go at a segment."""

    def __init__(self, task: Task, stream: PoseStream, made_by: Identity, renew: int) -> None:
        self._task = task
        self._segment = task.segment
        self._stream = stream
        self._made_by = made_by
        self._renew = renew
        self._guesses = {guess.frame: guess for guess in task.guesses}
        self._answers: list[FramePoses] = []
        self._memories: list[StreamMemory] = []
        self._met: int | None = None
        self._frames = 0

    def run(self, video: Video) -> Result:
        """Take frames until the segment is answered or the video ends."""
        problem: Problem | None = None
        with closing(_numbered(video, self._task.stretch)) as source, read_ahead(source) as frames:
            try:
                for frame in frames:
                    if self._take(frame):
                        return self._result(ended=False, problem=None)
            except Problem as caught:
                if self._task.stretch is not None:
                    raise Strayed(caught.detail) from caught
                problem = caught
        self._keep(self._stream.finish())
        return self._result(ended=True, problem=problem)

    def _take(self, frame: Frame) -> bool:
        """Whether this was the last frame."""
        segment, memory = self._segment, self._task.memory
        if frame.index < segment.begin:
            return False
        if segment.anchor is not None and frame.index < segment.anchor:
            if memory is None:
                self._stream.skim(frame)
            return False
        if memory is not None and frame.index == segment.anchor:
            self._stream.resume(memory, frame)
            return False
        self._push(frame)
        stop = self._stop
        if stop is None or frame.index < stop - 1:
            return False
        self._keep(self._stream.settle())
        return True

    def _push(self, frame: Frame) -> None:
        self._frames += 1
        self._keep(self._stream.push(frame))
        if self._renew and frame.index % self._renew == 0 and self._met is None:
            memory = self._stream.memory()
            self._memories.append(memory)
            guess = self._guesses.get(frame.index)
            if guess is not None and names_if_alike(memory, guess) is not None:
                self._met = frame.index

    @property
    def _end(self) -> int | None:
        return self._segment.end if self._met is None else self._met + WARM_UP

    @property
    def _stop(self) -> int | None:
        return None if self._end is None else self._end + self._segment.overlap

    def _keep(self, answers: list[FramePoses]) -> None:
        self._answers += (answer for answer in answers if answer.index >= self._segment.first)

    def _result(self, *, ended: bool, problem: Problem | None) -> Result:
        end = None if ended and self._met is None else self._end
        answers = tuple(answer for answer in self._answers if end is None or answer.index < end)
        return Result(
            answers, tuple(self._memories), self._met, ended, problem, None, self._frames, self._made_by
        )


def _numbered(video: Video, stretch: Stretch | None) -> Generator[Frame]:
    """Frames with their indices in the whole video, checked against the timetable."""
    if stretch is None:
        yield from video
        return
    count = 0
    for frame in video:
        if count >= len(stretch.times_s) or frame.time_s != stretch.times_s[count]:
            raise Strayed(f"Frame {stretch.first + count:,} is shown at {frame.time_s:.6f} s.")
        yield Frame(stretch.first + count, frame.time_s, frame.image)
        count += 1
    if count != len(stretch.times_s):
        raise Strayed(f"The video ends after {stretch.first + count:,} frames.")
