"""A picture that moves in a known way, and labels of points on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from service.media.frame import Frame, Image

SIZE = (320, 240)  # width, height
STEP_PX = (1.5, -0.8)
TURN_DEGREES = 1.2
POINTS = np.array([[120, 90], [190, 85], [150, 140], [205, 150], [110, 160]], np.float32)
NAMES = ("a", "b", "c", "d", "e")


def motion(index: int) -> NDArray[np.float64]:
    """(2, 3): where the pixels of picture 0 are in picture `index`."""
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), TURN_DEGREES * index, 1.0)
    turn[:, 2] += np.array(STEP_PX) * index
    return np.asarray(turn)


def place(index: int, points: NDArray[np.float32] = POINTS) -> NDArray[np.float32]:
    """Where points of picture 0 are in picture `index`."""
    matrix = motion(index)
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


@cache
def texture() -> Image:
    """Blobs of a few pixels, everywhere: what every flow method can follow."""
    noise = np.random.default_rng(5).uniform(0, 255, (SIZE[1], SIZE[0], 3)).astype(np.float32)
    blobs = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(cv2.normalize(blobs, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def picture(index: int) -> Image:
    """The texture, moved."""
    moved = cv2.warpAffine(
        texture(), motion(index), SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(moved, np.uint8)


def frames(count: int) -> Iterator[Frame]:
    """Decoded frames of a video of it."""
    for index in range(count):
        yield Frame(index, index / 25, picture(index))


def document(labelled: Sequence[int], **annotation: Any) -> dict[str, Any]:
    """COCO labels of the points on some frames; further members go into each annotation."""
    return {
        "info": {"description": "a picture that turns"},
        "categories": [{"id": 3, "name": "thing", "keypoints": list(NAMES), "skeleton": [[1, 2]]}],
        "images": [
            {
                "id": 100 + index,
                "frame_index": index,
                "width": SIZE[0],
                "height": SIZE[1],
                "file_name": f"{index}",
            }
            for index in labelled
        ],
        "annotations": [
            {
                "id": 10 + index,
                "image_id": 100 + index,
                "category_id": 3,
                "keypoints": keypoints(place(index)),
                **annotation,
            }
            for index in labelled
        ],
    }


def keypoints(points: NDArray[np.float32], visibility: int = 2) -> list[float]:
    """Points as COCO writes them."""
    return [value for x, y in points.tolist() for value in (round(x, 2), round(y, 2), visibility)]


def to_json(labels: dict[str, Any]) -> bytes:
    return json.dumps(labels).encode()
