"""The frame: the value that travels from the decoder to the last room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB, as displayed (rotation applied), rows top to bottom."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture of a video.

    Attributes
    ----------
    index
        Counts the decoded frames from 0.
    time_s
        Presentation time in seconds: pts x time_base, never index / fps.
    image
        (H, W, 3) uint8, RGB, as displayed.
    """

    index: int
    time_s: float
    image: Image


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container says of the video stream.

    Attributes
    ----------
    width, height
        Pixels of the displayed picture, after rotation.
    rotation_applied
        Degrees clockwise by which the stored picture is turned for display: 0, 90, 180 or 270.
    frames_estimated
        From the header, which may lie; None when it says nothing.
    codec
        FFmpeg's name of the codec: ``h264``, ``hevc``, ...
    """

    width: int
    height: int
    rotation_applied: int
    frames_estimated: int | None
    codec: str
