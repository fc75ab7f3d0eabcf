"""A copy of a video with the joints drawn into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.media.heat import draw_heat
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.overlay import draw
from service.media.reader import HERE, Reader
from service.media.write_video import VideoWriter
from service.temporal.pose import FramePoses


class DrawnVideo:
    """Draws the answers of a video, in order; made by :func:`drawn_video`.

    Answers come later than their frames by the look-ahead, so the video is decoded a second time beside
    the first rather than kept: memory stays the same whatever the look-ahead.

    Parameters
    ----------
    video
        Open, at its beginning, and not the one that is worked on.
    writer
        Takes the frames.
    edges, joint_names
        What the joints mean.
    """

    def __init__(
        self,
        video: Video,
        writer: VideoWriter,
        edges: Sequence[tuple[int, int]],
        joint_names: Sequence[str],
    ) -> None:
        self._frames = iter(video)
        self._writer = writer
        self._edges = edges
        self._joint_names = joint_names
        self._start_s: float | None = None

    def add(self, poses: FramePoses) -> None:
        """Draw the next answer: heatmaps if there are any, limbs, joints and ids."""
        frame = next(self._frames)
        if self._start_s is None:
            self._start_s = min(frame.time_s, 0.0)  # files may begin before 0, players do not
        heatmaps = [person.heatmap for person in poses.people if person.heatmap is not None]
        image = frame.image.copy() if heatmaps else frame.image
        for heatmap in heatmaps:
            draw_heat(image, heatmap)
        drawn = draw(image, poses.people, self._edges, self._joint_names)
        self._writer.write(drawn, frame.time_s - self._start_s)


@contextmanager
def drawn_video(
    path: Path,
    video: Path,
    limits: MediaLimits,
    edges: Sequence[tuple[int, int]],
    joint_names: Sequence[str],
    reader: Reader = HERE,
) -> Iterator[DrawnVideo]:
    """Write a drawn copy of `video`, with the same times, to the mp4 file `path`; whole at the block's end.

    The `reader` decodes it.

    Raises
    ------
    Problem
        The video cannot be opened: see :func:`~service.media.video.open_video`.
    """
    with (
        reader.open_video(video, limits) as source,
        VideoWriter(path, source.info.width, source.info.height, source.time_base) as writer,
    ):
        yield DrawnVideo(source, writer, edges, joint_names)
