"""Opening a video file without trusting it."""

from __future__ import annotations

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from service.errors import Problem
from service.media.descriptor import MediaFile, ffmpeg_address
from service.media.errors import NoFrames, NotAVideo, NoVideoStream, UnsupportedCodec, UnsupportedContainer
from service.media.limits import MediaLimits
from service.media.structure import flaw_in

# FFmpeg's demuxers. Without this list a text file named x.mp4 can be a playlist that reads other local files.
CONTAINERS = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts")
CONTAINERS_IN_WORDS = "mp4/mov, mkv/webm, avi and mpeg-ts"
CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg")
PROBING_DECODERS = (*CODECS, "libdav1d")  # decoders' own names; FFmpeg reads AV1 with libdav1d


def open_container(path: MediaFile, limits: MediaLimits) -> InputContainer:
    """Open a file with the demuxers that are allowed, whatever its name says.

    The probing decoders, which FFmpeg runs to learn the pixel format, are bound by the same limits.

    Raises
    ------
    NotAVideo
        Empty, random or cut before its index.
    NoFrames
        The header is there, but nothing else.
    UnsupportedContainer
        Another known format: a picture, a playlist, sound, flv, ...
    OSError
        The file cannot be opened at all.
    """
    if path.stat().st_size == 0:
        raise NotAVideo("The file is empty.")
    options = {
        "format_whitelist": ",".join(CONTAINERS),
        "codec_whitelist": ",".join(PROBING_DECODERS),
        "max_pixels": str(limits.max_pixels),
    }
    address, access = ffmpeg_address(path)
    try:
        return av.open(address, "r", options=options | access, metadata_errors="replace")
    except av.ArgumentError as error:  # FFmpeg's answer when the probed format is not on the list
        raise UnsupportedContainer(
            f"The data is not one of the accepted containers: {CONTAINERS_IN_WORDS}."
        ) from error
    except av.EOFError as error:
        raise _cut(path) or NoFrames("The file ends before its first frame.") from error
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, (PermissionError, FileNotFoundError, IsADirectoryError)):
            raise
        raise _cut(path) or NotAVideo("The data is not in a video format that is known.") from error


def video_stream(container: InputContainer, path: MediaFile, limits: MediaLimits) -> VideoStream:
    """Choose the video stream, check it before any decoding, and make its decoder ready.

    The decoder runs in the calling thread: on shared cores that costs the least CPU time for a frame,
    and only then does FFmpeg report every picture that it had to repair.

    Raises
    ------
    NoVideoStream, UnsupportedCodec, PictureTooLarge
    NotAVideo
        The file was cut within its index, so that the stream may have been there.
    NoFrames
        The container is whole and holds no stream at all, which is how FFmpeg writes a video without frames.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or Disposition.attached_pic in stream.disposition:
        raise _without_video(container, path)
    codec = codec_name(stream)
    if codec not in CODECS:
        raise UnsupportedCodec(f"The video is coded as {codec!r}; accepted are {', '.join(CODECS)}.")
    context = stream.codec_context
    limits.check_picture(context.width, context.height)
    context.thread_type = "NONE"
    context.thread_count = 1
    context.options = {"max_pixels": str(limits.max_pixels)}
    if codec == "mjpeg":  # or broken pictures pass for whole ones: this decoder marks none as repaired
        context.options |= {"err_detect": "explode"}
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    return stream


def _without_video(container: InputContainer, path: MediaFile) -> Problem:
    cut = _cut(path)
    if cut:
        return cut
    kinds = sorted({stream.type for stream in container.streams})
    if not kinds:
        return NoFrames("The file is an empty container: it holds no streams.")
    return NoVideoStream(f"The file holds no video; its streams: {', '.join(kinds)}.")


def _cut(path: MediaFile) -> NotAVideo | None:
    """Tell a file that was cut off from one that never was a video."""
    flaw = flaw_in(path)
    return NotAVideo(f"The index of the video cannot be read. {flaw}") if flaw else None


def codec_name(stream: VideoStream) -> str:
    """FFmpeg's name of the coding, not of the decoder: ``av1``, not ``libdav1d``."""
    if stream.codec_context is None:  # no decoder in this build
        return "unknown"  # type: ignore[unreachable]
    return str(stream.codec_context.codec.canonical_name)


def frames_estimated(container: InputContainer, stream: VideoStream) -> int | None:
    """Frames by the header, else by duration and mean rate, else None. A claim."""
    seconds = seconds_estimated(container, stream)
    if stream.frames > 0:
        return stream.frames
    if seconds is None or not stream.average_rate:
        return None
    return max(1, round(seconds * float(stream.average_rate)))


def seconds_estimated(container: InputContainer, stream: VideoStream) -> float | None:
    """Duration by the header, None when it says nothing. A claim."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return container.duration / av.time_base
    return None
