"""`application/x-ndjson`: one object a line, told apart by `type`."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from service.api.formats.format import Format
from service.api.problem_details import ProblemDetails
from service.api.schemas import FrameSchema, HeaderSchema
from service.temporal.pose import FramePoses


class Ndjson(Format):
    """Lines `header`, `frame`, `progress`, and last of all `end` or `error`."""

    name: ClassVar[str] = "ndjson"
    media_type: ClassVar[str] = "application/x-ndjson"
    suffix: ClassVar[str] = "ndjson"

    def header(self, header: HeaderSchema) -> bytes:
        """Write the first line."""
        return _line("header", header.model_dump_json(by_alias=True).encode())

    def frame(self, poses: FramePoses) -> bytes:
        """Write the line of one frame."""
        return _line("frame", FrameSchema.from_poses(poses).model_dump_json().encode())

    def progress(self, frames: int, frames_estimated: int | None) -> bytes:
        """Write how many frames are done, and of how many if the file said so."""
        return _line("progress", _json(frames=frames, frames_estimated=frames_estimated))

    def end(self, frames: int, seconds: float) -> bytes:
        """Write the last line of an answer that is complete."""
        fps = round(frames / max(seconds, 1e-6), 1)
        return _line("end", _json(frames=frames, seconds=round(seconds, 3), fps=fps))

    def error(self, problem: ProblemDetails) -> bytes:
        """Write the last line of an answer that is not.

        `type` is taken by the kind of the line, so the problem's own type is in `problem`.
        """
        members = problem.model_dump(exclude_none=True)
        return _line("error", _json(problem=members.pop("type"), **members))


def _json(**members: Any) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()


def _line(kind: str, members: bytes) -> bytes:
    """Put the kind of the line before the members of a JSON object."""
    return b'{"type":"' + kind.encode() + b'",' + members[1:] + b"\n"
