"""Who decodes files: this process, or others that can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from service.media.frame import Image
from service.media.image import read_image
from service.media.length import frames_at_most
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.packets import Packets, read_packets
from service.media.part import Part
from service.media.video import open_video


class Reader(Protocol):
    """Decodes files of whoever may ask; from any thread."""

    def open_video(self, path: Path, limits: MediaLimits, part: Part | None = None) -> Video:
        """Open a video as :func:`service.media.video.open_video` does."""

    def read_image(self, path: Path, limits: MediaLimits) -> Image:
        """Decode a file of one picture as :func:`service.media.image.read_image` does."""

    def frames_at_most(self, path: Path, limits: MediaLimits) -> int | None:
        """Count coded pictures as :func:`service.media.length.frames_at_most` does."""

    def read_packets(self, path: Path, limits: MediaLimits) -> Iterator[Packets]:
        """List coded pictures as :func:`service.media.packets.read_packets` does."""


class Here:
    """Decodes in this process, in the thread that asks."""

    def open_video(self, path: Path, limits: MediaLimits, part: Part | None = None) -> Video:
        """See :func:`service.media.video.open_video`."""
        return open_video(path, limits, part)

    def read_image(self, path: Path, limits: MediaLimits) -> Image:
        """See :func:`service.media.image.read_image`."""
        return read_image(path.read_bytes(), limits)

    def frames_at_most(self, path: Path, limits: MediaLimits) -> int | None:
        """See :func:`service.media.length.frames_at_most`."""
        return frames_at_most(path, limits)

    def read_packets(self, path: Path, limits: MediaLimits) -> Iterator[Packets]:
        """See :func:`service.media.packets.read_packets`."""
        return read_packets(path, limits)


HERE = Here()
