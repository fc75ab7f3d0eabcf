"""The crop of the upper body, for networks that know only head, shoulders and arms."""

from __future__ import annotations

from service.people.box import box_round
from service.people.crop import Crop
from service.temporal.grid import Points

MARGIN = 1.4  # half-side of the crop in half-sides of the box round the joints: hands reach beyond wrists


def upper_body_crop(joints: Points) -> Crop:
    """The upright square that upper-body networks are trained on.

    Parameters
    ----------
    joints
        (N, 2) float32, frame pixels: head, shoulders, elbows and wrists, as far as they are known; one at
        least.
    """
    x, y, width, height = box_round(joints)
    return Crop((x + width / 2, y + height / 2), MARGIN * max(width, height, 2.0) / 2)
