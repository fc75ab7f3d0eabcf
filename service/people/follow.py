"""From where a person was seen to the crop to look at next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from service.people.crop import Crop
from service.people.sighting import Sighting

MARGIN = 1.25  # half-side of the crop in distances from mid-hip to the circle round the body (BlazePose)
KEEP_SHIFT = 0.10  # of the half-side: below this the crop stays where it is
KEEP_SCALE = 0.15  # relative: below this the crop keeps its size
KEEP_TURN = np.radians(15)  # below this the crop keeps its angle
STEP = 0.5  # of the way to the wanted crop, once it moves


def wanted_crop(sighting: Sighting) -> Crop:
    """The crop that the network expects: centred on the hips, the body upright, the circle inside."""
    dx, dy = (sighting.above - sighting.hips).tolist()
    x, y = sighting.hips.tolist()
    return Crop((x, y), MARGIN * max(float(np.hypot(dx, dy)), 1.0), float(np.arctan2(dx, -dy)))


def lead_on(crop: Crop, wanted: Crop) -> Crop:
    """The next crop: the last one as long as it serves, else a step towards the wanted one.

    A crop that keeps still lets the network answer steadily; the affine maps make any motion exact.
    """
    shift = np.subtract(wanted.centre, crop.centre)
    if np.hypot(*shift) > KEEP_SHIFT * crop.half_side:
        crop = replace(crop, centre=(crop.centre[0] + STEP * shift[0], crop.centre[1] + STEP * shift[1]))
    if abs(np.log(wanted.half_side / crop.half_side)) > np.log1p(KEEP_SCALE):
        crop = replace(crop, half_side=crop.half_side * (wanted.half_side / crop.half_side) ** STEP)
    turn = (wanted.angle - crop.angle + np.pi) % (2 * np.pi) - np.pi
    if abs(turn) > KEEP_TURN:
        crop = replace(crop, angle=crop.angle + STEP * turn)
    return crop
