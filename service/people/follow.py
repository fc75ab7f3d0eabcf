"""From where a person was seen to the crop to look at next."""

from __future__ import annotations

import numpy as np

from service.people.crop import Crop
from service.people.sighting import Sighting

MARGIN = 1.25  # half-side of the crop in distances from mid-hip to the circle round the body (BlazePose)
STEP = 0.3  # of the way to the wanted crop in each frame; .15 to .5 serve alike on JHMDB, 1 is less steady


def wanted_crop(sighting: Sighting) -> Crop:
    """The crop that the network expects: centred on the hips, the body upright, the circle inside."""
    dx, dy = (sighting.above - sighting.hips).tolist()
    x, y = sighting.hips.tolist()
    return Crop((x, y), MARGIN * max(float(np.hypot(dx, dy)), 1.0), float(np.arctan2(dx, -dy)))


def lead_on(crop: Crop, wanted: Crop) -> Crop:
    """The next crop: a step from the last one towards the wanted one.

    A crop that moves smoothly lets the network answer steadily; the affine maps make any motion exact.
    """
    (x, y), (to_x, to_y) = crop.centre, wanted.centre
    turn = (wanted.angle - crop.angle + np.pi) % (2 * np.pi) - np.pi
    return Crop(
        centre=(x + STEP * (to_x - x), y + STEP * (to_y - y)),
        half_side=float(crop.half_side * (wanted.half_side / crop.half_side) ** STEP),
        angle=float(crop.angle + STEP * turn),
    )
