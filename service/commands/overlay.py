"""A copy of the video with the joints drawn into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.commands.whole_file import whole_file
from service.media.limits import MediaLimits
from service.media.overlay import draw
from service.media.video import Video, open_video
from service.media.write_video import VideoWriter
from service.networks.skeleton import Skeleton
from service.temporal.pose import FramePoses


class Overlay:
    """Draws the answers of a video, in order.

    Answers come later than their frames by the look-ahead, so the video is decoded a second time beside
    the first rather than kept: memory stays the same whatever the look-ahead.

    Parameters
    ----------
    video
        Open, at its beginning, and not the one that is worked on.
    writer
        Takes the frames.
    skeleton
        What the joints mean.
    """

    def __init__(self, video: Video, writer: VideoWriter, skeleton: Skeleton) -> None:
        self._frames = iter(video)
        self._writer = writer
        self._skeleton = skeleton
        self._start_s: float | None = None

    def add(self, poses: FramePoses) -> None:
        """Draw the next answer."""
        frame = next(self._frames)
        if self._start_s is None:
            self._start_s = min(frame.time_s, 0.0)  # files may begin before 0, players do not
        drawn = draw(frame.image, poses.people, self._skeleton.edges, self._skeleton.joints)
        self._writer.write(drawn, frame.time_s - self._start_s)


@contextmanager
def overlay_to(path: Path, video: Path, limits: MediaLimits, skeleton: Skeleton) -> Iterator[Overlay]:
    """Write an overlay of `video` to the mp4 file `path`, which appears when the block is left."""
    with (
        whole_file(path) as unfinished,
        open_video(video, limits) as source,
        VideoWriter(unfinished, source.info.width, source.info.height) as writer,
    ):
        yield Overlay(source, writer, skeleton)
