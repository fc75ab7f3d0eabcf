"""The crop of the upper body, for networks that know only head, shoulders and arms."""

from __future__ import annotations

import numpy as np

from service.people.box import box_round
from service.people.crop import Crop
from service.people.detector import MID_HIP, MID_SHOULDER, UPPER_CIRCLE, Detection
from service.people.sighting import Sighting
from service.temporal.grid import Points

MARGIN = 1.4  # half-side of the crop in half-sides of the box round the joints: hands reach beyond wrists

# The detector does not see the arms. Of the rules tried on 677 persons (JHMDB; held-out MPII, COCO, LSP) this
# one comes nearest the crop of the labels: median overlap .5 to .66, size off by a factor of 1.3 to 1.5 (one
# standard deviation). A little too large on purpose: 4 to 12 % of the joints lie outside the first crop.
DOWN = 0.2  # of the way from the shoulders to the hips: the centre
REACH = 0.8  # half-side in distances from the shoulders to the circle round the upper body

IN_VIEW = 0.5  # of the sighting's score; a joint that scores less is likely hidden, and its place a guess


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


def first_crop(detection: Detection) -> Crop:
    """Where to look for somebody detected."""
    hips, shoulders, circle = detection.points[[MID_HIP, MID_SHOULDER, UPPER_CIRCLE]]
    x, y = (shoulders + DOWN * (hips - shoulders)).tolist()
    return Crop((x, y), REACH * max(float(np.linalg.norm(circle - shoulders)), 1.0))


def next_crop(sighting: Sighting) -> Crop:
    """Where the network wants to look for somebody seen: round the joints that are in view."""
    return upper_body_crop(sighting.joints[sighting.scores >= IN_VIEW * sighting.score])
