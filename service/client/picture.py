"""One picture as it is sent in a live stream."""

from __future__ import annotations

import struct

import cv2
import numpy as np

from service.media.frame import Image

QUALITY = 90  # of JPEG, 0 to 100
MICROSECONDS = 1e6  # per second
HEAD = struct.Struct("<Q")  # capture time in microseconds


def to_message(time_s: float, picture: bytes | Image) -> bytes:
    """Put a picture and its capture time into a binary message.

    Parameters
    ----------
    time_s
        Seconds by any clock that starts before the stream; not negative.
    picture
        A JPEG, PNG or WebP file, sent as it is; or (H, W, 3) uint8 RGB, sent as JPEG.

    Raises
    ------
    ValueError
        The time is negative, or the array is no such picture.
    """
    if not time_s >= 0:
        raise ValueError(f"the capture time is {time_s}; it must be at least 0")
    return HEAD.pack(round(time_s * MICROSECONDS)) + (
        _to_jpeg(picture) if isinstance(picture, np.ndarray) else picture
    )


def _to_jpeg(image: Image) -> bytes:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise ValueError(f"the picture is {image.shape} {image.dtype}; it must be (H, W, 3) uint8")
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError(f"a picture of {image.shape} cannot be written as JPEG")
    return bytes(data)
