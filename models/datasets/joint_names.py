"""Which points of a data set are which joints of a skeleton.

A joint is the source's point of the same name, unless the source's table says of which points it is the
mean. Every reader gives limbs the names of `UPPER7` and `BODY13` (``right_wrist``, the person's own right),
so the tables hold what differs: the head, which is the centre of the head everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton

Means: TypeAlias = Mapping[str, tuple[str, ...]]
"""Joint -> the source's points whose mean it is."""

LSP: Means = MappingProxyType({"head": ("head_top", "neck")})
"""Leeds Sports Pose; ``neck`` is at the chin's height."""

MPII: Means = MappingProxyType({"head": ("head_top", "upper_neck")})
"""MPII Human Pose; ``thorax`` lies between the shoulders, ``upper_neck`` under the chin."""

BLAZEPOSE: Means = MappingProxyType(
    {"head": ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "mouth_left", "mouth_right")}
)
"""MediaPipe BlazePose: the seven points round the centre of the face."""

COCO: Means = MappingProxyType({"head": ("nose",)})
"""COCO keypoints."""

JHMDB: Means = MappingProxyType({"head": ("face",)})
"""JHMDB: the centre of the face."""

FLIC: Means = MappingProxyType({"head": ("nose", "left_eye", "right_eye")})
"""Frames Labeled In Cinema."""

AS_NAMED: Means = MappingProxyType({})
"""Sources that have a head of their own: BBC Pose, ChaLearn, Poses in the Wild, Penn Action."""

KEYPOINT_FILES = (LSP, MPII, BLAZEPOSE, COCO)  # the first whose points a file has


def means_of(names: Sequence[str]) -> Means:
    """The table for a keypoint file, by the names of its points."""
    if "head" in names:
        return AS_NAMED
    have = set(names)
    return next((means for means in KEYPOINT_FILES if have.issuperset(*means.values())), AS_NAMED)


def to_skeleton(
    points: NDArray[np.float32], names: Sequence[str], means: Means, skeleton: Skeleton
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Turn a source's points into the joints of a skeleton.

    Parameters
    ----------
    points
        (..., P, 2) float32, any pixels; NaN where not labelled.
    names
        Of the P points.
    means
        The source's table.
    skeleton
        Whose J joints are wanted.

    Returns
    -------
    (..., J, 2) float32 joints, the same pixels, NaN where not known, and (..., J) bool: which are known. A
    mean is known when all its points are; a joint that the source has not is never known.
    """
    joints = np.stack(
        [_joint(points, names, means.get(joint, (joint,))) for joint in skeleton.joints], axis=-2
    )
    return joints, np.asarray(~np.isnan(joints).any(axis=-1))


def _joint(points: NDArray[np.float32], names: Sequence[str], wanted: Sequence[str]) -> NDArray[np.float32]:
    """(..., 2): the mean of some points, NaN if one of them is not there."""
    if not set(wanted) <= set(names):
        return np.full((*points.shape[:-2], 2), np.nan, np.float32)
    columns = [names.index(name) for name in wanted]
    return np.asarray(points[..., columns, :].mean(axis=-2), np.float32)
