"""Formats that have a column for each joint of each person of the whole video."""

from __future__ import annotations

from contextlib import closing

from service.api.formats.file_format import FileFormat
from service.api.formats.tape import Tape
from service.api.schemas import HeaderSchema
from service.temporal.pose import FramePoses


class TapedFormat(FileFormat):
    """Keeps the frames on a tape until all people are known; sub-classes write all at the end.

    Programs that read marker files draw y upwards. So y is measured upwards from the middle of the lowest row
    of pixels of the displayed picture, x from the middle of its leftmost column to the right; z is 0. Units
    are pixels.
    """

    def _begin(self, header: HeaderSchema) -> None:
        self._bottom = header.video.height - 1
        self._tape = Tape(header.skeleton.joints, self._source.temp_dir)
        self._held.enter_context(closing(self._tape))

    def _add(self, poses: FramePoses) -> None:
        self._tape.put(poses)
