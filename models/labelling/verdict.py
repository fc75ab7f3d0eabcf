"""Which joints of a teacher's pose are trusted as labels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from service.temporal.pose import Pose


class Verdict(IntEnum):
    """What is thought of a joint; of several faults the first here is named."""

    KEPT = 0
    OUTSIDE = 1  # of the picture: the teacher guesses there
    LOW_SCORE = 2
    WIDE_SPREAD = 3
    JUMPED = 4  # against the frames before and after


@dataclass(frozen=True, slots=True)
class Demands:
    """What a joint must satisfy to be kept.

    Attributes
    ----------
    min_score
        Of the pooled peak, 0..1.
    max_spread
        Of the pooled peak, in sizes of the body (longer side of the box round all joints).
    max_jump
        Distance from the middle between the same joint one frame before and one after, in sizes of the
        body; the joint of a person who moves evenly does not jump.
    """

    min_score: float = 0.6
    max_spread: float = 0.05
    max_jump: float = 0.02


def judge(
    before: Pose | None, pose: Pose, after: Pose | None, picture: tuple[int, int], demands: Demands
) -> NDArray[np.int8]:
    """Judge every joint of a pose.

    Parameters
    ----------
    before, after
        The same person one frame earlier and later, frame pixels; None when the person was not seen there:
        then nothing shows that the joints agree in time, and all jump.
    picture
        Width and height in pixels.

    Returns
    -------
    (K,) int8, a :class:`Verdict` for each joint.
    """
    size = max(pose.box[2:])
    x, y = pose.joints.T
    outside = (x < 0) | (y < 0) | (x > picture[0] - 1) | (y > picture[1] - 1)
    faults = (
        (Verdict.JUMPED, _jump(before, pose, after) > demands.max_jump * size),
        (Verdict.WIDE_SPREAD, pose.spread > demands.max_spread * size),
        (Verdict.LOW_SCORE, pose.scores < demands.min_score),
        (Verdict.OUTSIDE, outside),
    )
    verdicts = np.full(len(pose.scores), Verdict.KEPT, np.int8)
    for verdict, found in faults:
        verdicts[found] = verdict
    return verdicts


def _jump(before: Pose | None, pose: Pose, after: Pose | None) -> NDArray[np.float32]:
    """(K,) pixels from the middle of the neighbours."""
    if before is None or after is None:
        return np.full(len(pose.scores), np.inf, np.float32)
    middle = (before.joints + after.joints) / 2
    return np.asarray(np.linalg.norm(pose.joints - middle, axis=1), np.float32)
