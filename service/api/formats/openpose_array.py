"""OpenPose's frames in one JSON array, for programs that would rather read one file."""

from __future__ import annotations

from typing import ClassVar

from service.api.formats.file_format import FileFormat
from service.api.formats.openpose_frame import openpose_frame
from service.api.formats.people import compact
from service.api.schemas import HeaderSchema
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses


class OpenposeArray(FileFormat):
    """Item n is the object of frame n; see :func:`openpose_frame`. Errors are in the HTTP header."""

    name: ClassVar[str] = "openpose-json"
    media_type: ClassVar[str] = "application/vnd.flowpose.openpose+json"
    suffix: ClassVar[str] = "openpose.json"
    skeleton: ClassVar[SkeletonName | None] = SkeletonName.BODY25

    def _begin(self, header: HeaderSchema) -> None:
        self._separator = b"[\n"

    def _add(self, poses: FramePoses) -> None:
        self._write(self._separator + compact(openpose_frame(poses)))
        self._separator = b",\n"

    def _finish(self) -> None:
        self._write((b"[" if self._separator == b"[\n" else b"\n") + b"]\n")
