"""Pictures that move in a known way, made here: everywhere something that can be followed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from service.flow.field import Vectors
from service.media.frame import Image

TURN_DEGREES = 0.6  # from picture to picture
GROWTH = 1.003
DRIFT = (0.008, -0.004)  # of the picture's side
BLOB_PX = 2.5
INSIDE = 8  # an eighth of the picture on each side is left out of errors: what enters was not seen before


def step(size: int) -> NDArray[np.float64]:
    """(2, 3): where pixels of one picture are in the next, about the middle."""
    middle = (size - 1) / 2
    matrix = np.asarray(cv2.getRotationMatrix2D((middle, middle), TURN_DEGREES, GROWTH), np.float64)
    matrix[:, 2] += np.array(DRIFT) * size
    return matrix


def pictures(size: int, count: int) -> list[Image]:
    """(size, size, 3) uint8 RGB each, every one moved from the last by :func:`step`."""
    noise = np.random.default_rng(5).uniform(0, 255, (size, size, 3)).astype(np.float32)
    texture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), BLOB_PX), None, 0, 255, cv2.NORM_MINMAX)
    matrix, shown = np.eye(3), []
    for _ in range(count):
        moved = cv2.warpAffine(
            texture, matrix[:2], (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        shown.append(np.asarray(np.clip(moved, 0, 255), np.uint8))
        matrix = np.vstack([step(size), [0, 0, 1]]) @ matrix
    return shown


def true_motion(size: int) -> Vectors:
    """(size, size, 2) float32: the flow from each picture to the next."""
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float64)
    places = np.stack([columns, rows], axis=-1)
    matrix = step(size)
    return np.asarray(places @ matrix[:, :2].T + matrix[:, 2] - places, np.float32)


def apart_px(one: Vectors, other: Vectors) -> float:
    """Median distance of two fields, inside."""
    edge = len(one) // INSIDE
    distance = np.linalg.norm(one - other, axis=-1)[edge:-edge, edge:-edge]
    return float(np.median(distance))
