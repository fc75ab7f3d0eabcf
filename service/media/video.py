"""A video file as frames."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import chain

import av

from service.media.container import (
    codec_name,
    frames_estimated,
    open_container,
    seconds_estimated,
    video_stream,
)
from service.media.decoder import Decoder
from service.media.descriptor import MediaFile
from service.media.errors import NoFrames, PictureTooLarge, VideoDamaged
from service.media.frame import Frame, VideoInfo
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.part import Part
from service.media.rgb import RgbConverter
from service.media.structure import flaw_in

__all__ = ["DecodedVideo", "Video", "open_video"]


class DecodedVideo(Video):
    """A video that is decoded in this process, by whoever iterates. Made by :func:`open_video`."""

    def __init__(self, path: MediaFile, limits: MediaLimits, part: Part | None = None) -> None:
        self._path = path
        self._part = part
        self._limits = limits
        with ExitStack() as undo:
            self._container = undo.enter_context(open_container(path, limits))
            self._stream = video_stream(self._container, path, limits)
            self._estimate = frames_estimated(self._container, self._stream)
            limits.check_length(self._estimate, seconds_estimated(self._container, self._stream))
            self._decoder = Decoder(self._container, self._stream, limits, part)
            pictures = iter(self._decoder)
            first = self._first(pictures)
            aspect = self._stream.sample_aspect_ratio
            self._converter = RgbConverter(first[0], aspect, limits)
            self._frames = self._read(chain([first], pictures))
            undo.pop_all()

    @property
    def info(self) -> VideoInfo:
        """See :attr:`Video.info`."""
        width, height = self._converter.size
        rotation = self._converter.orientation.rotation
        return VideoInfo(width, height, rotation, self._estimate, codec_name(self._stream))

    @property
    def time_base(self) -> Fraction:
        """See :attr:`Video.time_base`."""
        return Fraction(self._stream.time_base or Fraction(1, av.time_base))

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def close(self) -> None:
        """Release the file and the decoder; may be called twice."""
        self._frames.close()
        self._container.close()

    def _first(self, pictures: Iterator[tuple[av.VideoFrame, float]]) -> tuple[av.VideoFrame, float]:
        """Decode the first picture, without which size and orientation are only claims."""
        for picture in pictures:
            return picture
        if self._decoder.damage.too_large:
            raise PictureTooLarge(f"Its pictures have more than {self._limits.max_pixels:,} pixels.")
        self._raise_damage(0)
        raise NoFrames("The file has a video stream, but there is no frame in it.")

    def _read(self, pictures: Iterator[tuple[av.VideoFrame, float]]) -> Generator[Frame, None, None]:
        count, start_s = 0, None
        for picture, time_s in pictures:
            start_s = time_s if start_s is None else start_s
            self._limits.check_length(count + 1, time_s - start_s)
            yield Frame(count, time_s, self._converter.convert(picture))
            count += 1
            if self._part is not None and count == self._part.frames:
                break
        self._raise_damage(count)

    def _raise_damage(self, frames: int) -> None:
        damage = self._decoder.damage
        if self._part is not None:
            if damage.read:
                raise VideoDamaged(f"Of a part, {damage.sentence(frames, None)}")
            return
        damage.flaw = flaw_in(self._path)
        if damage or (damage.packets and not frames):
            raise VideoDamaged(damage.sentence(frames, self._estimate))


def open_video(path: MediaFile, limits: MediaLimits | None = None, part: Part | None = None) -> Video:
    """Open a video file, check it and decode its first frame.

    Parameters
    ----------
    path
        A local file, or one that is open: mp4/mov, mkv/webm, avi or mpeg-ts with H.264, HEVC, VP8, VP9,
        AV1, MPEG-4 or MJPEG. The name means nothing; playlists and the like are never followed.
    limits
        :class:`MediaLimits`'s defaults if None.
    part
        What to read; everything if None. Its frames are counted from 0, too. Only what was read is looked at
        for damage.

    Returns
    -------
    To be used as ``with open_video(path) as video: ...``.

    Raises
    ------
    NotAVideo, UnsupportedContainer, UnsupportedCodec, NoVideoStream, NoFrames, PictureTooLarge, VideoTooLong
        As their names say; VideoTooLong here if the header already claims too much.
    VideoDamaged
        Not even one frame could be read.
    OSError
        The file cannot be opened.
    """
    return DecodedVideo(path, limits or MediaLimits(), part)
