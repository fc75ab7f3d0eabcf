"""From the decoder's pixels to RGB."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from service.media.frame import Image
from service.media.limits import MediaLimits
from service.media.orientation import Orientation

SQUARE = Fraction(1, 100)  # pixels that are less than this from square count as square


class RgbConverter:
    """Turns decoded pictures of any format, size and orientation into RGB images of one size.

    Size and orientation are those of the first picture: if the stream changes its size later, its
    pictures are scaled, so that coordinates of the whole video are in one system. Pixels that are not
    square (sample aspect ratio) are made so by enlarging the shorter side, as browsers do.

    swscale converts by the matrix and range that the frame carries (BT.601, 709, 2020; limited, full),
    8 bits or more, and drops alpha. Bilinear in one thread took the least CPU time of all ways tried.
    """

    def __init__(self, first: av.VideoFrame, aspect: Fraction | None, limits: MediaLimits) -> None:
        self.orientation = Orientation.of_frame(first)
        self._stored = _square(first.width, first.height, aspect)
        limits.check_picture(*self._stored)
        self._scaler = VideoReformatter()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the images."""
        return self.orientation.size(*self._stored)

    def convert(self, frame: av.VideoFrame) -> Image:
        """(H, W, 3) uint8 RGB, contiguous, as displayed."""
        width, height = self._stored
        picture = self._scaler.reformat(
            frame, width, height, "rgb24", interpolation=Interpolation.BILINEAR, threads=1
        )
        return np.ascontiguousarray(self.orientation.apply(_pixels(picture)))


def _pixels(picture: av.VideoFrame) -> Image:
    """View the picture's own memory, which spares the copy of `to_ndarray`; the view keeps it alive."""
    plane = picture.planes[0]
    rows: Image = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: picture.height, : picture.width * 3].reshape(picture.height, picture.width, 3)


def _square(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Size with square pixels."""
    if not aspect or abs(aspect - 1) < SQUARE:
        return width, height
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect)
