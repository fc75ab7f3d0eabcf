"""Pooling weights by joint and time offset (the papers' conv9, Flowing ConvNets section 2.3, step 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton
from service.options import Pooling
from service.temporal.grid import HALF_WINDOW
from service.temporal.learnt.read import learnt_table, learnt_trust
from service.temporal.trust import Trust

SIGMA_FRAMES = 4.0  # stack notes, section 0: already better than a single frame, clean and blurred


@dataclass(frozen=True, slots=True)
class PoolingWeights:
    """What each neighbour counts.

    Attributes
    ----------
    table
        (31, K) float32, row 15 + offset, offset in frames from -15 to 15.
    keep_largest
        Max pooling: the table only says who takes part.
    trust
        Adaptive pooling: what else makes a neighbour count; None for the table alone.
    """

    table: NDArray[np.float32]
    keep_largest: bool = False
    trust: Trust | None = None


def gaussian(joints: int, sigma_frames: float = SIGMA_FRAMES) -> NDArray[np.float32]:
    """(31, K) hand-made weights, the same for every joint, falling off with the time offset."""
    offsets = np.arange(-HALF_WINDOW, HALF_WINDOW + 1, dtype=np.float32)
    column = np.exp(-(offsets**2) / (2 * sigma_frames**2))
    return np.repeat(column[:, None], joints, axis=1).astype(np.float32)


def weights_for(pooling: Pooling, skeleton: Skeleton) -> PoolingWeights:
    """What one pooling method counts for the joints of a network.

    ``parametric`` and ``adaptive`` use the weights learnt for this skeleton, models/cards/pooling-NAME.md.
    Where none are, they use the Gaussian of models/cards/pooling-gaussian.md.

    Raises
    ------
    ValueError
        For ``posewarper``, which has no weights but a network: `service.warping.pooler`.
    """
    joints = len(skeleton.joints)
    ones = np.ones((2 * HALF_WINDOW + 1, joints), np.float32)
    match pooling:
        case Pooling.PARAMETRIC:
            return PoolingWeights(_table(skeleton))
        case Pooling.ADAPTIVE:
            return PoolingWeights(_table(skeleton), trust=learnt_trust(skeleton) or Trust())
        case Pooling.SUM:
            return PoolingWeights(ones)
        case Pooling.MAX:
            return PoolingWeights(ones, keep_largest=True)
        case Pooling.NONE:
            alone = np.zeros_like(ones)
            alone[HALF_WINDOW] = 1
            return PoolingWeights(alone)
        case Pooling.POSEWARPER:
            raise ValueError("PoseWarper pools with a network, not with weights")


def _table(skeleton: Skeleton) -> NDArray[np.float32]:
    learnt = learnt_table(skeleton)
    return gaussian(len(skeleton.joints)) if learnt is None else learnt
