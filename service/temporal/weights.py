"""Pooling weights by joint and time offset (the papers' conv9, Flowing ConvNets section 2.3, step 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.options import Pooling
from service.temporal.grid import HALF_WINDOW

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
    """

    table: NDArray[np.float32]
    keep_largest: bool = False


def gaussian(joints: int, sigma_frames: float = SIGMA_FRAMES) -> NDArray[np.float32]:
    """(31, K) hand-made weights, the same for every joint, falling off with the time offset."""
    offsets = np.arange(-HALF_WINDOW, HALF_WINDOW + 1, dtype=np.float32)
    column = np.exp(-(offsets**2) / (2 * sigma_frames**2))
    return np.repeat(column[:, None], joints, axis=1).astype(np.float32)


def weights_for(pooling: Pooling, joints: int) -> PoolingWeights:
    """The table of one pooling method.

    Until weights are learnt, ``parametric`` is the Gaussian of sigma 4 frames; its card is
    models/cards/pooling-gaussian.md.
    """
    ones = np.ones((2 * HALF_WINDOW + 1, joints), np.float32)
    match pooling:
        case Pooling.PARAMETRIC:
            return PoolingWeights(gaussian(joints))
        case Pooling.SUM:
            return PoolingWeights(ones)
        case Pooling.MAX:
            return PoolingWeights(ones, keep_largest=True)
        case Pooling.NONE:
            alone = np.zeros_like(ones)
            alone[HALF_WINDOW] = 1
            return PoolingWeights(alone)
