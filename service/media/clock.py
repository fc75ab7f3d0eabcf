"""The presentation time of each frame."""

from __future__ import annotations

import heapq
from fractions import Fraction

import av
from av.packet import Packet
from av.video.stream import VideoStream


class Clock:
    """Gives each decoded frame its time in seconds: pts x time_base.

    A frame without pts is shown when the one before ends. An AVI file stores no presentation times,
    only a place for each packet in decoding order, and FFmpeg's guess is wrong with B-frames; there the
    n-th frame shown takes the n-th of these places.
    """

    def __init__(self, stream: VideoStream, *, stored_pts: bool) -> None:
        self._unit = Fraction(stream.time_base or Fraction(1, av.time_base))
        rate = stream.average_rate
        self._frame_ticks = max(1, round(1 / (rate * self._unit))) if rate else 1
        self._places: list[int] | None = None if stored_pts else []
        self._next = 0

    def sent(self, packet: Packet[VideoStream]) -> None:
        """Note a packet that goes to the decoder."""
        if self._places is not None and packet.dts is not None:
            heapq.heappush(self._places, packet.dts)

    def failed(self, packet: Packet[VideoStream]) -> None:
        """Note a packet from which no frame will come."""
        if self._places is not None and packet.dts in self._places:
            self._places.remove(packet.dts)
            heapq.heapify(self._places)

    def time_of(self, frame: av.VideoFrame) -> float:
        """Seconds; to be asked once for each frame, in the order of presentation."""
        ticks = self._ticks(frame)
        self._next = ticks + (frame.duration or self._frame_ticks)
        return float(ticks * self._unit)

    def _ticks(self, frame: av.VideoFrame) -> int:
        if self._places:
            return heapq.heappop(self._places)
        return self._next if frame.pts is None else frame.pts
