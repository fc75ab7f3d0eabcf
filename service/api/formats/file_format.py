"""What an output format is that cannot be streamed: a file, put together on disk, sent when it is whole."""

from __future__ import annotations

import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from service.api.formats.errors import room_for_answer
from service.api.formats.kind import Kind, as_attachment
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.temporal.pose import FramePoses

PIECE_BYTES = 1 << 16
PROBLEM_HEADER = "FlowPose-Problem"


class FileFormat(Kind, ABC):
    """Writes one answer into a temporary file; make one for each, as a context manager.

    Call :meth:`begin` once, :meth:`add` for each frame, :meth:`finish` once, and read :meth:`pieces`. When
    the context is left, by whatever way, the file is gone. It is for formats that say at their beginning
    what only the end knows, or that have no place for an error: that goes into the HTTP header
    `FlowPose-Problem`.

    Sub-classes write in :meth:`_begin`, :meth:`_add` and :meth:`_finish`, and what they hold is in `_held`.

    Attributes
    ----------
    trouble
        Why there are no more frames; None when all could be read.
    """

    streams: ClassVar[bool] = False

    def __init__(self, source: Source | None = None) -> None:
        self._source = source or Source()
        self._held = ExitStack()
        self.trouble: ProblemDetails | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """Name of the file, and what ended it early."""
        headers = as_attachment(f"poses.{self.suffix}")
        if self.trouble is not None:
            headers[PROBLEM_HEADER] = json.dumps(self.trouble.model_dump(exclude_none=True))
        return headers

    def begin(self, header: HeaderSchema) -> None:
        """Begin the document.

        Raises
        ------
        AnswerTooLarge
            This and all other methods that write: the disk is full.
        """
        self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - it lives until `close`
            prefix="flowpose-answer-", suffix=f".{self.suffix}", dir=self._source.temp_dir
        )
        self._held.callback(self._file.close)  # unlike its own context, removes it from a full disk too
        with room_for_answer():
            self._begin(header)

    def add(self, poses: FramePoses) -> None:
        """Add the answer for one frame."""
        with room_for_answer():
            self._add(poses)

    def finish(self, trouble: ProblemDetails | None = None) -> None:
        """End the document, with the reason why there is no more if there is one."""
        self.trouble = trouble
        with room_for_answer():
            self._finish()
            self._file.flush()

    def pieces(self) -> Iterator[bytes]:
        """Read the finished file."""
        with self._path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def close(self) -> None:
        """Let go of the file, finished or not; may be called twice."""
        with suppress(OSError):  # of a full disk: told already, or nobody is there to be told
            self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _path(self) -> Path:
        return Path(self._file.name)

    def _write(self, data: bytes) -> None:
        """Append to the file."""
        self._file.write(data)

    @abstractmethod
    def _begin(self, header: HeaderSchema) -> None: ...

    @abstractmethod
    def _add(self, poses: FramePoses) -> None: ...

    @abstractmethod
    def _finish(self) -> None:
        """Write the rest."""
