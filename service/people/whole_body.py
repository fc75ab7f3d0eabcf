"""The crop of the whole body, as MediaPipe cuts it: where BlazePose looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.people.crop import Crop
from service.people.detector import BODY_CIRCLE, MID_HIP, Detection
from service.people.sighting import Sighting

MARGIN = 1.25  # half-side of the crop in distances from mid-hip to the circle round the body


def first_crop(detection: Detection) -> Crop:
    """Where to look for somebody detected: centred on the hips, the circle point straight up."""
    hips, above = detection.points[[MID_HIP, BODY_CIRCLE]]
    return _crop(hips, above)


def next_crop(sighting: Sighting) -> Crop:
    """Where the network wants to look for somebody seen: the body upright, the circle inside.

    The network's own guides tell; without them, hips, shoulders and the farthest joint.
    """
    hips, above = _guides_of(sighting) if sighting.guides is None else sighting.guides
    return _crop(hips, above)


def _crop(hips: NDArray[np.float32], above: NDArray[np.float32]) -> Crop:
    dx, dy = (above - hips).tolist()
    x, y = hips.tolist()
    return Crop((x, y), MARGIN * max(float(np.hypot(dx, dy)), 1.0), float(np.arctan2(dx, -dy)))


def _guides_of(sighting: Sighting) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Middle of the hips, and above it (hips to shoulders is up) at the distance of the farthest joint."""
    index, joints = sighting.skeleton.index, sighting.joints
    hips = joints[[index("left_hip"), index("right_hip")]].mean(axis=0)
    shoulders = joints[[index("left_shoulder"), index("right_shoulder")]].mean(axis=0)
    reach = np.linalg.norm(joints - hips, axis=1).max()
    up = (shoulders - hips) / max(float(np.linalg.norm(shoulders - hips)), 1e-6)
    return hips, hips + reach * up
