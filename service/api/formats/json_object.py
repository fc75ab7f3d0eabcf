"""`application/json`: one object, its frames in a list."""

from __future__ import annotations

from typing import ClassVar

from service.api.formats.format import Format
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import FrameSchema, HeaderSchema
from service.temporal.pose import FramePoses


class Json(Format):
    """See :class:`~service.api.schemas.AnswerSchema`; a line for each frame, for the eye."""

    name: ClassVar[str] = "json"
    media_type: ClassVar[str] = "application/json"
    suffix: ClassVar[str] = "json"

    def __init__(self, source: Source | None = None) -> None:
        super().__init__(source)
        self._separator = b""

    def header(self, header: HeaderSchema) -> bytes:
        """Begin the object and leave the list of frames open."""
        return header.model_dump_json(by_alias=True).encode()[:-1] + b',"frames":[\n'

    def frame(self, poses: FramePoses) -> bytes:
        """Add an item to the list."""
        piece = self._separator + FrameSchema.from_poses(poses).model_dump_json().encode()
        self._separator = b",\n"
        return piece

    def end(self, frames: int, seconds: float) -> bytes:
        """Close the list and the object."""
        return b"\n]}\n"

    def error(self, problem: ProblemDetails) -> bytes:
        """Close the list and name the error, so that the document can be read all the same."""
        return b'\n],"error":' + problem.to_json() + b"}\n"
