"""The one thread of a stream: it decodes pictures and runs the network, never the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from service.api.stream.mailbox import Parcel
from service.api.stream.messages import PoseMessage
from service.api.stream.problems import FrameSizeChanged, TimestampNotIncreasing
from service.carrying import CarryingPool
from service.engine import Engine, RunInfo
from service.errors import Problem
from service.media.frame import Frame, Image
from service.media.image import read_image
from service.media.limits import MediaLimits
from service.options import Options
from service.pipeline import PoseStream
from service.watch import timed

T = TypeVar("T")

MICROSECOND = 1e-6


@dataclass(slots=True)
class _Seen:
    """What the pictures that were worked on have in common, and the time of the last one."""

    shape: tuple[int, ...] | None = None
    time_s: float = float("-inf")

    def check_time(self, time_s: float) -> None:
        if time_s <= self.time_s:
            raise TimestampNotIncreasing(f"{time_s:.6f} s is not after {self.time_s:.6f} s.")

    def check_shape(self, image: Image) -> None:
        if self.shape is not None and image.shape != self.shape:
            (height, width), (first_height, first_width) = image.shape[:2], self.shape[:2]
            raise FrameSizeChanged(
                f"The picture is {width} x {height} pixels, the first one was {first_width} x {first_height}."
            )


class Eye:
    """Sees the pictures of one stream; use as ``async with``, and ask one thing at a time.

    When the block is left, whatever was under way in the thread has ended, the pose stream is closed and
    the thread is about to be gone.

    Parameters
    ----------
    engine, options
        What to run.
    limits
        What a picture may be at most.
    """

    def __init__(self, engine: Engine, options: Options, limits: MediaLimits) -> None:
        self._engine = engine
        self._options = options
        self._limits = limits
        self._thread = CarryingPool(1, thread_name_prefix="flowpose-eye")
        self._stream: PoseStream | None = None
        self._seen = _Seen()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        closing = self._thread.submit(self._close)  # the thread does it even if nobody can wait for it
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closing)

    async def open(self) -> RunInfo:
        """Get the network ready, and say what runs.

        Raises
        ------
        ModelUnknown, ModelMissing, DeviceUnavailable
        """
        return await self._in_thread(self._open)

    async def see(self, parcel: Parcel) -> list[PoseMessage] | Problem:
        """Work on a picture.

        Returns
        -------
        Its first answer, without waiting for :meth:`settle`; or what is wrong with this picture, which then
        leaves no trace in the stream.
        """
        return await self._in_thread(lambda: self._see(parcel))

    async def settle(self) -> list[PoseMessage]:
        """The answers of earlier pictures that the last one made due."""
        return await self._in_thread(self._settle)

    async def finish(self) -> list[PoseMessage]:
        """No more pictures come: the answers still owed."""
        return await self._in_thread(self._finish)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> RunInfo:
        run = self._engine.describe(self._options)
        self._stream = self._engine.stream(self._options, live=True)
        return run

    def _see(self, parcel: Parcel) -> list[PoseMessage] | Problem:
        assert self._stream is not None, "opened before the first picture"
        try:
            frame = self._frame(parcel)
        except Problem as problem:
            return problem
        return [PoseMessage.from_poses(poses) for poses in self._stream.push(frame)]

    def _frame(self, parcel: Parcel) -> Frame:
        time_s = parcel.capture_us * MICROSECOND
        self._seen.check_time(time_s)
        with timed("decode"):
            image = read_image(parcel.data, self._limits)
        self._seen.check_shape(image)
        self._seen = _Seen(image.shape, time_s)
        return Frame(parcel.seq, time_s, image)

    def _settle(self) -> list[PoseMessage]:
        assert self._stream is not None, "opened before the first picture"
        return [PoseMessage.from_poses(poses) for poses in self._stream.settle()]

    def _finish(self) -> list[PoseMessage]:
        assert self._stream is not None, "opened before it is finished"
        return [PoseMessage.from_poses(poses) for poses in self._stream.finish()]

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
