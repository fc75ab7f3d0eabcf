"""When each frame of a video is shown, and where one can begin to decode it: from its packets alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from service.media.packets import Packets
from service.media.part import Part


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a video as it should turn out to be.

    Attributes
    ----------
    part
        What to decode.
    first
        Index of its first frame in the whole video.
    times_s
        (N,) float64: when its frames are shown, seconds.
    """

    part: Part
    first: int
    times_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The frames of a video, in the order in which they are shown.

    Attributes
    ----------
    times_s
        (N,) float64, seconds.
    keys
        (M,) int64: indices of the key frames.
    key_pts
        (M,) int64: their time stamps.
    """

    times_s: NDArray[np.float64]
    keys: NDArray[np.int64]
    key_pts: NDArray[np.int64]

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.times_s)

    @property
    def seconds(self) -> float:
        """From the first to the last."""
        return float(self.times_s[-1] - self.times_s[0])

    def stretch(self, begin: int, end: int | None) -> Stretch:
        """Frames ``begin`` to ``end`` (exclusive; None for all), from the key frame at or before."""
        at = int(np.searchsorted(self.keys, begin, side="right")) - 1
        first = int(self.keys[at])
        times_s = self.times_s[first:end]
        frames = None if end is None or end >= self.frames else end - first
        return Stretch(Part(int(self.key_pts[at]), frames), first, times_s)


def timetable_of(packets: Iterable[Packets], unit: Fraction) -> Timetable | None:
    """The timetable of a whole video.

    Parameters
    ----------
    packets
        As :meth:`service.media.reader.Reader.read_packets` lists them.
    unit
        The stream's time base, seconds.

    Returns
    -------
    None where the packets cannot be relied on: frames are then found by counting from the beginning. The
    timetable itself is believed only as far as decoded frames agree with it.
    """
    told = list(packets)
    if not told or not told[-1].pts:
        return None
    pts = np.concatenate([np.array(each.pts, np.int64) for each in told])
    is_key = np.concatenate([np.array(each.keys, bool) for each in told])
    order = np.sort(pts)
    key_pts = np.sort(pts[is_key])
    if (np.diff(order) == 0).any() or not key_pts.size or key_pts[0] != order[0]:
        return None
    times_s = np.array([float(ticks * unit) for ticks in order.tolist()])
    return Timetable(times_s, np.searchsorted(order, key_pts).astype(np.int64), key_pts)
