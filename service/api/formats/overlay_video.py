"""The video itself with the joints drawn into it, as H.264 in an mp4 file."""

from __future__ import annotations

from contextlib import ExitStack
from typing import ClassVar

from service.api.formats.file_format import FileFormat
from service.api.schemas import HeaderSchema
from service.media.drawn_video import drawn_video
from service.temporal.pose import FramePoses


class Mp4(FileFormat):
    """Every frame as displayed, at its own time: presentation times stay exact, in the file's time base.

    Drawn are limbs, joints, ids, and with `heatmap=JOINT` that joint's pooled heatmap. There is no sound.
    The index is at the front (ISO/IEC 14496-12). Files that begin before 0 are moved to 0; odd sizes get
    one more row or column. What ended the video early is in the HTTP header.
    """

    name: ClassVar[str] = "mp4"
    media_type: ClassVar[str] = "video/mp4"
    suffix: ClassVar[str] = "mp4"
    renamed: ClassVar[bool] = True
    timed: ClassVar[bool] = True

    def _begin(self, header: HeaderSchema) -> None:
        source, skeleton = self._source, header.skeleton
        assert source.video is not None, "an overlay is of a video"
        self._drawing = self._held.enter_context(ExitStack())
        self._drawn = self._drawing.enter_context(
            drawn_video(
                self._path, source.video, source.limits, skeleton.edges, skeleton.joints, source.reader
            )
        )

    def _add(self, poses: FramePoses) -> None:
        self._drawn.add(poses)

    def _finish(self) -> None:
        self._drawing.close()
