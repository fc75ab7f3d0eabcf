"""People as they are kept for training: cut out once, small enough to hold thousands in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from models.datasets.jpeg import to_jpeg
from models.datasets.sample import Sample
from models.skeletons.body13 import BODY13
from service.media.frame import Image
from service.networks.skeleton import Skeleton
from service.people.crop import Crop
from service.people.upper_body import upper_body_crop
from service.temporal.grid import INPUT_SIZE, Points

ROOM = 2.0  # half-side of what is kept in half-sides of the crop: 1.35 as large, turned by 40 degrees
FINEST = 0.75  # half-side of the smallest crop in half-sides of the person's own: it still gets 256 pixels
FEWEST_JOINTS = 4  # of seven: with fewer the crop says little about where the person is
SMALLEST_PX = 20  # half-side of the crop, picture pixels: smaller people are blobs
TORSO = (("right_shoulder", "left_hip"), ("left_shoulder", "right_hip"))


@dataclass(frozen=True, slots=True)
class Person:
    """A labelled person and the part of the picture round it.

    Attributes
    ----------
    source
        Name of the data set.
    jpeg
        The part of the picture, as a file.
    joints
        (K, 2) float32, pixels of that part, x then y; NaN where not known or outside the picture.
    crop
        Of the person, in that part.
    torso_px
        Length of the diagonal of the trunk in pixels of that part, the measure of PCK; NaN where not known.
    """

    source: str
    jpeg: bytes
    joints: Points
    crop: Crop
    torso_px: float

    def picture(self) -> Image:
        """(H, W, 3) uint8 RGB."""
        # read_image looks for a turned camera and an alpha channel, which our own file has not.
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
        return np.asarray(decoded, np.uint8)


def people_of(samples: Iterable[Sample], skeleton: Skeleton) -> list[Person]:
    """Cut out everybody who can be trained on.

    Parameters
    ----------
    samples
        With the joints of :data:`BODY13`.
    skeleton
        Whose joints are kept, in its order; all are among BODY13's.
    """
    people = (_person(sample, skeleton) for sample in samples)
    return [person for person in people if person is not None]


def _person(sample: Sample, skeleton: Skeleton) -> Person | None:
    picture = sample.read()
    everything = _inside(sample.joints, picture)
    joints = everything[[BODY13.index(name) for name in skeleton.joints]]
    known = ~np.isnan(joints[:, 0])
    if known.sum() < FEWEST_JOINTS:
        return None
    crop = upper_body_crop(joints[known])
    if crop.half_side < SMALLEST_PX:
        return None
    part, origin, scale = _part(picture, crop)
    (x, y), half_side = crop.centre, crop.half_side * scale
    centre = ((x - origin[0] + 0.5) * scale - 0.5, (y - origin[1] + 0.5) * scale - 0.5)
    moved = ((joints - origin + 0.5) * scale - 0.5).astype(np.float32)
    return Person(sample.source, to_jpeg(part), moved, Crop(centre, half_side), scale * _torso(everything))


def _inside(joints: Points, picture: Image) -> Points:
    """The joints with NaN for those outside the picture: a guess, and nothing to see."""
    height, width = picture.shape[:2]
    last = np.array([width - 1, height - 1])
    inside = np.all((joints >= 0) & (joints <= last), axis=1)
    return cast(Points, np.where(inside[:, None], joints, np.float32(np.nan)))


def _part(picture: Image, crop: Crop) -> tuple[Image, NDArray[np.int64], float]:
    """The picture round a crop, its origin in the picture, and how much smaller it was made."""
    height, width = picture.shape[:2]
    centre, reach = np.array(crop.centre), ROOM * crop.half_side
    x0, y0 = np.clip(np.floor(centre - reach), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(centre + reach), (x0, y0), (width - 1, height - 1)).astype(int)
    part = picture[y0 : y1 + 1, x0 : x1 + 1]
    scale = min(1.0, INPUT_SIZE / (2 * FINEST * crop.half_side))
    if scale < 1:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return part, np.array([x0, y0]), scale


def _torso(joints: Points) -> float:
    """Mean of the trunk's diagonals that are known, or NaN."""
    ends = [[BODY13.index(name) for name in pair] for pair in TORSO]
    lengths = np.array([np.linalg.norm(joints[a] - joints[b]) for a, b in ends])
    known = lengths[~np.isnan(lengths)]
    return float(known.mean()) if known.size else float("nan")
