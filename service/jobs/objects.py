"""Results in an object store: one object for what was done since the last one."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from service.jobs.results import Segment, chain, length


class ObjectWriter:
    """Puts lines into objects that never change; see :class:`~service.jobs.results.ResultWriter`.

    Parameters
    ----------
    files
        An fsspec file system.
    folder
        Where in it the results of the job are.
    """

    def __init__(self, files: Any, folder: str) -> None:
        self._files = files
        self._folder = folder
        segments = _segments(files, folder)
        self._safe = self.frames = length(segments)
        self.size = sum(int(files.size(f"{folder}/{segment.name}") or 0) for segment in segments)
        self._waiting: list[bytes] = []

    def append(self, line: bytes) -> None:
        """Keep a line for the next object."""
        self._waiting.append(line)
        self.frames += 1
        self.size += len(line)

    def sync(self) -> None:
        """Put the object; its name says which lines it has, so that a repeated put does no harm."""
        if self._waiting:
            segment = Segment(self._safe, len(self._waiting))
            self._files.pipe_file(f"{self._folder}/{segment.name}", b"".join(self._waiting))
            self._safe, self._waiting = segment.end, []

    def close(self) -> None:
        """Put what is left; may be called twice."""
        self.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ObjectReader:
    """See :class:`~service.jobs.results.ResultReader`."""

    def __init__(self, files: Any, folder: str) -> None:
        self._files = files
        self._folder = folder

    def blocks(self, first: int) -> Iterator[bytes]:
        """All lines that are there, from a number on, one object after the other."""
        segments = _segments(self._files, self._folder)
        while (segment := chain(segments, first)) is not None:
            data: bytes = self._files.cat_file(f"{self._folder}/{segment.name}")
            passed = first - segment.first
            yield data.split(b"\n", passed)[passed]
            first = segment.end


def _segments(files: Any, folder: str) -> list[Segment]:
    files.invalidate_cache(folder)
    try:
        paths = files.ls(folder, detail=False)
    except FileNotFoundError:
        return []
    names = (str(path).rpartition("/")[2] for path in paths)
    return [segment for name in names if (segment := Segment.of_name(name)) is not None]
