"""The results of a job: line n is frame n, kept in segments. The one interface of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A run of lines that will not change any more; its name says which.

    Attributes
    ----------
    first
        Number of its first line.
    count
        How many lines there are in it.
    """

    first: int
    count: int

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.first:012d}-{self.count:08d}.ndjson"

    @property
    def end(self) -> int:
        """Number of the line after its last."""
        return self.first + self.count

    @classmethod
    def of_name(cls, name: str) -> Segment | None:
        """What a file of that name is; None if it is no whole segment."""
        numbers, _, kind = name.partition(".")
        first, _, count = numbers.partition("-")
        if kind != "ndjson" or not (first.isdecimal() and count.isdecimal()):
            return None
        return cls(int(first), int(count))


class ResultWriter(Protocol):
    """Adds lines to the results of one job; one worker at a time has it."""

    @property
    def frames(self) -> int:
        """Lines that are there."""
        ...

    @property
    def size(self) -> int:
        """Bytes that are there."""
        ...

    def append(self, line: bytes) -> None:
        """Add a line, which ends in a line feed and has no other."""
        ...

    def sync(self) -> None:
        """Make what was added safe, whatever happens to the machine, and give it to readers."""
        ...

    def close(self) -> None:
        """Make safe, and let go."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ResultReader(Protocol):
    """Reads the results of one job, also while they grow."""

    def blocks(self, first: int) -> Iterator[bytes]:
        """All lines that are there, from a number on, in blocks of whole lines."""
        ...


def chain(segments: list[Segment], first: int) -> Segment | None:
    """The segment in which a line is; of several, written by workers that overlapped, the longest.

    Parameters
    ----------
    segments
        In any order.
    first
        Number of the line.
    """
    holding = [segment for segment in segments if segment.first <= first < segment.end]
    return max(holding, key=lambda segment: segment.end, default=None)


def length(segments: list[Segment]) -> int:
    """How many lines there are without a gap."""
    frames = 0
    while (segment := chain(segments, frames)) is not None:
        frames = segment.end
    return frames
