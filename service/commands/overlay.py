"""A copy of the video with the joints drawn into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.commands.whole_file import whole_file
from service.media.drawn_video import DrawnVideo, drawn_video
from service.media.limits import MediaLimits
from service.media.reader import Reader
from service.networks.skeleton import Skeleton


@contextmanager
def overlay_to(
    path: Path, video: Path, limits: MediaLimits, skeleton: Skeleton, reader: Reader
) -> Iterator[DrawnVideo]:
    """Write an overlay of `video` to the mp4 file `path`, which appears when the block is left."""
    with (
        whole_file(path) as unfinished,
        drawn_video(unfinished, video, limits, skeleton.edges, skeleton.joints, reader) as drawn,
    ):
        yield drawn
