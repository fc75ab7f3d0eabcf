"""Where the frames of a video lie in time, without decoding it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import av

from service.media.container import open_container, video_stream
from service.media.descriptor import MediaFile
from service.media.limits import MediaLimits
from service.media.structure import flaw_in

SOUGHT = frozenset({"mov", "mp4", "matroska", "webm"})  # whose packets are listed by time, and found again
CHUNK = 1000  # packets told at once


@dataclass(frozen=True, slots=True)
class Packets:
    """Some packets of a video, in the order of the file.

    Attributes
    ----------
    pts
        When each is shown, in units of the stream's time base.
    keys
        Whether each is a key frame.
    """

    pts: tuple[int, ...]
    keys: tuple[bool, ...]


def read_packets(path: MediaFile, limits: MediaLimits) -> Iterator[Packets]:
    """List the coded pictures of a video, where one can rely on that: reads the whole file once.

    Parameters
    ----------
    path, limits
        A file that :func:`~service.media.video.open_video` has opened, with those limits.

    Yields
    ------
    Packets
        At most :data:`CHUNK` at a time. The list ends early, and its last piece is empty, where frames could
        be others than packets say, or could not be found again: the file is cut or broken, its container
        (AVI, MPEG-TS) keeps no times to seek by, a packet has no time or is not to be shown.
    """
    with closing(_packets(path, limits)) as packets:
        while chunk := tuple(islice(packets, CHUNK)):
            sound = all(pts is not None for pts, _ in chunk)
            if not sound:
                break
            yield Packets(tuple(pts for pts, _ in chunk if pts is not None), tuple(key for _, key in chunk))
        else:
            return
    yield Packets((), ())


def _packets(path: MediaFile, limits: MediaLimits) -> Generator[tuple[int | None, bool]]:
    """Time and kind of each packet; a last one without time if the list cannot be relied on."""
    if flaw_in(path) is not None:
        yield None, False
        return
    try:
        with open_container(path, limits) as container:
            if SOUGHT.isdisjoint(container.format.name.split(",")):
                yield None, False
                return
            for packet in container.demux(video_stream(container, path, limits)):
                if packet.size:
                    shown = not (packet.is_discard or packet.is_corrupt)
                    yield packet.pts if shown else None, packet.is_keyframe
    except av.FFmpegError:
        yield None, False
