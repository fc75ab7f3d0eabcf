"""What a streamed output format is: a writer of one document, piece by piece, in memory that stays small."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from service.api.formats.kind import Kind
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.temporal.pose import FramePoses


class Format(Kind, ABC):
    """Writes one answer; make one for each.

    Call :meth:`header` once, :meth:`frame` and :meth:`progress` any number of times, and then one of
    :meth:`end` and :meth:`error`. What they return, joined, is the document. It is for formats that say
    nothing at their beginning which only the end knows, and have a place for an error at their end; for all
    others see :class:`~service.api.formats.file_format.FileFormat`.
    """

    streams: ClassVar[bool] = True

    def __init__(self, source: Source | None = None) -> None:
        self._source = source or Source()

    @abstractmethod
    def header(self, header: HeaderSchema) -> bytes:
        """Begin the document."""

    @abstractmethod
    def frame(self, poses: FramePoses) -> bytes:
        """Add the answer for one frame."""

    def progress(self, frames: int, frames_estimated: int | None) -> bytes:
        """Say how far the work is; nothing in formats that have no place for it."""
        return b""

    @abstractmethod
    def end(self, frames: int, seconds: float) -> bytes:
        """End the document after `frames` frames and `seconds` of work."""

    @abstractmethod
    def error(self, problem: ProblemDetails) -> bytes:
        """End the document with the reason why there is no more."""
