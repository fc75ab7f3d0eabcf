"""The crop: where a person is, as an affine map from frame pixels to network input pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image
from service.temporal.grid import INPUT_SIZE, Points


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of the frame, possibly turned, that fills the network's input.

    Attributes
    ----------
    centre
        x, y in frame pixels.
    half_side
        Frame pixels from the centre to each side.
    angle
        Radians by which "up" in the crop is turned clockwise from "up" in the frame.
    """

    centre: tuple[float, float]
    half_side: float
    angle: float = 0.0

    @classmethod
    def whole(cls, width: int, height: int) -> Crop:
        """The whole frame, letterboxed."""
        return cls(((width - 1) / 2, (height - 1) / 2), max(width, height) / 2)

    @classmethod
    def of_box(cls, x: float, y: float, width: float, height: float) -> Crop:
        """The square round a box (x, y of the top left corner, frame pixels)."""
        return cls((x + width / 2, y + height / 2), max(width, height) / 2)

    @property
    def scale(self) -> float:
        """Input pixels per frame pixel."""
        return INPUT_SIZE / (2 * self.half_side)

    @property
    def to_input_matrix(self) -> NDArray[np.float64]:
        """(2, 3) float64: frame pixels -> input pixels (the design's A_s); pixel centres at whole numbers."""
        scale = self.scale
        cos, sin = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        middle = (INPUT_SIZE - 1) / 2
        x, y = self.centre
        return np.array([[cos, sin, middle - cos * x - sin * y], [-sin, cos, middle + sin * x - cos * y]])

    @property
    def to_frame_matrix(self) -> NDArray[np.float64]:
        """(2, 3) float64: input pixels -> frame pixels, the inverse of :attr:`to_input_matrix`."""
        return np.asarray(cv2.invertAffineTransform(self.to_input_matrix), np.float64)

    def to_input(self, points_frame: Points) -> Points:
        """Frame pixels -> input pixels, (N, 2)."""
        return apply(self.to_input_matrix, points_frame)

    def to_frame(self, points_input: Points) -> Points:
        """Input pixels -> frame pixels, (N, 2)."""
        return apply(self.to_frame_matrix, points_input)

    def cut(self, image: Image, shift_px: float = 0.0) -> Image:
        """The network's input: (256, 256, 3) uint8 RGB, black outside the frame.

        ``shift_px`` moves the content that many input pixels right and down, for networks whose cells
        lie elsewhere than the design's grid (see `service.networks.catalogue`).
        """
        matrix = self.to_input_matrix
        matrix[:, 2] += shift_px
        return np.asarray(
            cv2.warpAffine(image, matrix, (INPUT_SIZE, INPUT_SIZE), flags=cv2.INTER_LINEAR), np.uint8
        )


def apply(matrix: NDArray[np.float64], points: Points) -> Points:
    """Map (N, 2) points by a (2, 3) affine matrix."""
    mapped: Points = (np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return mapped
