"""Joints that are no part of the graph go along with the one they hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton
from service.temporal.pose import Pose

HANGS_ON: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("left_pinky", "left_index", "left_thumb"), "left_wrist"),
        **dict.fromkeys(("right_pinky", "right_index", "right_thumb"), "right_wrist"),
        **dict.fromkeys(("left_heel", "left_foot_index"), "left_ankle"),
        **dict.fromkeys(("right_heel", "right_foot_index"), "right_ankle"),
        **dict.fromkeys(("left_eye_inner", "left_eye", "left_eye_outer", "left_ear"), "nose"),
        **dict.fromkeys(("right_eye_inner", "right_eye", "right_eye_outer", "right_ear"), "nose"),
        **dict.fromkeys(("mouth_left", "mouth_right"), "nose"),
    }
)
"""Joint -> the joint of the graph it is nearest to."""


def go_along(refined: Pose, before: Pose, skeleton: Skeleton) -> Pose:
    """Move fingers, toes and faces by as much as the graph moved their wrist, ankle and nose.

    Parameters
    ----------
    refined, before
        With and without the graph; they differ in the joints of the graph alone.

    Returns
    -------
    A pose whose moved followers score no more than what they follow: nobody looked at their own maps there.
    """
    followers, leaders = _pairs(skeleton)
    step = refined.joints[leaders] - before.joints[leaders]
    moved = step.any(axis=1)
    if not moved.any():
        return refined
    joints, scores = refined.joints.copy(), refined.scores.copy()
    joints[followers] += step
    scores[followers[moved]] = np.minimum(scores[followers], scores[leaders])[moved]
    return replace(refined, joints=joints, scores=scores)


@cache
def _pairs(skeleton: Skeleton) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of followers and of whom they follow."""
    pairs = [
        (skeleton.index(joint), skeleton.index(leader))
        for joint, leader in HANGS_ON.items()
        if joint in skeleton.joints and leader in skeleton.joints
    ]
    followers, leaders = np.array(pairs, np.int64).reshape(-1, 2).T
    return followers, leaders
