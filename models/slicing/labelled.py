"""Labelled poses in the crops that a network would get: enough to estimate springs, without the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import Clip
from models.evaluation.metrics import labelled_half_side
from models.evaluation.served import PELVIS
from models.slicing.harvest import EVERY, label_columns
from service.networks.region import Region
from service.people.crop import Crop
from service.people.upper_body import upper_body_crop
from service.refine.graph import Body
from service.temporal.grid import input_to_cell


def labelled_poses(
    clips: Sequence[Clip], body: Body, region: Region
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Every fifth frame's labels in cells.

    Parameters
    ----------
    region
        What the network wants to see: decides the crop.

    Returns
    -------
    (N, J, 2) float32, cells of the 64 x 64 grid, x then y; (N, J) bool, which labels are to be trusted.
    """
    columns = label_columns(body)
    poses: list[NDArray[np.float32]] = []
    known: list[NDArray[np.bool_]] = []
    for clip in clips:
        for frame in range(0, len(clip.joints), EVERY):
            if clip.valid[frame, columns].any():
                crop = _crop(clip, frame, columns, region)
                poses.append(input_to_cell(crop.to_input(clip.joints[frame, columns])))
                known.append(clip.valid[frame, columns])
    return np.stack(poses), np.stack(known)


def _crop(clip: Clip, frame: int, columns: Sequence[int], region: Region) -> Crop:
    """As the network's people are cut out, from what the labels know."""
    if region is Region.UPPER_BODY:
        return upper_body_crop(clip.joints[frame, columns][clip.valid[frame, columns]])
    x, y = clip.joints[frame, PELVIS].tolist()
    return Crop((x, y), labelled_half_side(clip.joints, clip.joints[:, PELVIS]))
