"""One joint's pooled heatmap, brought into a form for eyes."""

from __future__ import annotations

import numpy as np

from service.people.crop import Crop
from service.temporal.grid import CELL_OFFSET, STRIDE
from service.temporal.kernel import unblock
from service.temporal.pooling import Blocked
from service.temporal.pose import Heatmap


def read_heatmap(maps: Blocked, joint: int, crop: Crop) -> Heatmap:
    """The map of one joint, and where it lies in the frame.

    Parameters
    ----------
    maps
        (K, 4096) float32 in [0, 1], block by block, cells of ``crop``; whole for this joint.
    joint
        Index in the skeleton.
    crop
        Of the output frame.
    """
    to_frame = crop.to_frame_matrix
    to_frame[:, 2] += to_frame[:, :2].sum(axis=1) * CELL_OFFSET
    to_frame[:, :2] *= STRIDE
    return Heatmap(np.minimum(unblock(maps[joint : joint + 1])[0], np.float32(1)), to_frame)
