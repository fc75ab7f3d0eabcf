"""Frames of video as pictures of samples."""

from __future__ import annotations

import cv2

from service.media.frame import Image

QUALITY = 95  # of 100: the videos are compressed already, the network shall not see it twice


def to_jpeg(image: Image) -> bytes:
    """A JPEG file of an (H, W, 3) uint8 RGB image."""
    flags = (cv2.IMWRITE_JPEG_QUALITY, QUALITY)
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), flags)[1])
