"""Writing images to an mp4 file that plays everywhere."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from service.media.frame import Image

TIME_BASE = Fraction(1, 90_000)  # seconds: a part of the time between frames at all usual rates, as in MPEG
NOMINAL_RATE = 30  # frames a second, for rate control only; the frames carry their own times
ENCODERS = {  # the first that this FFmpeg has
    "libx264": {"preset": "veryfast", "crf": "20"},
    "mpeg4": {"qscale": "3"},
}


class VideoWriter:
    """Writes an mp4, H.264 where the encoder is there, with the index at the front; a context manager.

    The file is complete when the context is left, with an error or without, and holds what was written.
    Odd sizes, which 4:2:0 chroma cannot hold, are made even by repeating the last column or row.

    Parameters
    ----------
    path
        Is overwritten.
    width, height
        Of every image, pixels.
    time_base
        Seconds; times are kept to whole multiples of it. That of another video keeps its times exactly.
    """

    def __init__(self, path: Path, width: int, height: int, time_base: Fraction = TIME_BASE) -> None:
        self._time_base = time_base
        self._shape = (height, width, 3)
        self._last = -1
        # The file says when it begins in units of the movie, not of its track.
        options = {"movflags": "faststart", "movie_timescale": str(time_base.denominator)}
        self._container = av.open(str(path), "w", format="mp4", options=options)
        self._stream = _add_stream(self._container, width + width % 2, height + height % 2, time_base)
        self._scaler = VideoReformatter()

    def write(self, image: Image, time_s: float) -> None:
        """Append one image.

        Parameters
        ----------
        image
            (H, W, 3) uint8 RGB.
        time_s
            Presentation time, later than that of the image before; kept to the time base.

        Raises
        ------
        ValueError
            Another size, or a time before 0.
        """
        if image.shape != self._shape or time_s < 0:
            raise ValueError(
                f"image of {image.shape} at {time_s} s; the video is of {self._shape}, from 0 s on"
            )
        picture = self._scaler.reformat(
            av.VideoFrame.from_ndarray(_even(image), "rgb24"),
            format="yuv420p",
            dst_color_range="MPEG",
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        ticks = round(time_s / float(self._time_base))
        self._last = max(ticks, self._last + 1)  # two frames at one time break the file
        picture.pts, picture.time_base = self._last, self._time_base
        self._container.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Finish the file; may be called twice."""
        try:
            if self._last >= 0:
                self._last = -1
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _add_stream(
    container: av.container.OutputContainer, width: int, height: int, time_base: Fraction
) -> VideoStream:
    name = next(encoder for encoder in ENCODERS if encoder in av.codecs_available)
    stream = container.add_stream(name, rate=NOMINAL_RATE, options=ENCODERS[name])
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = time_base
    return stream


def _even(image: Image) -> Image:
    height, width = image.shape[:2]
    if height % 2 == width % 2 == 0:
        return image
    return np.asarray(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
