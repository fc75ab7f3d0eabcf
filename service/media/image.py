"""One picture: JPEG, PNG or WebP."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL.Image import DecompressionBombError, DecompressionBombWarning
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from service.media.errors import NotAnImage, PictureTooLarge
from service.media.frame import Image
from service.media.limits import MediaLimits

JPEG_START, PNG_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
BOMB_ERRORS = (DecompressionBombError, DecompressionBombWarning)  # its reader of WebP checks by itself
HEADER_ERRORS = (SyntaxError, OSError, ValueError, EOFError)  # what Pillow's readers raise


def read_image(data: bytes, limits: MediaLimits | None = None) -> Image:
    """Decode one picture, after its format and size have been read from its header.

    Parameters
    ----------
    data
        The whole file. Grey, palette, CMYK and 16-bit pictures become RGB of 8 bits; alpha is dropped; of an
        animation the first picture is taken.
    limits
        Only `max_pixels` counts; :class:`MediaLimits`'s default if None.

    Returns
    -------
    (H, W, 3) uint8 RGB, turned as its EXIF orientation says.

    Raises
    ------
    NotAnImage
        Another format, or damaged or cut data.
    PictureTooLarge

    Notes
    -----
    Pillow reads the header, OpenCV the pixels: of a 720p JPEG that takes a quarter of Pillow's time.
    Pillow's readers are called by their names since `PIL.Image.open` would warn of large pictures, which
    are refused here anyway.
    """
    width, height = _size(data)
    (limits or MediaLimits()).check_picture(width, height)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise NotAnImage("The picture is damaged.") from error
    if image is None:
        raise NotAnImage("The picture is damaged or incomplete.")
    return np.asarray(image, np.uint8)


def _size(data: bytes) -> tuple[int, int]:
    """Width and height by the header."""
    reader = _reader(data)
    if reader is None:
        raise NotAnImage("The data is not a JPEG, PNG or WebP picture.")
    try:
        with reader(io.BytesIO(data)) as header:
            return header.size
    except BOMB_ERRORS as error:
        raise PictureTooLarge("By its header the picture has more pixels than any may have here.") from error
    except HEADER_ERRORS as error:
        raise NotAnImage("The header of the picture is damaged.") from error


def _reader(data: bytes) -> Callable[[io.BytesIO], ImageFile] | None:
    if data.startswith(JPEG_START):
        return JpegImageFile
    if data.startswith(PNG_START):
        return PngImageFile
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WebPImageFile
    return None
