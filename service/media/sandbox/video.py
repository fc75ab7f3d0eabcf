"""A video that is decoded in a worker."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import count

from service.media.frame import Frame, VideoInfo
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.sandbox.errors import DecoderMisbehaved
from service.media.sandbox.messages import Ended, FrameReady, Opened
from service.media.sandbox.ring import SLOTS, Ring
from service.media.sandbox.worker import Worker


class SandboxedVideo(Video):
    """A video that a worker decodes.

    Parameters
    ----------
    worker
        Has begun its job, and is closed with the video.
    limits
        Of the job. The worker keeps to them; that it does is checked.

    Raises, while iterating
    -----------------------
    VideoDamaged, VideoTooLong
        After the last frame, as without a sandbox.
    DecoderCrashed, DecoderStalled, DecoderMisbehaved
        After the last frame that came.
    """

    def __init__(self, worker: Worker, limits: MediaLimits) -> None:
        self._worker = worker
        self._limits = limits
        with ExitStack() as undo:
            undo.callback(worker.close)
            self._opened = worker.hear(Opened)
            self._check()
            self._ring = Ring(self._opened.width, self._opened.height)
            undo.callback(self._ring.close)
            worker.lend(SLOTS, self._ring.descriptor)
            self._held = undo.pop_all()
        self._frames = self._read()

    @property
    def info(self) -> VideoInfo:
        """See :attr:`Video.info`."""
        told = self._opened
        return VideoInfo(told.width, told.height, told.rotation, told.frames, told.codec)

    @property
    def time_base(self) -> Fraction:
        """See :attr:`Video.time_base`."""
        return Fraction(*self._opened.time_base)

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def close(self) -> None:
        """End the worker and release the memory; may be called twice."""
        self._frames.close()
        self._held.close()

    def _check(self) -> None:
        """Refuse what the worker should have refused: it may not make the service allocate what it likes."""
        pixels = self._opened.width * self._opened.height
        if pixels > self._limits.max_pixels:
            self._worker.close()
            raise DecoderMisbehaved(f"It claims pictures of {pixels:,} pixels.")
        self._limits.check_length(self._opened.frames, None)

    def _read(self) -> Generator[Frame, None, None]:
        start_s: float | None = None
        for index in count():
            message = self._worker.hear(FrameReady, Ended)
            if not isinstance(message, FrameReady):
                return
            start_s = message.time_s if start_s is None else start_s
            self._limits.check_length(index + 1, message.time_s - start_s)
            image = self._ring.picture(index)
            self._worker.take_back()
            yield Frame(index, message.time_s, image)
