"""How a stored picture is turned for display."""

from __future__ import annotations

import math
from dataclasses import dataclass

import av
import cv2
import numpy as np

from service.media.frame import Image

TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
MATRIX_SIZE = 9  # int32, row by row


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to put a rectangle upright.

    Attributes
    ----------
    rotation
        Degrees clockwise: 0, 90, 180 or 270.
    mirrored
        The picture is flipped left to right before it is turned.
    """

    rotation: int = 0
    mirrored: bool = False

    @classmethod
    def of_frame(cls, frame: av.VideoFrame) -> Orientation:
        """Read the display matrix of a decoded frame; upright if it has none.

        The matrix (ISO/IEC 14496-12, section 6.2.2; rows a b u, c d v, x y w) sends the stored point
        (p, q) to (a p + c q, b p + d q), both with y down. Other angles go to the nearest right one.
        """
        data = frame.side_data.get("DISPLAYMATRIX")
        if data is None:
            return cls()
        matrix = np.frombuffer(memoryview(data), np.int32)  # type: ignore[arg-type]  # PyAV says object
        if matrix.size != MATRIX_SIZE:
            return cls()
        a, b, _, c, d = matrix[:5].tolist()
        mirrored = a * d - b * c < 0
        right = (-a, -b) if mirrored else (a, b)  # where the stored picture's rightwards direction goes
        degrees = math.degrees(math.atan2(right[1], right[0]))
        return cls(round(degrees / 90) % 4 * 90, mirrored)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height after turning."""
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def apply(self, image: Image) -> Image:
        """Turn a (H, W, 3) picture; the result is a new contiguous array unless there is nothing to do."""
        if self.mirrored:
            image = np.asarray(cv2.flip(image, 1), np.uint8)
        if self.rotation:
            image = np.asarray(cv2.rotate(image, TURNS[self.rotation]), np.uint8)
        return image
