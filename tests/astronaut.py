"""A person who is carried past the camera."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from service.engine import Engine
from service.media.frame import Frame
from service.options import Options
from service.temporal.pose import FramePoses

STEP_PX = (2.0, -0.7)


def frames(astronaut: np.ndarray, count: int) -> Iterator[Frame]:
    """The astronaut in a picture of 480 x 360, a little farther to the right in each frame."""
    for n in range(count):
        matrix = np.array([[0.6, 0, 60 + STEP_PX[0] * n], [0, 0.6, 40 + STEP_PX[1] * n]])
        seen = cv2.warpAffine(astronaut, matrix, (480, 360), borderValue=(90, 100, 110))
        yield Frame(n, n / 25, np.asarray(seen, np.uint8))


def answers(engine: Engine, options: Options, astronaut: np.ndarray, count: int) -> list[FramePoses]:
    """What an engine says of them."""
    with engine.stream(options) as stream:
        ready = [answer for frame in frames(astronaut, count) for answer in stream.push(frame)]
        return [*ready, *stream.finish()]
