"""What an output format is: a writer of one document, piece by piece, in memory that does not grow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.temporal.pose import FramePoses


class Format(ABC):
    """Writes one answer; make one for each.

    Call :meth:`header` once, :meth:`frame` and :meth:`progress` any number of times, and then one of
    :meth:`end` and :meth:`error`. What they return, joined, is the document.

    Attributes
    ----------
    name
        What `format=` calls it, and the suffix of its files.
    media_type
        What the `Accept` header calls it.
    """

    name: ClassVar[str]
    media_type: ClassVar[str]

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
