"""One labelled person, seen differently each time (Flowing ConvNets, section 3, "Training")."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, radians

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation.degrade import motion_blur, occlude
from service.media.frame import Image
from service.networks.skeleton import Skeleton
from service.people.crop import Crop
from service.temporal.grid import INPUT_SIZE, Points

BLUR_LENGTH = (0.015, 0.07)  # of the input's side: 4 to 18 pixels
OCCLUDER_SIDE = (0.08, 0.25)  # of the input's side


@dataclass(frozen=True, slots=True)
class Ranges:
    """How far a person is changed.

    Attributes
    ----------
    scale
        Least and most half-side of the crop, in half-sides of the person's own; evenly in the logarithm.
    shift
        Farthest move of the crop to each side, in half-sides.
    turn
        Largest angle of the crop, degrees to either side.
    upright
        1 draws angles evenly; a larger power draws most of them near 0.
    contrast, brightness, tint
        Most change of contrast (factor 1 +-), of brightness (of the full range, +-) and of each colour
        (factor 1 +-).
    blur, occluder, grey
        Share of the pictures that is motion-blurred, has a flat square on it, loses its colour.
    """

    scale: tuple[float, float]
    shift: float
    turn: float = 40.0
    upright: float = 1.0
    contrast: float = 0.0
    brightness: float = 0.0
    tint: float = 0.0
    blur: float = 0.0
    occluder: float = 0.0
    grey: float = 0.0


# A square of 248 of the picture's 256 pixels, anywhere in it.
PAPER = Ranges(scale=(248 / 256, 248 / 256), shift=8 / 256)
MODERN = Ranges(
    scale=(0.75, 1.35), shift=0.12, upright=3.0, contrast=0.3, brightness=0.15, tint=0.1,
    blur=0.1, occluder=0.1, grey=0.1,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """What the network is shown, and what it should say.

    Attributes
    ----------
    image
        (256, 256, 3) uint8 RGB.
    joints
        (K, 2) float32, input pixels, x then y; NaN where not known.
    """

    image: Image
    joints: Points


def augment(
    picture: Image,
    joints: Points,
    crop: Crop,
    skeleton: Skeleton,
    ranges: Ranges,
    random: np.random.Generator,
) -> Example:
    """Draw one view of a person.

    Parameters
    ----------
    picture
        (H, W, 3) uint8 RGB.
    joints
        (K, 2) float32, picture pixels; NaN where not known.
    crop
        Of the person in the picture.
    skeleton
        Says which joints trade places in the mirror.
    """
    view = _moved(crop, ranges, random)
    example = Example(view.cut(picture), view.to_input(joints))
    if random.random() < 0.5:
        example = flip(example, skeleton)
    return Example(_damaged(_coloured(example.image, ranges, random), ranges, random), example.joints)


def flip(example: Example, skeleton: Skeleton) -> Example:
    """The view in a mirror: what was the right wrist is now a left one."""
    joints = example.joints.copy()
    joints[:, 0] = INPUT_SIZE - 1 - joints[:, 0]
    for right, left in skeleton.swaps:
        joints[[right, left]] = joints[[left, right]]
    return Example(np.ascontiguousarray(example.image[:, ::-1]), joints)


def _moved(crop: Crop, ranges: Ranges, random: np.random.Generator) -> Crop:
    low, high = ranges.scale
    half_side = crop.half_side * float(np.exp(random.uniform(log(low), log(high))))
    x, y = (np.array(crop.centre) + crop.half_side * random.uniform(-ranges.shift, ranges.shift, 2)).tolist()
    part = random.uniform(-1, 1)
    return Crop((x, y), half_side, radians(ranges.turn) * part * abs(part) ** (ranges.upright - 1))


def _coloured(image: Image, ranges: Ranges, random: np.random.Generator) -> Image:
    """Brightness, contrast and tint by one table per colour; grey in its share of the pictures."""
    factor = 1 + random.uniform(-ranges.contrast, ranges.contrast)
    factors = factor * (1 + random.uniform(-ranges.tint, ranges.tint, 3))
    offset = 127.5 + 255 * random.uniform(-ranges.brightness, ranges.brightness)
    if random.random() < ranges.grey:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    levels = (np.arange(256)[:, None] - 127.5) * factors + offset
    return np.asarray(cv2.LUT(image, _table(levels)), np.uint8)


def _table(levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.round(levels), 0, 255).astype(np.uint8)[:, None, :]


def _damaged(image: Image, ranges: Ranges, random: np.random.Generator) -> Image:
    if random.random() < ranges.blur:
        image = motion_blur(image, random.uniform(*BLUR_LENGTH) * INPUT_SIZE, random.uniform(0, pi))
    if random.random() < ranges.occluder:
        x, y = random.uniform(0, INPUT_SIZE, 2).tolist()
        red, green, blue = random.integers(0, 256, 3).tolist()
        image = occlude(image, (x, y), random.uniform(*OCCLUDER_SIDE) * INPUT_SIZE, (red, green, blue))
    return image
