"""How many frames a video can have, without decoding it."""

from __future__ import annotations

import av

from service.media.container import open_container, video_stream
from service.media.descriptor import MediaFile
from service.media.limits import MediaLimits
from service.media.structure import flaw_in


def frames_at_most(path: MediaFile, limits: MediaLimits) -> int | None:
    """Count the coded pictures of the video stream; reads the whole file once.

    Parameters
    ----------
    path, limits
        A file that :func:`~service.media.video.open_video` has opened, with those limits.

    Returns
    -------
    Packets that hold data: none gives more than one frame, and some give none, such as those that are not
    shown. None for a file that is cut or cannot be read to its end: it may have had more.
    """
    if flaw_in(path) is not None:
        return None
    try:
        with open_container(path, limits) as container:
            packets = container.demux(video_stream(container, path, limits))
            return sum(packet.size > 0 for packet in packets)
    except av.FFmpegError:
        return None
