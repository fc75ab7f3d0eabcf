"""Results in a folder: a file that grows, closed by being renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from service.jobs.results import Segment, chain, length

SEGMENT_BYTES = 1 << 20  # some 20 minutes of a person in standard rate are a dozen of them
BLOCK_BYTES = 1 << 16
OPEN = ".part"


class SegmentWriter:
    """Appends to the last segment of a folder; see :class:`~service.jobs.results.ResultWriter`.

    Every line is given to the system at once, so that it outlives the process, and to the disk by
    :meth:`sync`, so that it outlives the machine. Opening it cuts a last line that was torn.

    Parameters
    ----------
    folder
        Made if it is not there.
    segment_bytes
        Size from which on a segment is closed.
    """

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._limit = segment_bytes
        closed = _closed(folder)
        self._first = self.frames = length(closed)
        self._closed_bytes = sum((folder / segment.name).stat().st_size for segment in closed)
        self._file = self._open()
        lines, self._end = _whole_lines(self._file)
        self._file.truncate(self._end)
        self._file.seek(self._end)
        self.frames += lines

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self._closed_bytes + self._end

    def append(self, line: bytes) -> None:
        """Add a line; if there is no room, it is as if nobody had tried.

        Raises
        ------
        OSError
            The disk is full.
        """
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise
        self._end += len(line)
        self.frames += 1
        if self._end >= self._limit:
            self._roll()

    def sync(self) -> None:
        """Wait for the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Wait for the disk and close the file; may be called twice."""
        if not self._file.closed:
            try:
                self.sync()
            finally:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> IO[bytes]:
        path = self._folder / f"{self._first:012d}{OPEN}"
        path.touch()
        return path.open("r+b", buffering=0)

    def _roll(self) -> None:
        """Close the segment by giving it its name, and begin the next one."""
        self.close()
        segment = Segment(self._first, self.frames - self._first)
        os.replace(self._folder / f"{self._first:012d}{OPEN}", self._folder / segment.name)
        _sync_folder(self._folder)
        self._closed_bytes += self._end
        self._first, self._end = self.frames, 0
        self._file = self._open()


class SegmentReader:
    """See :class:`~service.jobs.results.ResultReader`; takes no lock, and holds nobody up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def blocks(self, first: int) -> Iterator[bytes]:
        """All lines that are there, from a number on, in blocks of whole lines."""
        while True:
            begun = first
            for block in self._segment(first):
                first += block.count(b"\n")
                yield block
            if first == begun:
                return

    def _segment(self, number: int) -> Iterator[bytes]:
        """The lines of one segment, from a number on; nothing where there is none."""
        # A segment may get its name between looking and opening: the caller looks again.
        with suppress(FileNotFoundError):
            segment = chain(_closed(self._folder), number)
            first = segment.first if segment else length(_closed(self._folder))
            name = segment.name if segment else f"{first:012d}{OPEN}"
            if number >= first:
                with (self._folder / name).open("rb") as file:
                    yield from _blocks(file, number - first)


def _blocks(file: IO[bytes], skip: int) -> Iterator[bytes]:
    """Whole lines, without the first ones."""
    torn = b""
    while piece := file.read(BLOCK_BYTES):
        lines, _, torn = (torn + piece).rpartition(b"\n")
        block = lines + b"\n" if lines else b""
        passed = min(skip, block.count(b"\n"))
        block = block.split(b"\n", passed)[passed] if passed else block
        skip -= passed
        if block:
            yield block


def _closed(folder: Path) -> list[Segment]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return [segment for name in names if (segment := Segment.of_name(name)) is not None]


def _whole_lines(file: IO[bytes]) -> tuple[int, int]:
    """How many whole lines a file has, and where the last of them ends."""
    data = file.read()
    end = data.rfind(b"\n") + 1
    return data.count(b"\n"), end


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
