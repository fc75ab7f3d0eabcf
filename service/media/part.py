"""A part of a video: frames from a key frame on, which need nothing that lies before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What to read of a video.

    Attributes
    ----------
    start
        Time stamp of a key frame, in units of the stream's time base; frames shown before it are left out.
    frames
        How many to read; None for all that follow.
    """

    start: int
    frames: int | None = None
