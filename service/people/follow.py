"""From one crop to the next."""

from __future__ import annotations

import numpy as np

from service.people.crop import Crop

STEP = 0.3  # of the way to the wanted crop in each frame; .15 to .5 serve alike on JHMDB, 1 is less steady


def lead_on(crop: Crop, wanted: Crop, step: float = STEP) -> Crop:
    """The next crop: a step from the last one towards the wanted one, in shares of the way.

    A crop that moves smoothly lets the network answer steadily; the affine maps make any motion exact.
    """
    (x, y), (to_x, to_y) = crop.centre, wanted.centre
    turn = (wanted.angle - crop.angle + np.pi) % (2 * np.pi) - np.pi
    return Crop(
        centre=(x + step * (to_x - x), y + step * (to_y - y)),
        half_side=float(crop.half_side * (wanted.half_side / crop.half_side) ** step),
        angle=float(crop.angle + step * turn),
    )
