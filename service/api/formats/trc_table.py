"""TRC, "track row column": marker positions as text, for OpenSim and other tools of biomechanics."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from service.api.formats.tape import Taped
from service.api.formats.taped_format import TapedFormat
from service.api.schemas import PIXEL_DECIMALS, TIME_DECIMALS

KEYS = (
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
)
UNITS = "px"


class Trc(TapedFormat):
    """One table, as OpenSim's `TRCFileAdapter` reads and writes it.

    A row for each frame: its number from 1, its presentation time in seconds (also where the frame rate
    varies), and X, Y, Z of each marker in pixels, y upwards (see :class:`TapedFormat`), `NaN` where
    unknown: empty cells are lost on readers that split at white space. Markers are called as the joints;
    where the video has several people, `person1:nose` and so on. DataRate is the mean rate. Scores have no
    place; what ended the video early is in the HTTP header.
    """

    name: ClassVar[str] = "trc"
    media_type: ClassVar[str] = "text/tab-separated-values"
    suffix: ClassVar[str] = "trc"
    renamed: ClassVar[bool] = True
    timed: ClassVar[bool] = True

    def _finish(self) -> None:
        for line in self._head():
            self._line(*line)
        for number, taped in enumerate(self._tape, start=1):
            self._line(str(number), f"{taped.time_s:.{TIME_DECIMALS}f}", *self._cells(taped))

    def _head(self) -> list[tuple[str, ...]]:
        labels, frames, rate = self._tape.labels, str(self._tape.frames), f"{self._tape.rate:.6g}"
        values = (rate, rate, frames, str(len(labels)), UNITS, rate, "1", frames)
        axes = (f"{axis}{number}" for number in range(1, len(labels) + 1) for axis in "XYZ")
        return [
            ("PathFileType", "4", "(X/Y/Z)", "poses.trc"),
            KEYS,
            values,
            ("Frame#", "Time", *(cell for label in labels for cell in (label, "", ""))),
            ("", "", *axes),
            (),
        ]

    def _cells(self, taped: Taped) -> list[str]:
        cells = []
        for x, y in self._tape.row(taped).astype(np.float64).tolist():
            if np.isfinite(x) and np.isfinite(y):
                cells += [f"{x:.{PIXEL_DECIMALS}f}", f"{self._bottom - y:.{PIXEL_DECIMALS}f}", "0"]
            else:
                cells += ["NaN"] * 3
        return cells

    def _line(self, *cells: str) -> None:
        self._write("\t".join(cells).encode() + b"\n")
