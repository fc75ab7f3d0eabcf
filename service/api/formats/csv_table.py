"""`text/csv` in long form: one row for each joint of each person in each frame."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from io import StringIO
from typing import Any, ClassVar

from service.api.formats.format import Format
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import FrameSchema, HeaderSchema
from service.temporal.pose import FramePoses

COLUMNS = ("frame", "time_s", "person", "joint", "x", "y", "score")


class Csv(Format):
    """Columns :data:`COLUMNS` (RFC 4180); frames with nobody in view have no row.

    Times in seconds, pixels of the displayed image from the top left; `x` and `y` are empty, and the score 0,
    where a joint is not known.
    """

    name: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv"
    suffix: ClassVar[str] = "csv"
    renamed: ClassVar[bool] = True

    def __init__(self, source: Source | None = None) -> None:
        super().__init__(source)
        self._joints: tuple[str, ...] = ()

    def header(self, header: HeaderSchema) -> bytes:
        """Write the row of column names."""
        self._joints = header.skeleton.joints
        return _rows([COLUMNS])

    def frame(self, poses: FramePoses) -> bytes:
        """Write a row for each joint."""
        frame = FrameSchema.from_poses(poses)
        return _rows(
            (frame.index, frame.time_s, person.id, name, *map(_cell, joint))
            for person in frame.people
            for name, joint in zip(self._joints, person.joints, strict=True)
        )

    def end(self, frames: int, seconds: float) -> bytes:
        """Write nothing: the table is complete as it is."""
        return b""

    def error(self, problem: ProblemDetails) -> bytes:
        """Write a last line that no reader takes for a row: `# error: ...`."""
        told = " ".join(f"{problem.title}: {problem.detail}".split())
        return f"# error: {problem.type}: {told}\r\n".encode()


def _cell(value: float) -> float | str:
    return value if math.isfinite(value) else ""


def _rows(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)  # line ends are \r\n, as RFC 4180 has them
    return text.getvalue().encode()
