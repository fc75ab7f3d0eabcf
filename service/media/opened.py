"""An open video, wherever it is decoded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from types import TracebackType
from typing import Self

from service.media.frame import Frame, VideoInfo


class Video(ABC):
    """An open video: iterate over it once, and close it (it is a context manager).

    Gives one :class:`Frame` for each decoded picture, in the order of presentation, in constant memory. Times
    are those of the file and need not start at 0. Images are as displayed: rotated, with square pixels, and
    all of the size of the first. Made by :func:`service.media.video.open_video` or by a sandbox.

    Raises, while iterating
    -----------------------
    VideoDamaged
        After the last frame that could be read, if anything was missing or broken.
    VideoTooLong
        After the last frame that the limits allow.
    """

    @property
    @abstractmethod
    def info(self) -> VideoInfo:
        """What is known of the video; size and rotation from its first frame, the length from its header."""

    @property
    @abstractmethod
    def time_base(self) -> Fraction:
        """The file's unit of time, seconds: all times are whole multiples of it."""

    @abstractmethod
    def __iter__(self) -> Iterator[Frame]: ...

    @abstractmethod
    def close(self) -> None:
        """Release the file and the decoder; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
