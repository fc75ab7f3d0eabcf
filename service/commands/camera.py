"""Pictures at the pace of the world: a camera's, or those of a video file as if it were one."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from service.errors import Problem
from service.media.frame import Image
from service.media.limits import MediaLimits
from service.media.video import open_video


class CameraUnavailable(Problem):
    """The camera cannot be opened, or stopped giving pictures."""

    name = "camera-unavailable"
    title = "The camera cannot be used"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a camera.

    Attributes
    ----------
    number
        Counts the pictures that the camera gave, from 0.
    time_s
        When it was taken, counted from the first.
    taken
        The same by `time.monotonic`.
    image
        (H, W, 3) uint8 RGB.
    """

    number: int
    time_s: float
    taken: float
    image: Image


def shots_of(camera: str, limits: MediaLimits) -> Generator[Shot]:
    """Give pictures when they are taken; close the generator to let go of the camera.

    Parameters
    ----------
    camera
        A number, of the system's cameras; or the path of a video file, whose pictures then come at their
        own times, for those who wait for them.
    limits
        What a video may be at most.

    Raises, while iterating
    -----------------------
    CameraUnavailable
        There is neither such a camera nor such a file, or it stopped.
    Problem
        What is wrong with the file, after all frames that could be read.
    """
    if camera.isdecimal():
        return _of_camera(int(camera))
    path = Path(camera)
    if not path.is_file():
        raise CameraUnavailable(f"{camera!r} is neither the number of a camera nor a video file.")
    return _of_file(path, limits)


def _of_camera(number: int) -> Generator[Shot]:
    yield from shots_of_capture(_open(number), f"Camera {number}")


def shots_of_capture(capture: cv2.VideoCapture, name: str) -> Generator[Shot]:
    """Give what an open camera gives, and release it when closed.

    Parameters
    ----------
    capture
        Open.
    name
        What to call it when it stops.

    Raises, while iterating
    -----------------------
    CameraUnavailable
        It gives no more pictures.
    """
    try:
        count, began = 0, 0.0
        while True:
            given, bgr = capture.read()
            taken = time.monotonic()
            if not given:
                raise CameraUnavailable(f"{name} stopped after {count} pictures.")
            began = began if count else taken
            image = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            yield Shot(count, taken - began, taken, image)
            count += 1
    finally:
        capture.release()


def _open(number: int) -> cv2.VideoCapture:
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what fails is told here
    try:
        capture = cv2.VideoCapture(number)
    finally:
        cv2.utils.logging.setLogLevel(level)
    if not capture.isOpened():
        raise CameraUnavailable(f"Camera {number} cannot be opened; a video file can take its place.")
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # where the driver can, no picture lies about
    return capture


def _of_file(path: Path, limits: MediaLimits) -> Generator[Shot]:
    with open_video(path, limits) as video:
        start_s, began = None, 0.0
        for frame in video:
            if start_s is None:
                start_s, began = frame.time_s, time.monotonic()
            time_s = frame.time_s - start_s
            time.sleep(max(0.0, began + time_s - time.monotonic()))
            yield Shot(frame.index, time_s, began + time_s, frame.image)
