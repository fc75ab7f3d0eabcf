"""Builders of real video files, whole and broken, for the tests of every room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from service.media.frame import Image

BITS = 10  # of the frame number in the picture
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (235, 235, 235)
TICK = Fraction(1, 90_000)
ONE = 1 << 16  # of a display matrix
FAST = {  # encoder options for small, quick files
    "libx264": {"preset": "ultrafast", "crf": "20"},
    "libx265": {"preset": "ultrafast", "crf": "20", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "8", "crf": "20", "svtav1-params": "lp=1:pred-struct=1"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "b": "500k"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0"},
    "mpeg4": {"qscale": "2"},
    "mjpeg": {"qscale": "2"},
}


def numbered(index: int, width: int = 160, height: int = 96) -> Image:
    """A picture that holds its number as black and white blocks, and a colour in each corner.

    Top left red, top right green, bottom left blue, bottom right white: no turn or flip looks like another.
    """
    image = np.full((height, width, 3), 110, np.uint8)
    band, third = width // BITS, height // 3
    for bit in range(BITS):
        image[third : 2 * third, bit * band : (bit + 1) * band] = 235 if index >> bit & 1 else 20
    image[:third, : width // 3], image[:third, -(width // 3) :] = RED, GREEN
    image[-third:, : width // 3], image[-third:, -(width // 3) :] = BLUE, WHITE
    return image


def number_of(image: Image) -> int:
    """Read the number back from an upright picture of any size."""
    height, width = image.shape[:2]
    columns = ((np.arange(BITS) + 0.5) * (width // BITS)).astype(int)
    bright = image[height // 2, columns].mean(axis=1) > 127
    return int((bright << np.arange(BITS)).sum())


def corners(image: Image) -> tuple[str, str, str, str]:
    """The colours' names in the corners: top left, top right, bottom left, bottom right."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    height, width = image.shape[:2]
    y, x = height // 8, width // 8
    seen = [image[row, column].astype(int) for row in (y, -y) for column in (x, -x)]
    nearest = [min(names, key=lambda name: int(np.abs(colour - names[name]).sum())) for colour in seen]
    return nearest[0], nearest[1], nearest[2], nearest[3]


def write_video(
    path: Path,
    images: Iterable[Image],
    times_s: Sequence[float],
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    rotation: int = 0,
    mirrored: bool = False,
    time_base: Fraction = TICK,
    rate: int = 30,
    options: dict[str, str] | None = None,
    muxer_options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    container: str | None = None,
) -> Path:
    """Encode images, given as they are to be displayed, at the given times.

    With `rotation` (degrees clockwise) or `mirrored`, the pictures are stored turned back, and a display
    matrix says how to turn them, as telephones do. `aspect` is that of a pixel. mp4 files
    have their index at the front.
    """
    if muxer_options is None and path.suffix in {".mp4", ".mov"}:
        muxer_options = {"movflags": "faststart"}
    with av.open(str(path), "w", format=container, options=muxer_options or {}) as output:
        stream: VideoStream | None = None
        for image, time_s in zip(images, times_s, strict=True):
            stored = undo_orientation(image, rotation, mirrored)
            if stream is None:
                stream = _add_stream(
                    output, codec, stored, pix_fmt, rate, FAST.get(codec, {}) | (options or {})
                )
                stream.codec_context.time_base = time_base
                if aspect:
                    stream.codec_context.sample_aspect_ratio = aspect
                if rotation or mirrored:
                    stream.set_display_matrix(display_matrix(rotation, mirrored))
            picture = av.VideoFrame.from_ndarray(stored, "rgb24").reformat(format=pix_fmt)
            picture.pts, picture.time_base = round(Fraction(time_s) / time_base), time_base
            output.mux(stream.encode(picture))
        if stream is not None:
            output.mux(stream.encode(None))
    return path


def write_numbered(
    path: Path, times_s: Sequence[float], *, size: tuple[int, int] = (160, 96), **options: object
) -> Path:
    """A video of numbered pictures of `size` (width, height); other arguments as for :func:`write_video`."""
    images = (numbered(index, *size) for index in range(len(times_s)))
    return write_video(path, images, times_s, **options)  # type: ignore[arg-type]


def steady(count: int, rate: int = 30, start_s: float = 0.0) -> list[float]:
    """Times of a constant frame rate."""
    return [start_s + index / rate for index in range(count)]


def uneven(count: int) -> list[float]:
    """Times as of a telephone in poor light, in whole milliseconds."""
    gaps = np.random.default_rng(7).choice([17, 33, 34, 50, 120, 401], count)
    return [round(float(time), 3) for time in np.cumsum(gaps) / 1000]


def write_audio(path: Path) -> Path:
    """A file with sound only."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44_100)
        sound = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", layout="stereo")
        sound.rate, sound.pts = 44_100, 0
        output.mux(stream.encode(sound))
        output.mux(stream.encode(None))
    return path


def write_without_frames(path: Path, codec: str = "mpeg4") -> Path:
    """A container with a header and no frame."""
    with av.open(str(path), "w") as output:
        _add_stream(output, codec, numbered(0), "yuv420p", 30, {})
        output.start_encoding()
    return path


def write_bomb(path: Path, codec: str = "libx264", width: int = 7680, height: int = 4320) -> Path:
    """A file of few bytes whose one picture takes very many."""
    black = np.zeros((height, width, 3), np.uint8)
    return write_video(path, [black], [0.0], codec=codec, time_base=Fraction(1, 30))


def truncate(path: Path, keep: float) -> Path:
    """Cut the file after this part of its bytes, in place."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path


def flip_bytes(path: Path, start: float, count: int = 64) -> Path:
    """Invert `count` bytes from this part of the file on, in place."""
    data = bytearray(path.read_bytes())
    first = int(len(data) * start)
    for at in range(first, min(first + count, len(data))):
        data[at] ^= 0xFF
    path.write_bytes(data)
    return path


def display_matrix(rotation: int, mirrored: bool = False) -> list[int]:
    """ISO/IEC 14496-12, section 6.2.2: mirror left to right, then turn clockwise by `rotation` degrees."""
    right, down = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotation]
    sign = -1 if mirrored else 1
    return [sign * right * ONE, sign * down * ONE, 0, -down * ONE, right * ONE, 0, 0, 0, 1 << 30]


def undo_orientation(image: Image, rotation: int, mirrored: bool = False) -> Image:
    """The picture as it is stored."""
    turned = np.rot90(image, rotation // 90)  # numpy turns anticlockwise
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)


def jpeg(image: Image, quality: int = 90) -> bytes:
    """A picture as a webcam sends it."""
    return bytes(cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _add_stream(
    output: av.container.OutputContainer,
    codec: str,
    image: Image,
    pix_fmt: str,
    rate: int,
    options: dict[str, str],
) -> VideoStream:
    stream = output.add_stream(codec, rate=rate, options=options)
    assert isinstance(stream, VideoStream)
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = pix_fmt
    return stream
