"""What can be wrong with a picture or a video that somebody sends."""

from __future__ import annotations

from service.errors import Problem


class NotAVideo(Problem):
    """The bytes are no video file, or its index is missing."""

    name = "not-a-video"
    title = "The file cannot be read as a video"
    status = 422


class UnsupportedContainer(Problem):
    """The bytes are a known format, but none of those that are opened."""

    name = "unsupported-container"
    title = "The file format is not accepted"
    status = 415


class UnsupportedCodec(Problem):
    """The container is read, but its pictures are coded in a way that is not."""

    name = "unsupported-codec"
    title = "The video codec is not accepted"
    status = 415


class NoVideoStream(Problem):
    """The file holds sound, subtitles or a cover picture, but no video."""

    name = "no-video-stream"
    title = "The file has no video stream"
    status = 422


class NoFrames(Problem):
    """The video stream is there and whole, but holds no picture."""

    name = "no-frames"
    title = "The video has no frames"
    status = 422


class PictureTooLarge(Problem):
    """The picture has more pixels than are decoded here."""

    name = "picture-too-large"
    title = "The picture has too many pixels"
    status = 413


class VideoTooLong(Problem):
    """The video has more frames or lasts longer than is accepted here."""

    name = "video-too-long"
    title = "The video is too long"
    status = 413


class VideoDamaged(Problem):
    """Parts of the video are missing or broken; every frame that could be read has been given before."""

    name = "video-damaged"
    title = "Parts of the video could not be read"
    status = 422


class NotAnImage(Problem):
    """The bytes are no JPEG, PNG or WebP picture, or only part of one."""

    name = "not-an-image"
    title = "The data cannot be read as a picture"
    status = 422


VIDEO_PROBLEMS = (
    *(NotAVideo, UnsupportedContainer, UnsupportedCodec, NoVideoStream),
    *(NoFrames, PictureTooLarge, VideoTooLong, VideoDamaged),
)
"""All that can be wrong with a video."""
