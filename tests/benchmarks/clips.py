"""Clips to measure with: a photograph of a person, moved and zoomed as a hand-held camera would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from service.media.frame import Image
from tests.videos import steady, write_video

PERIOD = 100  # frames until the motion repeats
SWAY = (0.12, 0.03)  # of the picture's width and height, to each side
ZOOM = 0.08  # to each side of 1
TILT = np.radians(4)

# As telephones and editors write it, with B-frames; the tests' own clips are made for speed.
ENCODER = {"preset": "medium", "crf": "20"}


def moving_person(frames: int, size: tuple[int, int]) -> Iterator[Image]:
    """Pictures of `size` (width, height): a person from the head to the hips before a brick wall."""
    width, height = size
    person = skimage.data.astronaut()
    wall = cv2.cvtColor(cv2.resize(skimage.data.brick(), size), cv2.COLOR_GRAY2RGB)
    for index in range(frames):
        warp = _place(2 * np.pi * index / PERIOD, width, height, person.shape[0])
        picture = wall.copy()
        cv2.warpAffine(person, warp, size, picture, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        yield picture


def write_person(path: Path, frames: int, size: tuple[int, int] = (1280, 720), rate: int = 30) -> Path:
    """An H.264 file of :func:`moving_person`."""
    return write_video(path, moving_person(frames, size), steady(frames, rate), rate=rate, options=ENCODER)


def _place(phase: float, width: int, height: int, side: int) -> np.ndarray:
    """(2, 3) map from the photograph's pixels to the picture's."""
    scale = 0.85 * height / side * (1 + ZOOM * np.sin(phase))
    angle = TILT * np.sin(2 * phase)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    x = width * (0.5 + SWAY[0] * np.sin(phase))
    y = height * (0.5 + SWAY[1] * np.cos(2 * phase))
    half = side / 2
    return np.array([[cos, -sin, x - half * (cos - sin)], [sin, cos, y - half * (sin + cos)]])
