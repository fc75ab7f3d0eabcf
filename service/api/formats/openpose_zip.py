"""OpenPose's folder of JSON files, one a frame, in a zip file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import IO, ClassVar, cast

from service.api.formats.format import Format
from service.api.formats.kind import as_attachment
from service.api.formats.openpose_frame import openpose_frame
from service.api.formats.people import compact
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same video gives the same bytes


class Openpose(Format):
    """Files `video_000000000000_keypoints.json`, ..., as `--write_json` names them: :func:`openpose_frame`.

    The twelve digits are the frame's index. The zip file is streamed; of each file only its entry in the
    zip's directory, some 600 bytes, is kept until the end. What ends the video early is a last file,
    `error.json`.
    """

    name: ClassVar[str] = "openpose"
    media_type: ClassVar[str] = "application/zip"
    suffix: ClassVar[str] = "zip"
    skeleton: ClassVar[SkeletonName | None] = SkeletonName.BODY25

    def __init__(self, source: Source | None = None) -> None:
        super().__init__(source)
        self._outbox = _Outbox()
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._outbox), "w")

    @property
    def headers(self) -> Mapping[str, str]:
        """Name of the file."""
        return as_attachment("poses.zip")

    def header(self, header: HeaderSchema) -> bytes:
        """Write nothing: a zip file begins with its first file."""
        return b""

    def frame(self, poses: FramePoses) -> bytes:
        """Write the file of one frame."""
        return self._file(
            f"{self._source.title}_{poses.index:012d}_keypoints.json", compact(openpose_frame(poses))
        )

    def end(self, frames: int, seconds: float) -> bytes:
        """Write the zip's directory."""
        self._zip.close()
        return self._outbox.take()

    def error(self, problem: ProblemDetails) -> bytes:
        """Write the file `error.json` and the directory."""
        return self._file("error.json", problem.to_json()) + self.end(0, 0.0)

    def _file(self, name: str, data: bytes) -> bytes:
        info = zipfile.ZipInfo(name, LONG_AGO)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, data)
        return self._outbox.take()


class _Outbox:
    """A file that can only be written to, and gives away what was written."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
