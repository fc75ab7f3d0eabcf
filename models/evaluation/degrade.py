"""Damage that real video has, put into clean video on purpose: motion blur and things in the way."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from service.media.frame import Frame, Image

SHARE = 1 / 3  # of the frames are damaged
BLUR_LENGTH = (0.05, 0.12)  # of the picture's longer side: 16 to 38 pixels of 320
OCCLUDER_SIDE = (0.10, 0.20)  # of the picture's longer side


class Damage(StrEnum):
    """What is done to the video before the pipeline sees it."""

    NONE = "none"
    BLUR = "blur"  # a third of the frames motion-blurred
    OCCLUDER = "occluder"  # in a third of the frames a flat square covers a labelled joint


def degrade(
    frames: Iterable[Frame],
    damage: Damage,
    joints: NDArray[np.float32],
    valid: NDArray[np.bool_],
    name: str,
    seed: int = 0,
) -> Iterator[Frame]:
    """Damage a third of the frames, each on its own.

    Parameters
    ----------
    frames
        Of one clip, as many as labels.
    joints, valid
        (T, J, 2) frame pixels and (T, J) bool: where occluders may be put.
    name, seed
        Decide together which frames are damaged and how; the same for the same clip in every run.
    """
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    hit = random.permutation(len(joints)) < round(SHARE * len(joints))
    for frame, labels, known, is_hit in zip(frames, joints, valid, hit, strict=True):
        if is_hit and damage is Damage.BLUR:
            yield replace(frame, image=_blurred_at_random(frame.image, random))
        elif is_hit and damage is Damage.OCCLUDER and known.any():
            yield replace(frame, image=_occluded_at_random(frame.image, labels[known], random))
        else:
            yield frame


def motion_blur(image: Image, length_px: float, angle: float) -> Image:
    """The picture as a camera sees it that moves steadily while its shutter is open.

    Parameters
    ----------
    image
        (H, W, 3) uint8.
    length_px
        Of the path.
    angle
        Radians, direction of the path from the x axis.
    """
    half = int(np.ceil(length_px / 2))
    side = 2 * half + 1
    end = np.array([np.cos(angle), np.sin(angle)]) * length_px / 2
    # Drawn with 8 sub-pixel bits and anti-aliased, so that every direction blurs by the same length.
    start, stop = (tuple(np.round((half + sign * end) * 256).astype(int).tolist()) for sign in (-1, 1))
    kernel = cv2.line(np.zeros((side, side), np.uint8), start, stop, 255, 1, cv2.LINE_AA, 8).astype(
        np.float32
    )
    return np.asarray(
        cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.uint8
    )


def occlude(image: Image, centre: tuple[float, float], side_px: float, colour: tuple[int, int, int]) -> Image:
    """A copy of the picture with a flat square in front of it.

    Parameters
    ----------
    image
        (H, W, 3) uint8.
    centre
        x, y in pixels.
    """
    x, y = centre
    low = round(x - side_px / 2), round(y - side_px / 2)
    high = round(x + side_px / 2), round(y + side_px / 2)
    return np.asarray(cv2.rectangle(image.copy(), low, high, colour, cv2.FILLED), np.uint8)


def _blurred_at_random(image: Image, random: np.random.Generator) -> Image:
    length = random.uniform(*BLUR_LENGTH) * max(image.shape[:2])
    return motion_blur(image, length, random.uniform(0, np.pi))


def _occluded_at_random(image: Image, points: NDArray[np.float32], random: np.random.Generator) -> Image:
    x, y = points[random.integers(len(points))].tolist()
    side = random.uniform(*OCCLUDER_SIDE) * max(image.shape[:2])
    red, green, blue = random.integers(0, 256, 3).tolist()
    return occlude(image, (x, y), side, (red, green, blue))
