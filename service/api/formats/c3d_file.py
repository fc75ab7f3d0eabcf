"""C3D, the binary format of motion laboratories (c3d.org, "The C3D file format user guide")."""

from __future__ import annotations

import tempfile
from typing import ClassVar

import c3d  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from service.api.formats.taped_format import TapedFormat

UNITS = "px"
NAMES_IN_ONE_PARAMETER = 255  # then follow LABELS2, LABELS3, ...
TIME = "time_s"
INVALID = -1  # residual of a point that is not known
COLUMNS = 5  # of a point: x, y, z, residual, cameras


class C3d(TapedFormat):
    """Points called as the joints, in float32; where the video has several people, `person1:nose` and so on.

    POINT:UNITS is px, y goes upwards (see :class:`TapedFormat`; POINT:X_SCREEN is +X, Y_SCREEN +Y), z is 0.
    The residual is 0; where a point is not known it is -1, and the coordinates mean nothing. C3D knows a
    fixed rate only: POINT:RATE is the mean one, TRIAL:ACTUAL_START_FIELD the frame of that rate at which
    the video starts, counted from 1, and the one analog channel, `time_s`, has each frame's own
    presentation time in seconds. Scores have no place. What ended the video early is in the HTTP header.
    """

    name: ClassVar[str] = "c3d"
    media_type: ClassVar[str] = "application/x-c3d"
    suffix: ClassVar[str] = "c3d"
    renamed: ClassVar[bool] = True
    timed: ClassVar[bool] = True

    def _finish(self) -> None:
        writer = self._writer()
        labels = self._tape.labels
        self._name_points(writer, labels)
        with tempfile.TemporaryFile(prefix="flowpose-c3d-", dir=self._source.temp_dir) as file:
            # The library keeps every frame: views of a file, which the system may drop from memory.
            shape = (self._tape.frames, len(labels), COLUMNS)
            points = np.memmap(file, np.float32, "w+", shape=shape)
            for number, taped in enumerate(self._tape):
                self._fill(points[number], self._tape.row(taped))
                writer.add_frames((points[number], np.array([[taped.time_s]])))
            writer.write(self._file)

    def _writer(self) -> c3d.Writer:
        rate = self._tape.rate
        writer = c3d.Writer(point_rate=rate, analog_rate=rate, point_units=UNITS)
        writer.set_start_frame(max(1, round(self._tape.start_s * rate) + 1))
        writer.set_screen_axis("+X", "+Y")
        writer.set_analog_labels([TIME])
        writer.set_analog_scales([1.0])
        writer.set_analog_offsets([0])
        writer.analog_group.add_str("UNITS", "Units of the channels.", "s", 1, 1)
        return writer

    def _name_points(self, writer: c3d.Writer, labels: tuple[str, ...]) -> None:
        longest = max(map(len, labels))
        for start in range(0, len(labels), NAMES_IN_ONE_PARAMETER):
            names = labels[start : start + NAMES_IN_ONE_PARAMETER]
            suffix = f"{start // NAMES_IN_ONE_PARAMETER + 1}" if start else ""
            padded = "".join(name.ljust(longest) for name in names)
            group = writer.point_group
            group.add_str(f"LABELS{suffix}", "Names of the points.", padded, longest, len(names))
            group.add_str(f"DESCRIPTIONS{suffix}", "", " " * len(names), 1, len(names))

    def _fill(self, points: NDArray[np.float32], row: NDArray[np.float32]) -> None:
        """Write (P, 2) x, y into the (P, 5) columns of a frame."""
        points[:] = (0, 0, 0, INVALID, 0)
        known = np.flatnonzero(np.isfinite(row).all(axis=1))
        points[known, 0] = row[known, 0]
        points[known, 1] = self._bottom - row[known, 1]
        points[known, 3] = 0
