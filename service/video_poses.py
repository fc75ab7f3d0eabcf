"""The poses of a whole video."""

from __future__ import annotations

import threading
from collections.abc import Generator

from service.engine import Engine
from service.errors import Problem
from service.media.prefetch import read_ahead
from service.media.video import Video
from service.options import Options
from service.temporal.pose import FramePoses


def poses_of_video(
    video: Video, engine: Engine, options: Options, cancelled: threading.Event | None = None
) -> Generator[FramePoses]:
    """Every frame's poses, decoding in a thread of its own.

    Parameters
    ----------
    video
        Open; read to its end, or until ``cancelled``.
    engine, options
        What to run.
    cancelled
        When set, the work stops at the next frame.

    Notes
    -----
    Close the generator before the video: the decoding thread ends with it.

    Raises
    ------
    Problem
        After all frames that could be read: what is wrong with the rest of the video.
    """
    with engine.stream(options) as stream, read_ahead(iter(video)) as frames:
        damage = None
        try:
            for frame in frames:
                if cancelled is not None and cancelled.is_set():
                    return
                yield from stream.push(frame)
        except Problem as problem:
            damage = problem
        yield from stream.finish()
        if damage is not None:
            raise damage
