"""The answer about a video, read while the server writes it."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import httpx

from service.client.errors import RemoteProblem, ServerGone


class Poses:
    """An iterator over the frames of a video, in constant memory; made by :meth:`FlowPose.poses`.

    Gives one dictionary a frame: `index`, `time_s`, `people`, `pooled`. Read to the end, it lets go of the
    connection; to stop early, close it or use it as a context manager.

    Parameters
    ----------
    response
        Streamed lines of JSON, nothing read yet.
    held
        Closed at the end, whatever way it comes.

    Attributes
    ----------
    header
        `schema`, `skeleton`, `video` and `model`.
    end
        `frames`, `seconds` and `fps`; None until all frames have been given.

    Raises, while iterating
    -----------------------
    RemoteProblem
        After all frames that could be read: what is wrong with the rest of the video.
    ServerGone
        The answer broke off.
    """

    def __init__(self, response: httpx.Response, held: ExitStack) -> None:
        self._held = held
        self._lines = response.iter_lines()
        self.header = self._first_line()
        self.end: dict[str, Any] | None = None
        self._frames = self._read()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        return next(self._frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection, so that the server stops; may be called twice."""
        self._frames.close()
        self._held.close()

    def _first_line(self) -> dict[str, Any]:
        try:
            header = self._line()
        except BaseException:
            self._held.close()
            raise
        header.pop("type")
        return header

    def _read(self) -> Generator[dict[str, Any]]:
        with self._held:
            while True:
                line = self._line()
                kind = line.pop("type")
                if kind == "frame":
                    yield line
                elif kind == "error":
                    raise RemoteProblem.from_members(line)
                elif kind == "end":
                    self.end = line
                    return

    def _line(self) -> dict[str, Any]:
        try:
            line: dict[str, Any] = json.loads(next(self._lines))
        except StopIteration:
            raise ServerGone("The answer broke off before its end.") from None
        except httpx.TransportError as error:
            raise ServerGone(f"The answer broke off: {error or type(error).__name__}.") from error
        return line
