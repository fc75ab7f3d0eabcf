"""Labels for every frame of a video file."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator

from service.media.frame import Frame
from service.media.prefetch import read_ahead
from service.media.video import Video
from service.propagation.carried import CarriedFrame
from service.propagation.errors import FrameOutOfRange
from service.propagation.labels import Labels
from service.propagation.propagator import Propagator


def labels_of_video(
    video: Video, labels: Labels, propagator: Propagator, cancelled: threading.Event | None = None
) -> Generator[CarriedFrame]:
    """Every frame's labels, decoding in a thread of its own.

    Parameters
    ----------
    video
        Open; read to its end, or until ``cancelled``.
    labels
        Of that video.
    propagator
        Fresh.
    cancelled
        When set, the work stops at the next frame.

    Notes
    -----
    Close the generator before the video: the decoding thread ends with it.

    Raises
    ------
    FrameOutOfRange
        After all frames: the video is whole, but ends before the last label.
    Problem
        After all frames that could be read: what is wrong with the rest of the video.
    """
    frames = 0
    with read_ahead(iter(video)) as decoded:
        for answer in propagator(_until(decoded, cancelled), labels):
            yield answer
            frames = answer.index + 1
    if not _is_set(cancelled) and labels.frames[-1] >= frames:
        raise out_of_range(labels.frames[-1], frames)


def out_of_range(frame: int, frames: int) -> FrameOutOfRange:
    """The problem of a label beyond the end."""
    return FrameOutOfRange(f"Frame {frame} is labelled, but the video's {frames} frames count from 0.")


def _until(frames: Iterable[Frame], cancelled: threading.Event | None) -> Iterator[Frame]:
    for frame in frames:
        if _is_set(cancelled):
            return
        yield frame


def _is_set(event: threading.Event | None) -> bool:
    return event is not None and event.is_set()
