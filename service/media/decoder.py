"""Every picture that can be decoded from a stream, however damaged the stream is."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from service.media.clock import Clock
from service.media.damage import Damage
from service.media.errors import VideoDamaged
from service.media.limits import MediaLimits
from service.media.part import Part


class Decoder:
    """Iterates over (picture, time in seconds), in the order of presentation.

    It goes on after packets that cannot be read or decoded, and counts them in `damage`. What comes before
    the first key frame cannot be decoded in a healthy recording either, and is not counted.

    Of a part, decoding begins at its key frame, and pictures that are shown before that are left out.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, limits: MediaLimits, part: Part | None = None
    ) -> None:
        self.damage = Damage()
        self._container = container
        self._stream = stream
        self._clock = Clock(stream, stored_pts=container.format.name != "avi")
        self._limits = limits
        self._part = part
        self._bad_in_a_row = 0

    def __iter__(self) -> Iterator[tuple[av.VideoFrame, float]]:
        if self._part is not None:
            self._seek(self._part.start)
        for packet in self._packets():
            for picture in self._decode(packet):
                if self._before_part(picture):
                    continue
                self.damage.repaired += picture.is_corrupt
                yield picture, self._clock.time_of(picture)
        if self._part is None:
            self.damage.missing = self._count_missing()

    def _seek(self, start: int) -> None:
        try:
            self._container.seek(start, stream=self._stream)
        except av.FFmpegError as error:
            raise VideoDamaged("The beginning of a part cannot be found.") from error

    def _before_part(self, picture: av.VideoFrame) -> bool:
        return self._part is not None and picture.pts is not None and picture.pts < self._part.start

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """All packets, the empty one that flushes the decoder last."""
        packets = self._container.demux(self._stream)
        while not self.damage.gave_up:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:
                self._note_failure()
                packets = self._container.demux(self._stream)  # the old iterator has ended
                continue
            if packet.size:
                self.damage.packets += 1
            self.damage.key_frame |= packet.is_keyframe
            yield packet

    def _decode(self, packet: Packet[VideoStream]) -> list[av.VideoFrame]:
        self._clock.sent(packet)
        try:
            pictures = packet.decode()
        except av.FFmpegError as error:
            self._clock.failed(packet)
            self._note_failure()
            self.damage.too_large += self._is_too_large(error)
            return []
        self.damage.gaps += packet.is_corrupt
        self._bad_in_a_row = 0
        return pictures

    def _note_failure(self) -> None:
        self.damage.unreadable += self.damage.key_frame
        self._bad_in_a_row += 1
        self.damage.gave_up = self._bad_in_a_row > self._limits.max_bad_packets

    def _count_missing(self) -> int:
        """Packets that an index at hand lists, as in mp4 and AVI, and the file did not give."""
        listed = sum(entry.size > 0 for entry in self._stream.index_entries)
        return max(0, listed - self.damage.packets)

    def _is_too_large(self, error: av.FFmpegError) -> bool:
        """Tell why a packet failed: some decoders keep a size they refuse, some forget it and say EINVAL."""
        width, height = self._stream.codec_context.width, self._stream.codec_context.height
        return width * height > self._limits.max_pixels or (not width and isinstance(error, av.ArgumentError))
